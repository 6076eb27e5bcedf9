import type { Fact } from '../model/source.js';
import type { Committed } from '../store/store.js';
import { observeSelf } from './self.js';
import type { TurnDeps } from './turn-deps.js';

/** How reading the calendar of one schedule goes. */
export interface CalendarHealth {
  readonly schedule: string;
  /** In a row; 0 when the last one went well. */
  readonly failures: number;
  readonly message: string;
}

const SOURCE = 'tocsin/calendars';

/** A turn about the calendars that say who is on call; undefined where there are none and were none. */
export async function auditCalendars(
  calendars: readonly CalendarHealth[],
  deps: TurnDeps,
): Promise<Committed | undefined> {
  const { facts: known } = await deps.store.known(SOURCE);
  const facts = calendars.map(factOf);
  const gone = [...known.values()]
    .filter(
      ({ subject, values }) => values['failures'] !== 0 && !facts.some((fact) => fact.subject === subject),
    )
    .map((fact): Fact => ({ ...fact, values: { ...fact.values, failures: 0, message: '' } }));
  const all = [...facts, ...gone];
  return all.length === 0 ? undefined : observeSelf(SOURCE, all, deps);
}

function factOf({ schedule, failures, message }: CalendarHealth): Fact {
  return {
    subject: `calendar:${schedule}`,
    kind: 'tocsin',
    values: { type: 'calendar', schedule, failures, message },
  };
}
