import type { Schedule } from '../../model/schedule.js';
import type { Answer, CommandContext } from '../command.js';
import { refused } from './answers.js';
import { nearest } from './nearest.js';

/** The schedule of this name, or all of them without one; a name that none has is refused with those that are near. */
export function schedulesNamed(
  name: string | undefined,
  schedules: readonly Schedule[],
  command: string,
  context: CommandContext,
): readonly Schedule[] | Answer {
  if (name === undefined) return schedules;
  const found = schedules.filter((schedule) => schedule.name.toLowerCase() === name.toLowerCase());
  if (found.length > 0) return found;
  return refused(context, {
    message: `There is no schedule “${name}”`,
    suggestions: nearest(
      name,
      schedules.map((schedule) => schedule.name),
    ).map((near) => `${command} ${near}`),
  });
}
