import { Temporal } from 'temporal-polyfill';
import { parseDuration } from '../../lib/duration.js';
import type { Instant } from '../../model/time.js';

/**
 * A point in time as people type it: `now`, `18:00` (the next one), `2026-12-24`, `2026-12-24T18:00`, with an offset or `Z`,
 * or `+4h` after `base`. Local times are of the given zone; one that the clocks skip is the one after it. Undefined for anything
 * else.
 */
export function parseWhen(
  text: string,
  timeZone: string,
  now: Instant,
  base: Instant = now,
): Instant | undefined {
  if (/^now$/i.test(text)) return now;
  const duration = /^\+?(\d.*[dhms])$/i.exec(text)?.[1];
  const span = duration === undefined ? undefined : parseDuration(duration.toLowerCase());
  if (span !== undefined) return base + span;
  if (/^\d{1,2}:\d{2}$/.test(text)) return nextTime(text.padStart(5, '0'), timeZone, base);
  if (/[zZ]$|[+-]\d{2}:\d{2}$/.test(text) && /T/i.test(text)) return orUndefined(() => Date.parse(text));
  return orUndefined(() => Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds);
}

function nextTime(text: string, timeZone: string, after: Instant): Instant | undefined {
  return orUndefined(() => {
    const plainTime = Temporal.PlainTime.from(text);
    const today = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate();
    const [first, second] = [today, today.add({ days: 1 })].map(
      (day) => day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds,
    );
    return first !== undefined && first > after ? first : (second ?? Number.NaN);
  });
}

function orUndefined(read: () => number): Instant | undefined {
  try {
    const at = read();
    return Number.isFinite(at) ? at : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
