import { coverage, LOOK_AHEAD } from '../oncall/coverage.js';
import { utc } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import type { Settings } from '../settings/index.js';
import { rosterOf } from './roster.js';

/** Times of the next four weeks in which nobody is on call. A schedule with a calendar is known once it has been fetched. */
export function uncovered(settings: Settings, now: Instant): readonly string[] {
  const { schedules } = settings;
  const roster = rosterOf(settings);
  return schedules.flatMap((schedule, index) => {
    if (schedule.layers.some(({ kind }) => kind === 'calendar')) return [];
    const { gaps } = coverage(schedule, now, now + LOOK_AHEAD, roster);
    const [first] = gaps;
    if (first === undefined) return [];
    const more = gaps.length === 1 ? '' : `, and ${gaps.length - 1} more times in the next four weeks`;
    return [
      `schedules[${index}]: nobody is on call in ${schedule.name} from ${utc(first.from)} until ${utc(first.to)}${more}`,
    ];
  });
}
