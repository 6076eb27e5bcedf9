import type { ActDeps } from './act-deps.js';
import { applyAct, type Act } from '../incidents/act.js';
import { groupMatchers, inForce, sameMatchers } from '../incidents/silence.js';
import type { IncidentAct } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import { incidentName, type Actor, type Incident } from '../model/incident.js';
import type { Instant } from '../model/time.js';
import { editIncident } from './edit.js';
import { endSilence, setSilence } from './silencing.js';

/** Does what a person asked to one incident; every channel's card follows. Returns the incident as it is after it. */
export async function actOn(id: number, act: IncidentAct, actor: Actor, deps: ActDeps): Promise<Incident> {
  if (act.do === 'silence') await silence(await incidentOf(id, deps), act, actor, deps);
  else if (act.do === 'unsilence') await unsilence(await incidentOf(id, deps), actor, deps);
  else
    await edit(
      id,
      act.do === 'snooze' ? { do: 'snooze', until: deps.clock.now() + act.durationMs } : act,
      actor,
      deps,
    );
  return incidentOf(id, deps);
}

async function edit(id: number, act: Act, actor: Actor, deps: ActDeps): Promise<void> {
  const { store, clock, kick } = deps;
  const at: Instant = clock.now();
  const edited = await editIncident(store, id, at, async (incident) => {
    const timeline = act.do === 'note' ? await store.timeline(id) : [];
    const acted = applyAct(incident, act, actor, at, timeline);
    return acted === undefined ? undefined : { incident: acted.incident, lines: [acted.line] };
  });
  if (edited === undefined) throw missing(id);
  if (!edited.changed) return;
  const pages = await store.pages({ incident: id, state: 'told' });
  await kick([...edited.channels, ...pages.map(({ channel }) => channel)], [id]);
}

async function incidentOf(id: number, { store }: ActDeps): Promise<Incident> {
  const incident = await store.incident(id);
  if (incident === undefined) throw missing(id);
  return incident;
}

function missing(id: number): Fault {
  return new Fault('command.not-found', `There is no ${incidentName(id)}.`);
}

async function silence(
  incident: Incident,
  { durationMs, comment }: { durationMs: number; comment: string },
  actor: Actor,
  deps: ActDeps,
): Promise<void> {
  const matchers = groupMatchers(incident);
  await setSilence(
    { matchers, durationMs, comment: comment === '' ? incidentName(incident.id) : comment },
    actor,
    deps,
  );
}

/** Ends what was set for exactly this group; a wider silence is somebody's decision about more. */
async function unsilence(incident: Incident, actor: Actor, deps: ActDeps): Promise<void> {
  const now = deps.clock.now();
  const own = groupMatchers(incident);
  for (const silence of await deps.store.silences(now))
    if (inForce(silence, now) && sameMatchers(silence.matchers, own))
      await endSilence(silence.id, actor, deps);
}
