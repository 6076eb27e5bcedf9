/** Nobody is believed who asks for more than this: a poll an hour later tells more than a promise. */
const CAP = 3_600_000;

/**
 * `Retry-After` as milliseconds from now, in both its forms (seconds, or an HTTP date); undefined when it is absent or
 * unreadable. A date is measured against the answer's own `Date`, so that two clocks that differ do no harm.
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1_000, CAP);
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const sent = Date.parse(headers['date'] ?? '');
  return Math.min(Math.max(until - (Number.isNaN(sent) ? now : sent), 0), CAP);
}
