import { responseOf } from '../incidents/response.js';
import type { ResponseWeek } from '../model/response.js';
import type { Clock } from '../lib/clock.js';
import type { Person } from '../model/person.js';
import { tenantsIn } from '../model/sharing.js';
import { DAY } from '../model/time.js';
import type { Store } from '../store/store.js';

export interface ResponseDeps {
  readonly store: Pick<Store, 'incidents' | 'acts' | 'pages'>;
  readonly clock: Clock;
  readonly people: () => readonly Person[];
}

/** More are answered from the newest. */
const MOST = 20_000;

/** How quickly people answered in the last weeks, and how often they were called. */
export async function response(
  { weeks, tenants }: { weeks: number; tenants?: readonly string[] },
  { store, clock, people }: ResponseDeps,
): Promise<readonly ResponseWeek[]> {
  const now = clock.now();
  const since = now - weeks * 7 * DAY;
  const [found, acts, called] = await Promise.all([
    store.incidents({ openedSince: since, limit: MOST }),
    store.acts(since),
    store.pages({ since, limit: MOST }),
  ]);
  const incidents =
    tenants === undefined
      ? found
      : found.filter((incident) => tenantsIn(incident).every((tenant) => tenants.includes(tenant)));
  const ids = new Set(incidents.map(({ id }) => id));
  const pages = tenants === undefined ? called : called.filter(({ incident }) => ids.has(incident));
  const zones = new Map(people().map(({ name, timeZone = 'UTC' }) => [name, timeZone]));
  const zoneOf = (person: string): string => zones.get(person) ?? 'UTC';
  return responseOf({ incidents, acts, pages, zoneOf, weeks, now });
}
