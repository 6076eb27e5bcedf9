import type { ScheduleView } from '../../cards/index.js';
import type { Schedule, Shift } from '../../model/schedule.js';
import { DAY, type Instant } from '../../model/time.js';
import type { Roster } from '../../oncall/on-call.js';
import { coverage, LOOK_AHEAD } from '../../oncall/coverage.js';
import { shifts } from '../../oncall/shifts.js';

/** As far back as a shift that is on may have begun, and as far ahead as the next ones are looked for. */
const AROUND = 35 * DAY;
const NEXT = 4;

export function viewOf(schedule: Schedule, roster: Roster, now: Instant): ScheduleView {
  const all = joined(shifts(schedule, now - AROUND, now + AROUND, roster));
  const current = all.findIndex(({ from, to }) => from <= now && now < to);
  return {
    name: schedule.name,
    timeZone: schedule.timeZone,
    now: current >= 0 && current === all.length - 1 ? endless(all[current]) : all[current],
    // The last one is cut off by the end of the look ahead.
    next: all.slice(current + 1, -1).slice(0, NEXT),
    ...coverage(schedule, now, now + LOOK_AHEAD, roster),
    overrides: roster.overrides.filter(
      (override) => override.schedule === schedule.name && override.to > now,
    ),
  };
}

/** Nobody else takes over as far as is looked. */
function endless(shift: Shift | undefined): Shift | undefined {
  return shift === undefined ? undefined : { ...shift, to: Number.POSITIVE_INFINITY };
}

/** One person's stretches that follow each other are one shift, whatever the reasons. */
function joined(all: readonly Shift[]): readonly Shift[] {
  const found: Shift[] = [];
  for (const shift of all) {
    const last = found.at(-1);
    if (last !== undefined && last.person === shift.person)
      found[found.length - 1] = { ...last, to: shift.to };
    else found.push(shift);
  }
  return found;
}
