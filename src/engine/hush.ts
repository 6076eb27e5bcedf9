import { hush, type Hush } from '../notify/mute.js';
import type { AnnounceDeps } from './announce-deps.js';

/** Why an incident makes no sound at one destination now; undefined when it may. Alerts are read where one could inhibit it. */
export async function hushAt(
  where: Omit<Parameters<typeof hush>[0], 'inhibitions' | 'firing' | 'matches'>,
  { store, inhibitions, matches }: Pick<AnnounceDeps, 'store' | 'inhibitions' | 'matches'>,
): Promise<Hush | undefined> {
  const rules = inhibitions();
  return hush({
    ...where,
    inhibitions: rules,
    firing: rules.length === 0 ? [] : await store.alerts(),
    matches,
  });
}
