import { Temporal } from 'temporal-polyfill';
import { MINUTE, type Instant } from '../../model/time.js';

/** A stamp of the log: the text as the site wrote it, and the instant it is taken for. */
export interface Stamp {
  readonly text: string;
  readonly at: Instant;
}

/** What the reading of a list needs to know. */
export interface Reading {
  /** IANA name of the zone that the site writes in. */
  readonly timeZone: string;
  /** The site's own clock: nothing has happened after it. */
  readonly now: Instant;
  /** Instants of stamps that were read before: in an hour that comes twice they settle which one was meant. */
  readonly known: ReadonlySet<Instant>;
}

/** Two clocks of one domain differ by less: Kerberos takes no more. */
export const SKEW = 5 * MINUTE;

const STAMP = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})$/;

/** True for `01/18/2015 10:30:13`: month first, 24 hours, no zone (Microsoft Learn, Get Last Integration Data). */
export function isStamp(text: string): boolean {
  return plainOf(text) !== undefined;
}

/**
 * A list of stamps, newest first. In an hour that comes twice each one is the later of its two readings that is neither in
 * the future nor newer than the stamp before it; an hour that does not exist is moved forward.
 */
export function readStamps(texts: readonly string[], reading: Reading): readonly Stamp[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return inOrder(texts, counts, reading) ?? inOrder(newestFirst(texts), counts, reading, true) ?? [];
}

/** Undefined when the list is not in the order it should have, unless `anyway`. */
function inOrder(
  texts: readonly string[],
  counts: ReadonlyMap<string, number>,
  reading: Reading,
  anyway = false,
): readonly Stamp[] | undefined {
  const stamps: Stamp[] = [];
  let bound = reading.now + SKEW;
  for (const text of texts) {
    const candidates = candidatesOf(text, reading.timeZone);
    const [latest] = candidates;
    if (latest === undefined) continue;
    const settled = counts.get(text) === 1 ? settledBy(candidates, reading.known) : undefined;
    const fitting = [...(settled === undefined ? [] : [settled]), ...candidates].find((at) => at <= bound);
    // The first one may lie in the future: whoever reads the list has to say so.
    if (fitting === undefined && stamps.length > 0 && !anyway) return undefined;
    const at = fitting ?? candidates.at(-1) ?? latest;
    stamps.push({ text, at });
    bound = at;
  }
  return anyway ? stamps.sort((a, b) => b.at - a.at) : stamps;
}

/** The reading that was chosen before, when there was one and not both. */
function settledBy(candidates: readonly Instant[], known: ReadonlySet<Instant>): Instant | undefined {
  const seen = candidates.filter((at) => known.has(at));
  return seen.length === 1 ? seen[0] : undefined;
}

/** The same few stamps are read at every poll. */
const readings = new Map<string, readonly Instant[]>();
const MOST_READINGS = 2_000;

/** One or two readings, the later first. */
function candidatesOf(text: string, timeZone: string): readonly Instant[] {
  const key = `${timeZone} ${text}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  if (readings.size >= MOST_READINGS) readings.clear();
  const found = findCandidates(text, timeZone);
  readings.set(key, found);
  return found;
}

function findCandidates(text: string, timeZone: string): readonly Instant[] {
  const plain = plainOf(text);
  if (plain === undefined) return [];
  const later = plain.toZonedDateTime(timeZone, { disambiguation: 'later' });
  const earlier = plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const exists = later.toPlainDateTime().equals(plain);
  return exists && earlier.epochMilliseconds !== later.epochMilliseconds
    ? [later.epochMilliseconds, earlier.epochMilliseconds]
    : [later.epochMilliseconds];
}

function plainOf(text: string): Temporal.PlainDateTime | undefined {
  const [, month, day, year, hour, minute, second] = STAMP.exec(text.trim()) ?? [];
  if (month === undefined) return undefined;
  const fields = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  };
  try {
    return Temporal.PlainDateTime.from(fields, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

function newestFirst(texts: readonly string[]): readonly string[] {
  const key = (text: string): string => plainOf(text)?.toString() ?? '';
  return [...texts].sort((a, b) => key(b).localeCompare(key(a)));
}

/**
 * `2026-10-24 22:15:40` as the site's own clocks show it; in the hour that comes twice with its offset, so that nobody has to
 * guess: `2026-10-25 02:15:40+01:00`.
 */
export function localText(at: Instant, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const plain = zoned.toPlainDateTime();
  const text = plain.toString({ smallestUnit: 'second' }).replace('T', ' ');
  const twice = candidatesOf(stampText(at, timeZone), timeZone).length > 1;
  return twice ? `${text}${zoned.offset}` : text;
}

/** The instant as the site writes it. */
export function stampText(at: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(local.month)}/${two(local.day)}/${local.year} ${two(local.hour)}:${two(local.minute)}:${two(local.second)}`;
}
