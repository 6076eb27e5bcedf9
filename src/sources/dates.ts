/**
 * A foreign date as canonical ISO in UTC (`2026-11-21T03:10:00.000Z`), or null. The year 1 is .NET's way to say "never".
 * ISO with 0 to 7 digits of a second; without a zone it is UTC (Graph's `innerError.date`).
 */
export function toIso(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match =
    /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i.exec(
      value,
    );
  if (match === null || Number(match[1]) <= 1) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const sign = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${sign}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE = /\b([A-Z][a-z]{2,8})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/i;
const TIME =
  /\b(\d{1,2})(?::(\d{2}))?\s*([AP]\.?M\.?)?\s*\(?(UTC|GMT)\b|\b(\d{1,2}):(\d{2})\s*([AP]\.?M\.?)?/gi;

/**
 * A time as Microsoft's posts write it: `Friday, August 6, 2021, at 9:00 PM UTC`, also `… 5:00 PM (9:00 PM UTC)`. Null
 * when it is no date, or is told in another zone alone.
 */
export function proseToIso(text: string): string | null {
  const line = text.slice(0, 200);
  const date = DATE.exec(line);
  if (date === null) return toIso(/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[^\s]*/.exec(line)?.[0] ?? '');
  const month = MONTHS.indexOf((date[1] ?? '').slice(0, 3).toLowerCase());
  const time = timeOf(line.slice(date.index + date[0].length));
  if (month === -1 || time === undefined) return null;
  const day = Number(date[2]);
  const at = Date.UTC(Number(date[3]), month, day, time.hour, time.minute);
  return new Date(at).getUTCDate() === day && Number(date[3]) > 1 ? new Date(at).toISOString() : null;
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** The time that is said to be UTC, or else the only one when no other zone is named. */
function timeOf(text: string): TimeOfDay | undefined {
  const times = [...text.matchAll(TIME)];
  const utc = times.find((match) => match[4] !== undefined);
  if (utc !== undefined) return clock(utc[1], utc[2], utc[3]);
  const [first] = times;
  if (
    first === undefined ||
    /^\W*(?:[A-Z]{2,4}T|[A-Z][a-z]+ (?:standard |daylight )?time)\b/i.test(
      text.slice(first.index + first[0].length),
    )
  ) {
    return undefined;
  }
  return clock(first[5], first[6], first[7]);
}

function clock(
  hours: string | undefined,
  minutes: string | undefined,
  half: string | undefined,
): TimeOfDay | undefined {
  const minute = Number(minutes ?? 0);
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  return hour < 24 && minute < 60 ? { hour, minute } : undefined;
}
