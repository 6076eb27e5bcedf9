import type { Incident } from '../../model/incident.js';
import type { Instant } from '../../model/time.js';
import { pageDestination } from '../../notify/decide-page.js';
import type { Hush } from '../../notify/mute.js';
import { hushAt } from '../hush.js';
import type { EscalateDeps } from './deps.js';

/** Why an incident calls nobody now: silenced, inhibited, or muted wherever it would be shown. Undefined when it may call. */
export async function hushOf(
  incident: Incident,
  now: Instant,
  deps: Pick<EscalateDeps, 'store' | 'matches' | 'inhibitions' | 'muteTimes'>,
): Promise<Hush | undefined> {
  const destination = incident.destinations[0] ?? pageDestination('');
  const silences = await deps.store.silences(now);
  return hushAt({ incident, destination, silences, muteTimes: deps.muteTimes(), now }, deps);
}
