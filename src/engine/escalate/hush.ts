import type { Incident } from '../../model/incident.js';
import type { Instant } from '../../model/time.js';
import { pageDestination } from '../../notify/decide-page.js';
import { hush, type Hush } from '../../notify/mute.js';
import type { EscalateDeps } from './deps.js';

/** Why an incident calls nobody now: silenced, inhibited, or muted wherever it would be shown. Undefined when it may call. */
export async function hushOf(
  incident: Incident,
  now: Instant,
  deps: Pick<EscalateDeps, 'store' | 'matches' | 'inhibitions' | 'muteTimes'>,
): Promise<Hush | undefined> {
  const inhibitions = deps.inhibitions();
  return hush({
    incident,
    destination: incident.destinations[0] ?? pageDestination(''),
    silences: await deps.store.silences(now),
    inhibitions,
    muteTimes: deps.muteTimes(),
    firing: inhibitions.length === 0 ? [] : await deps.store.alerts(),
    matches: deps.matches,
    now,
  });
}
