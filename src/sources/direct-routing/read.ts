import { isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { CallKeep } from '../keep.js';
import type { Privacy } from '../source.js';
import type { SourceKey } from '../../model/source.js';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { CallsClient } from './client.js';
import { openFold } from './fold.js';
import { hourOf, openLedger, type Ledger } from './ledger.js';
import type { Names } from './scan/row.js';
import { openTally, type Tally } from './tally.js';

export interface ReadDeps {
  readonly keep: CallKeep;
  readonly source: SourceKey;
  readonly client: CallsClient;
  readonly names: Names;
  readonly privacy: Privacy;
  readonly log: Log;
}

/** What a process knows of the counted calls, so that the record is read once and not at every poll. */
export interface Known {
  readonly ledger: Ledger;
  readonly tally: Tally;
}

/** Longer spans are read in pieces: what is held in memory is one piece, and Graph refuses 90 days (HTTP 406). */
const PIECE: Duration = 3 * DAY;
/** Pieces overlap, so that an attempt and its success elsewhere are seen together. */
const SEAM: Duration = 5 * MINUTE;
/** New calls are kept after so many, in one transaction. */
const BATCH = 8_000;
const TRIES = 4;

export async function openKnown(
  keep: CallKeep,
  source: SourceKey,
  since: Instant,
  until: Instant,
): Promise<Known> {
  const ledger = openLedger(keep, source);
  const tally = openTally();
  for (const { minute, key, count } of await keep.counts(source, since, until)) {
    tally.add(minute, key.slice(0, key.lastIndexOf('|') + 1), count);
  }
  return { ledger, tally };
}

export interface Span {
  readonly from: Instant;
  readonly to: Instant;
  /** Counts of minutes before this are kept and not remembered. */
  readonly since: Instant;
}

export interface ReadResult {
  readonly known: Known;
  readonly rows: number;
  readonly broken: number;
}

/**
 * Reads the calls of a span and counts those that are new. May be ended at any point: what was kept stays counted, the rest is
 * found new the next time. When somebody else counted the same calls meanwhile, what they did is read and it begins again.
 */
export async function readCalls(deps: ReadDeps, span: Span, before: Known | undefined): Promise<ReadResult> {
  for (let attempt = 1, known = before; ; attempt += 1, known = undefined) {
    try {
      known ??= await openKnown(deps.keep, deps.source, span.since, span.to + HOUR);
      return { known, ...(await readSpan(deps, span, known)) };
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
      deps.log.info({ attempt }, 'somebody else counted calls meanwhile; reading again');
    }
  }
}

async function readSpan(deps: ReadDeps, span: Span, known: Known): Promise<{ rows: number; broken: number }> {
  let rows = 0;
  let broken = 0;
  let outside = 0;
  for (const piece of piecesOf(span)) {
    // Whether the end belongs to it is told differently in different places: an hour more is ready for it.
    await known.ledger.load(piece.from, piece.to + HOUR);
    const fold = openFold({ ...deps, ledger: known.ledger, from: hourOf(piece.from) });
    const settle = async (): Promise<void> => {
      const batch = fold.batch();
      if (batch.marks.size > 0) await deps.keep.add(deps.source, batch);
      fold.heads((minute, key, count) => {
        if (minute >= span.since) known.tally.add(minute, key, count);
      });
      fold.settle(batch);
    };
    const end = await deps.client.read(piece.from, piece.to, fold.take, async () => {
      if (fold.waiting >= BATCH) await settle();
      return true;
    });
    fold.finish();
    await settle();
    rows += end.rows;
    broken += end.broken;
    outside += fold.outside;
    known.ledger.forget(piece.to - PIECE);
  }
  known.ledger.forget(hourOf(span.from));
  known.tally.forget(span.since);
  if (broken + outside > 0)
    deps.log.warn({ broken, outside, of: rows }, 'rows that are no calls of this time were left out');
  return { rows, broken };
}

export function piecesOf({ from, to }: Pick<Span, 'from' | 'to'>): readonly { from: Instant; to: Instant }[] {
  const pieces = [];
  for (let at = from; at < to; at += PIECE) {
    pieces.push({ from: at === from ? at : at - SEAM, to: Math.min(at + PIECE, to) });
  }
  return pieces;
}
