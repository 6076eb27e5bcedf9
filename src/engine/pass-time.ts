import { tick } from '../incidents/tick.js';
import type { ActDeps } from './act-deps.js';
import { editIncident } from './edit.js';
import { noteOver } from './silencing.js';

/**
 * What time alone changes: snoozes end, flapping alerts calm down, silences are over. Safe to run at any time and twice; a
 * turn that touches an incident does the same to it.
 */
export async function passTime(deps: ActDeps): Promise<boolean> {
  const { store, clock, kick } = deps;
  const at = clock.now();
  const due = await store.incidents({ dueBy: at });
  const channels = new Set<string>();
  for (const { id } of due) {
    const edited = await editIncident(store, id, at, (incident) => tick(incident, at));
    for (const channel of edited?.channels ?? []) channels.add(channel);
  }
  await kick(
    [...channels],
    due.map(({ id }) => id),
  );
  await noteOver(deps);
  return due.length > 0;
}
