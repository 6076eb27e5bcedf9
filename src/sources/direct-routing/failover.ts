import { HOUR, SECOND, type Instant } from '../../model/time.js';
import type { Row } from './scan/row.js';

/** A failed attempt that a later success may make good for the person who called. */
export interface Attempt {
  readonly id: readonly [number, number, number, number];
  readonly start: Instant;
  readonly correlation0: number;
  readonly correlation1: number;
  readonly pair: number;
  readonly trunk: number;
  /** The place of its key's head. */
  readonly head: number;
}

/** The calls of one reading, kept just long enough to find failed attempts that succeeded elsewhere. */
export interface Failovers {
  failed(row: Row, direction: number, head: number): void;
  answered(row: Row, direction: number): void;
  /** Failed attempts that were followed by a success of the same correlation, or of the same numbers on another trunk within 30 s. */
  recovered(): readonly Attempt[];
}

const SAME_CORRELATION_WITHIN = HOUR;
const SAME_NUMBERS_WITHIN = 30 * SECOND;
const WORDS = 5;
const BLOCK = 8_192;

export function openFailovers(origin: Instant): Failovers {
  const attempts: Attempt[] = [];
  const blocks: Int32Array[] = [];
  let used = BLOCK * WORDS;

  return {
    failed(row, direction, head) {
      attempts.push({
        id: [row.id0, row.id1, row.id2, row.id3],
        start: row.start,
        ...linksOf(row, direction),
        trunk: row.trunk,
        head,
      });
    },
    answered(row, direction) {
      if (used === BLOCK * WORDS) {
        blocks.push(new Int32Array(BLOCK * WORDS));
        used = 0;
      }
      const block = blocks[blocks.length - 1] as Int32Array;
      // Legs of one call share its correlation, and run in different directions: those are not the same attempt again.
      block[used] = row.correlation0 === 0 && row.correlation1 === 0 ? 0 : row.correlation0 ^ (direction + 1);
      block[used + 1] = row.correlation1;
      block[used + 2] = row.pair === 0 ? 0 : row.pair ^ (direction + 1);
      block[used + 3] = row.start - origin;
      block[used + 4] = row.trunk;
      used += WORDS;
    },
    recovered: () => match(attempts, blocks, used, origin),
  };
}

function linksOf(row: Row, direction: number): Pick<Attempt, 'correlation0' | 'correlation1' | 'pair'> {
  const none = row.correlation0 === 0 && row.correlation1 === 0;
  return {
    correlation0: none ? 0 : row.correlation0 ^ (direction + 1),
    correlation1: row.correlation1,
    pair: row.pair === 0 ? 0 : row.pair ^ (direction + 1),
  };
}

function match(
  attempts: readonly Attempt[],
  blocks: readonly Int32Array[],
  used: number,
  origin: Instant,
): readonly Attempt[] {
  if (attempts.length === 0) return [];
  const byCorrelation = group(attempts, (attempt) => attempt.correlation0);
  const byPair = group(attempts, (attempt) => attempt.pair);
  const maybe = new Uint8Array(SIEVE);
  for (const { correlation0, pair } of attempts) {
    maybe[correlation0 & (SIEVE - 1)] = 1;
    maybe[pair & (SIEVE - 1)] = 1;
  }
  const found = new Set<Attempt>();
  for (const [index, block] of blocks.entries()) {
    const length = index === blocks.length - 1 ? used : block.length;
    for (let at = 0; at < length; at += WORDS) {
      const correlated = maybe[(block[at] as number) & (SIEVE - 1)] === 1;
      if (!correlated && maybe[(block[at + 2] as number) & (SIEVE - 1)] === 0) continue;
      const start = origin + (block[at + 3] as number);
      const alike = byCorrelation.get(block[at] as number);
      if (alike !== undefined)
        take(
          alike,
          start,
          SAME_CORRELATION_WITHIN,
          (attempt) => attempt.correlation1 === block[at + 1],
          found,
        );
      const paired = byPair.get(block[at + 2] as number);
      if (paired !== undefined)
        take(paired, start, SAME_NUMBERS_WITHIN, (attempt) => attempt.trunk !== block[at + 4], found);
    }
  }
  return [...found];
}

/** Those of the attempts, which are in order of time, that a success at `start` makes good: they are looked for no longer. */
function take(
  attempts: Attempt[],
  start: Instant,
  within: number,
  fits: (attempt: Attempt) => boolean,
  found: Set<Attempt>,
): void {
  for (let i = firstSince(attempts, start - within); i < attempts.length;) {
    const attempt = attempts[i] as Attempt;
    if (attempt.start > start) return;
    if (fits(attempt)) {
      found.add(attempt);
      attempts.splice(i, 1);
    } else i += 1;
  }
}

function firstSince(attempts: readonly Attempt[], since: Instant): number {
  let low = 0;
  let high = attempts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((attempts[middle] as Attempt).start < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Most calls resemble no failed attempt: one look at a small table says so. */
const SIEVE = 1 << 18;

function group(
  attempts: readonly Attempt[],
  key: (attempt: Attempt) => number,
): ReadonlyMap<number, Attempt[]> {
  const groups = new Map<number, Attempt[]>();
  for (const attempt of attempts) {
    const at = key(attempt);
    if (at === 0) continue;
    const known = groups.get(at);
    if (known === undefined) groups.set(at, [attempt]);
    else known.push(attempt);
  }
  for (const group of groups.values()) group.sort((a, b) => a.start - b.start);
  return groups;
}
