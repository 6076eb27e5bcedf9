import type { Roster } from '../oncall/on-call.js';
import type { Settings } from '../settings/index.js';
import type { Instant } from '../model/time.js';
import type { Store } from '../store/store.js';

/** What decides who is on call, from the settings and the record; overrides that ended before `since` are left out. */
export async function rosterOf(
  { people }: Pick<Settings, 'people'>,
  store: Pick<Store, 'overrides'>,
  since: Instant,
  calendars: Roster['calendars'],
): Promise<Roster> {
  return {
    people: new Set(people.map(({ name }) => name)),
    away: people.flatMap(({ away }) => away),
    overrides: await store.overrides(since),
    calendars,
  };
}
