import type { Schedule } from '../model/schedule.js';
import { DAY, MINUTE, type Duration, type Instant } from '../model/time.js';
import type { Roster } from './on-call.js';
import { shifts } from './shifts.js';

/** A time in which nobody is on call. */
export interface Gap {
  readonly from: Instant;
  readonly to: Instant;
}

/** Two overrides, or two events of one calendar, that both want the same time: the answer is clear, the wish may not be. */
export interface Overlap {
  readonly from: Instant;
  readonly to: Instant;
  readonly people: readonly [string, string];
}

export interface Coverage {
  readonly gaps: readonly Gap[];
  readonly overlaps: readonly Overlap[];
}

/** What is wrong with a schedule in a span of time. Gaps shorter than a minute are the work of clocks and not told. */
export function coverage(schedule: Schedule, from: Instant, to: Instant, roster: Roster): Coverage {
  const gaps = shifts(schedule, from, to, roster)
    .filter((shift) => shift.person === undefined && shift.to - shift.from >= MINUTE)
    .map((shift) => ({ from: shift.from, to: shift.to }));
  const wishes = [
    roster.overrides.filter((override) => override.schedule === schedule.name),
    ...schedule.layers.flatMap((layer) =>
      layer.kind === 'calendar' ? [roster.calendars.get(layer.calendar) ?? []] : [],
    ),
  ];
  return { gaps, overlaps: wishes.flatMap((group) => overlapsOf(group, from, to)) };
}

function overlapsOf(
  wishes: readonly { readonly person: string; readonly from: Instant; readonly to: Instant }[],
  from: Instant,
  to: Instant,
): Overlap[] {
  const inside = wishes.filter((wish) => wish.from < to && wish.to > from).sort((a, b) => a.from - b.from);
  return inside.flatMap((first, i) =>
    inside
      .slice(i + 1)
      .filter((second) => second.from < first.to && second.person !== first.person)
      .map((second) => ({
        from: second.from,
        to: Math.min(first.to, second.to),
        people: [first.person, second.person] as const,
      })),
  );
}

/** How far ahead a schedule is looked at. */
export const LOOK_AHEAD: Duration = 28 * DAY;
