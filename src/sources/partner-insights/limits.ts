import { Fault } from '../../lib/fault.js';
import { HOUR, MINUTE, type Instant } from '../../model/time.js';

/** Hours between two runs (Partner Center: 4 hours to 90 days). */
const SHORTEST = 4;
const LONGEST = 2_160;
/** The service wants the first run at least this far ahead of its own clock, which is not ours. */
const LEAD = 4 * HOUR;
const CLOCKS_DIFFER = 5 * MINUTE;
const QUARTER = 15 * MINUTE;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text);
}

/** Throws `command.usage` for an interval that the service would refuse; `minimum` is the dataset's own. */
export function checkInterval(hours: number, minimum: number | null): void {
  if (!Number.isInteger(hours) || hours < SHORTEST || hours > LONGEST)
    throw new Fault(
      'command.usage',
      `A report runs every ${SHORTEST} to ${LONGEST} hours, not every ${hours}.`,
    );
  if (minimum !== null && hours < minimum)
    throw new Fault(
      'command.usage',
      `This dataset allows a report every ${minimum} hours at the most often.`,
    );
}

/** The first run: as asked, or the first quarter of an hour that the service takes. Throws `command.usage` when too early. */
export function startOf(asked: Instant | undefined, now: Instant): Instant {
  const earliest = now + LEAD;
  if (asked === undefined) return Math.ceil((earliest + CLOCKS_DIFFER) / QUARTER) * QUARTER;
  if (asked >= earliest) return asked;
  throw new Fault(
    'command.usage',
    `The first run must be at least 4 hours ahead: ${stamp(earliest + CLOCKS_DIFFER)} or later.`,
  );
}

/** `2026-11-21T18:41:00Z`: with a fraction of a second the service fails with an internal error. */
export function stamp(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * How a quote within a value is written is documented nowhere, so none is taken: values in single quotes, each closed, and
 * none that touches another. Throws `command.usage`.
 */
export function checkQuery(query: string): void {
  const rest = query.replace(/'[^']*'(?!')/g, '');
  if (/['’‘]/.test(rest) || /["“”\\]/.test(query))
    throw new Fault(
      'command.usage',
      "The quotes of this query do not pair up: write values as 'value', without any quote inside.",
    );
  if (!/^\s*select\b[\s\S]+\bfrom\s+\w+/i.test(query))
    throw new Fault(
      'command.usage',
      'A query reads SELECT columns FROM dataset [WHERE …] [ORDER BY …] [LIMIT n] [TIMESPAN range].',
    );
}

/** The dataset that a query reads. */
export function datasetOf(query: string): string | undefined {
  return /\bfrom\s+(\w+)/i.exec(query.replace(/'[^']*'/g, "''"))?.[1];
}

/** Names are shown in many places and sent to a service that documents no escaping. Throws `command.usage`. */
export function checkName(name: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} _.()-]{0,99}$/u.test(name))
    throw new Fault(
      'command.usage',
      `“${name.slice(0, 40)}” is no name: letters, digits, blanks, _ . - ( ), at most 100.`,
    );
}
