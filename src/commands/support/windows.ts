import { parseDuration } from '../../lib/duration.js';
import { DAY, MINUTE, type Duration } from '../../model/time.js';
import { usage } from './answers.js';

const LONGEST = 90 * DAY;

/** A span of time at the end of the words: `15m`, `1h30m`, `24 hours`, `last 7 days`. Throws `command.usage` for one out of reach. */
export function readWindow(
  args: readonly string[],
  usual: Duration,
): { readonly words: readonly string[]; readonly windowMs: Duration } {
  const text = args.join(' ').trim();
  const [, words = '', number = '', unit = ''] =
    /^(.*?)(?:^|\s)(?:last\s+|past\s+)?(\d{1,4})\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$/is.exec(
      text,
    ) ?? [];
  if (number !== '') return { words: split(words), windowMs: within(Number(number) * unitOf(unit)) };
  const last = args.at(-1) ?? '';
  const ms = /^\d/.test(last) ? parseDuration(last.toLowerCase()) : undefined;
  if (ms !== undefined) return { words: args.slice(0, -1), windowMs: within(ms) };
  if (/^\d+[a-z]{1,2}$/i.test(last)) throw usage(`“${last}” is not a window such as 15m, 24h or 7d.`);
  return { words: args, windowMs: usual };
}

function split(words: string): readonly string[] {
  return words.split(/\s+/).filter((word) => word !== '');
}

function unitOf(unit: string): Duration {
  const first = unit.charAt(0).toLowerCase();
  if (first === 'm') return MINUTE;
  if (first === 'h') return 60 * MINUTE;
  return first === 'w' ? 7 * DAY : DAY;
}

function within(ms: Duration): Duration {
  if (ms < MINUTE || ms > LONGEST) throw usage('A window goes from 1m to 90d.');
  return ms;
}
