import { formatDuration, parseDuration } from '../../lib/duration.js';
import { MINUTE, type Duration } from '../../model/time.js';
import { usage } from './answers.js';

/** How long a `what` lasts. Throws `command.usage` for what is no duration, or none from a minute to `longest`. */
export function readDuration(text: string, what: string, longest: Duration): Duration {
  const durationMs = parseDuration(text.toLowerCase());
  if (durationMs === undefined) throw usage(`“${text}” is not a duration such as 30m, 4h or 2d.`, 'duration');
  if (durationMs < MINUTE || durationMs > longest)
    throw usage(`A ${what} lasts from 1m to ${formatDuration(longest)}.`, 'duration');
  return durationMs;
}
