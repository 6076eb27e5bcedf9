import type { Person } from '../../src/model/person.js';
import type { Override, Schedule } from '../../src/model/schedule.js';
import type { Roster } from '../../src/oncall/on-call.js';

/** A responder whom nothing is known of but what `over` says. */
export function aPerson(name: string, over: Partial<Person> = {}): Person {
  return { name, role: 'responder', notify: [], quiet: [], away: [], ...over };
}

/** One layer from Monday, 2 November 2026; handed over at 09:00, on Mondays when it is by the week. */
export function aSchedule(
  name: string,
  people: readonly string[],
  { unit = 'week', timeZone = 'UTC' }: { unit?: 'day' | 'week'; timeZone?: string } = {},
): Schedule {
  const rotation = { every: 1, unit, handoverDay: 1, handoverMinute: 540 } as const;
  return {
    name,
    timeZone,
    layers: [{ kind: 'rotation', timeZone, only: [], from: '2026-11-02', rotation, people }],
  };
}

export function aRoster(people: readonly string[], overrides: readonly Override[] = []): Roster {
  return { people: new Set(people), away: [], overrides, calendars: new Map() };
}
