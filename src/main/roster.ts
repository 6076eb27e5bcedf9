import type { Override } from '../model/schedule.js';
import type { Roster } from '../oncall/on-call.js';
import type { Settings } from '../settings/index.js';

/** What decides who is on call: the people of the settings, overrides of the record, and calendars as they were last fetched. */
export function rosterOf(
  { people }: Pick<Settings, 'people'>,
  overrides: readonly Override[] = [],
  calendars: Roster['calendars'] = new Map(),
): Roster {
  return {
    people: new Set(people.map(({ name }) => name)),
    away: people.flatMap(({ away }) => away),
    overrides,
    calendars,
  };
}
