import { DAY, HOUR, type Duration } from '../../model/time.js';
import { readDuration } from './lasting.js';

const LONGEST = 90 * DAY;

/** `#3` → 3; undefined for anything else. */
export function silenceId(text: string): number | undefined {
  const digits = /^#(\d{1,12})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export interface TimeAndComment {
  readonly durationMs: Duration;
  readonly comment: string;
}

/** A comment may follow at once; what begins like a number was meant to be a duration. An hour when none is given. */
export function timeAndComment(words: readonly string[]): TimeAndComment {
  const [first, ...rest] = words;
  if (first === undefined || !/^[+-]?[\d.]/.test(first))
    return { durationMs: HOUR, comment: words.join(' ') };
  return { durationMs: readSpan(first), comment: rest.join(' ') };
}

export function readSpan(text: string): Duration {
  return readDuration(text, 'silence', LONGEST);
}
