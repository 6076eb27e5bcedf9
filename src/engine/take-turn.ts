import { isFault } from '../lib/fault.js';
import type { Poll } from '../sources/source.js';
import type { Committed, DecidingStore, Known } from '../store/store.js';
import type { PollOutcome } from './health.js';
import { affectedBy, foldTurn, judgeTurn, type Judged, type TurnContext } from './turn.js';

export interface TurnAsk {
  readonly context: TurnContext;
  /** Undefined: it failed. */
  readonly poll: Poll | undefined;
  readonly outcome: PollOutcome;
  /** What was known when the source was asked; read when left out. */
  readonly first?: Known;
  /** What is known, as this turn is to see it. */
  readonly seenAs?: (known: Known) => Known;
  /** The commit was refused: somebody else was quicker. */
  readonly onConflict?: (attempt: number) => void;
}

export interface Taken {
  readonly judged: Judged;
  readonly committed: Committed;
}

const TRIES = 6;

/** Judges, folds and commits; what is refused because the record moved meanwhile is decided anew on what stands there then. */
export async function takeTurn(
  store: Pick<DecidingStore, 'known' | 'affected' | 'commit'>,
  { context, poll, outcome, first, seenAs, onConflict }: TurnAsk,
): Promise<Taken> {
  for (let attempt = 1; ; attempt += 1) {
    const known = attempt === 1 && first !== undefined ? first : await store.known(context.source);
    const judged = judgeTurn(seenAs?.(known) ?? known, poll, outcome, context);
    const affected = affectedBy(judged);
    const turn = foldTurn(judged, affected === undefined ? [] : await store.affected(affected));
    try {
      return { judged, committed: await store.commit(turn) };
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
      onConflict?.(attempt);
    }
  }
}
