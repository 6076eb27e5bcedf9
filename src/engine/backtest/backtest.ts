import { setImmediate as breathe } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { areSame } from '../../diff.js';
import type { Backtest, BacktestSide } from '../../model/backtest.js';
import type { RouteNode } from '../../model/route.js';
import type { Inhibition, MuteTime } from '../../model/silence.js';
import type { Fact, SourceKind } from '../../model/source.js';
import type { Duration, Instant } from '../../model/time.js';
import { asksOf } from '../../rules/asks.js';
import type { Rule } from '../../rules/compile.js';
import type { Poll, Source } from '../../sources/source.js';
import type { Store } from '../../store/store.js';
import type { ReplayChannel } from '../replay/channel.js';
import { openReplay, type Replay } from '../replay/replay.js';
import { merged } from './merge.js';
import { historyOf, pastSources, type PastSource } from './past-source.js';
import type { PastTurn } from './recorded.js';
import { openTicks } from './ticks.js';
import { sentOf, sideOf } from './totals.js';

export interface BacktestDeps {
  readonly store: Pick<Store, 'past' | 'silences' | 'sources'>;
  readonly sources: readonly Source[];
  readonly channels: readonly ReplayChannel[];
  readonly root: RouteNode;
  readonly inhibitions: readonly Inhibition[];
  readonly muteTimes: readonly MuteTime[];
  /** The rules in force. */
  readonly present: readonly Rule[];
}

export interface BacktestAsk {
  readonly rules: readonly Rule[];
  readonly from: Instant;
  readonly until: Instant;
  readonly now: Instant;
  /** Only of these; all when left out. */
  readonly tenants?: readonly string[];
  /** Whether APIs may be asked for what the record has not. */
  readonly fetch: boolean;
  /** Told now and then how far it has come, 0 to 1. What it throws ends the work. */
  readonly progress: (share: number) => void;
}

/** Of real time: then others have their turn. */
const BREATH: Duration = 25;

/**
 * Plays history to rules, and to those in force beside them: the same judging, folding, routing and deciding as in production.
 * Nothing is sent, and nothing is written.
 */
export async function backtest(ask: BacktestAsk, deps: BacktestDeps): Promise<Backtest> {
  const { from, until, now, fetch, rules, progress } = ask;
  const notes = ['As if nobody had acknowledged anything; silences that people set hold.'];
  const present = besides(rules, deps.present).map((rule) => theSame(rule, rules));
  const both = [...rules, ...present];
  const kinds = new Set<SourceKind>(both.map(({ definition }) => definition.source));
  const these = await sideFor(rules, ask, deps);
  // What is in force as it is tried here needs to be played only once.
  const asNow = present.length === rules.length && present.every((rule) => rules.includes(rule));
  const beside = asNow ? these : await sideFor(present, ask, deps);
  const sides = asNow ? [these] : [these, beside];
  const ticks = openTicks(both);

  async function take(source: PastSource, turn: PastTurn): Promise<void> {
    const judged = [];
    for (const replay of sides) {
      await replay.until(turn.at);
      judged.push(await replay.take(source, answerOf(source, turn)));
    }
    ticks.took(source, turn.at, turn.error === undefined, judged);
    await pause(turn.at);
  }
  let breath = performance.now();
  /** Says how far it has come, and gives others their turn. */
  async function pause(at: Instant): Promise<void> {
    if (performance.now() - breath < BREATH) return;
    progress(Math.min(1, Math.max(0, (at - from) / (until - from))));
    await breathe();
    breath = performance.now();
  }
  /** Polls that saw nothing new. */
  async function pass(to: Instant): Promise<void> {
    for (let tick = ticks.next(to); tick !== undefined; tick = ticks.next(to))
      await take(tick.source, { at: tick.at });
  }

  const known = pastSources(await deps.store.sources(), deps.sources, kinds).filter(
    ({ tenant }) => ask.tenants?.includes(tenant) ?? true,
  );
  const histories = known.map((source) => {
    const asks = asksOf(both, source.kind);
    const note = (words: string): void => void notes.push(words);
    return withSource(
      source,
      historyOf(source, kinds, deps.store.past, { from, until, now, fetch, asks, note }),
    );
  });
  for await (const { source, turn } of merged(histories)) {
    await pass(turn.at);
    await take(source, turn);
  }
  await pass(until);
  for (const replay of sides) await replay.until(until);
  progress(1);
  const sideNow = ({ transitions, told }: Replay): BacktestSide => sideOf({ transitions, told, until });
  const names = rules.map(({ definition }) => definition.name);
  const sent = sentOf(await deps.store.past.sent(from, until));
  return { from, until, rules: names, these: sideNow(these), present: sideNow(beside), sent, notes };
}

/** The rules in force that have the same names; where there is none, those that look at the same sources. */
function besides(rules: readonly Rule[], present: readonly Rule[]): readonly Rule[] {
  const names = new Set(rules.map(({ definition }) => definition.name));
  const same = present.filter(({ definition }) => names.has(definition.name));
  if (same.length > 0) return same;
  const kinds = new Set(rules.map(({ definition }) => definition.source));
  return present.filter(({ definition }) => kinds.has(definition.source));
}

/** A rule that is tried as it is in force is one rule, and is asked once for both sides. */
function theSame(rule: Rule, rules: readonly Rule[]): Rule {
  const own = meaningOf(rule);
  return rules.find((tried) => isDeepStrictEqual(meaningOf(tried), own)) ?? rule;
}

/** All but where it stands. */
function meaningOf({ definition: { origin: _, written: __, ...meaning } }: Rule): object {
  return meaning;
}

async function sideFor(
  rules: readonly Rule[],
  { from, until }: BacktestAsk,
  { store, root, inhibitions, muteTimes, channels }: BacktestDeps,
): Promise<Replay> {
  const replay = openReplay({
    start: from,
    rules,
    root,
    inhibitions,
    muteTimes,
    channels,
    explain: false,
  });
  for (const { id: _, ...silence } of await store.silences(0))
    if (silence.endsAt > from && silence.startsAt < until) await replay.silence(silence);
  return replay;
}

interface Turn {
  readonly at: Instant;
  readonly source: PastSource;
  readonly turn: PastTurn;
}

async function* withSource(source: PastSource, turns: AsyncIterable<PastTurn>): AsyncGenerator<Turn> {
  let known: ReadonlyMap<string, Fact> = new Map();
  for await (const turn of turns) {
    const facts = turn.facts?.map((fact) => asKnown(fact, known.get(fact.subject)));
    if (facts !== undefined) known = new Map(facts.map((fact) => [fact.subject, fact]));
    yield { at: turn.at, source, turn: facts === undefined ? turn : { ...turn, facts } };
  }
}

/** A fact that is as it was is the one that it was: every set of rules sees so at a glance. */
function asKnown(fact: Fact, known: Fact | undefined): Fact {
  return known !== undefined && fact.kind === known.kind && areSame(fact.values, known.values) ? known : fact;
}

function answerOf({ kind }: PastSource, { at, facts, error }: PastTurn): Poll | { readonly error: unknown } {
  if (error !== undefined) return { error };
  const coverage = facts === undefined ? 'partial' : 'full';
  return { observation: { kind, at, coverage, facts: facts ?? [] }, memory: null, unchanged: false };
}
