import type { Poll } from '../sources/source.js';
import type { Committed, DecidingStore, Known } from '../store/store.js';
import { decideAgain } from './decide-again.js';
import type { PollOutcome } from './health.js';
import { judgeTurn } from './judge-turn.js';
import { affectedBy, foldTurn, type Judged, type TurnContext } from './turn.js';

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

/**
 * Judges, folds and commits; what is refused because the record moved meanwhile is decided anew on what stands there then.
 * Turns that were refused once take turns: four hundred tenants may bring the same issue within a minute, and side by side they
 * would go on refusing each other.
 */
export async function takeTurn(store: TurnStore, ask: TurnAsk): Promise<Taken> {
  return decideAgain(
    (attempt) =>
      attempt === 1
        ? decideAndCommit(store, ask, ask.first)
        : inTurn(store, () => decideAndCommit(store, ask, undefined)),
    ask.onConflict,
  );
}

type TurnStore = Pick<DecidingStore, 'known' | 'affected' | 'commit'>;

async function decideAndCommit(
  store: TurnStore,
  { context, poll, outcome, seenAs }: TurnAsk,
  first: Known | undefined,
): Promise<Taken> {
  const known = first ?? (await store.known(context.source));
  const judged = judgeTurn(seenAs?.(known) ?? known, poll, outcome, context);
  const affected = affectedBy(judged);
  const turn = foldTurn(judged, affected === undefined ? [] : await store.affected(affected));
  return { judged, committed: await store.commit(turn) };
}

const last = new WeakMap<TurnStore, Promise<unknown>>();

async function inTurn<T>(store: TurnStore, work: () => Promise<T>): Promise<T> {
  const mine = (last.get(store) ?? Promise.resolve()).then(work, work);
  last.set(store, mine);
  return mine;
}
