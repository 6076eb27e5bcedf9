import { isDeepStrictEqual } from 'node:util';
import { diff } from '../diff.js';
import type { Change, Fact, SourceHealth, SourceKind } from '../model/source.js';
import { judge, type Judgement } from '../rules/judge.js';
import type { Poll } from '../sources/source.js';
import type { Known } from '../store/store.js';
import { nextHealth, sourceFact, type PollOutcome } from './health.js';
import { ruleFacts } from './rule-facts.js';
import type { Judged, TurnContext } from './turn.js';

/** Everything of a turn that needs no incident: pure, so that a refused commit can be judged anew on fresher knowledge. */
export function judgeTurn(
  known: Known,
  poll: Poll | undefined,
  outcome: PollOutcome,
  context: TurnContext,
): Judged {
  const health = nextHealth(known.health, outcome, context.at);
  // A failed poll says nothing about the service: no diff, no judgement, not even of rules that read the clock.
  const seen = poll === undefined ? undefined : see(known, poll, context);
  const self = seeSelf(known, health, seen, context);
  return {
    known,
    context,
    good: outcome.ok,
    health,
    memory: poll?.memory,
    changes: [...(seen?.changes ?? []), ...self.changes],
    put: [...(seen?.put ?? []), ...self.put],
    gone: seen?.gone ?? [],
    transitions: [...(seen?.judgement.transitions ?? []), ...self.judgement.transitions],
    evaluations: (seen?.judgement.evaluations ?? 0) + self.judgement.evaluations,
    evaluated: [...(seen?.judgement.evaluated ?? []), ...self.judgement.evaluated],
  };
}

interface Seen {
  readonly changes: readonly Change[];
  readonly put: readonly Fact[];
  readonly gone: readonly string[];
  /** The snapshot with them. */
  readonly facts: ReadonlyMap<string, Fact>;
  readonly judgement: Judgement;
}

function see(known: Known, poll: Poll, context: TurnContext): Seen {
  const { changes, put, gone } = diff(known.facts, poll.observation);
  const facts = snapshot(known, put, gone);
  const judgement = judgeOf(known, context, context.kind, known.fresh, changes, facts);
  return { changes, put, gone, facts, judgement };
}

/** Tocsin's own facts of this turn: the source's health, and the rules that could not be evaluated. */
function seeSelf(known: Known, health: SourceHealth, seen: Seen | undefined, context: TurnContext): Seen {
  const own = sourceFact(context.source, context.tenant, context.kind, health);
  const rules = new Set(context.rules.map(({ definition }) => definition.name));
  const facts = seen?.facts ?? known.facts;
  const of = (judgements: readonly Judgement[]): readonly Fact[] => [
    own,
    ...ruleFacts({ facts, rules, judgements }),
  ];
  const before = seen === undefined ? [] : [seen.judgement];
  const told = of(before);
  const first = seeOwn(known, told, context);
  // A rule about Tocsin itself may fail like any other.
  const all = of([...before, first.judgement]);
  // Mostly there is nothing to be said of rules.
  if (all.length === 1 && told.length === 1) return first;
  return isDeepStrictEqual(all, told) ? first : seeOwn(known, all, context);
}

function snapshot(
  known: Known,
  put: readonly Fact[],
  gone: readonly string[] = [],
): ReadonlyMap<string, Fact> {
  if (put.length === 0 && gone.length === 0) return known.facts;
  const facts = new Map(known.facts);
  for (const fact of put) facts.set(fact.subject, fact);
  for (const subject of gone) facts.delete(subject);
  return facts;
}

function seeOwn(known: Known, facts: readonly Fact[], context: TurnContext): Seen {
  const { changes, put } = diff(known.facts, { kind: 'tocsin', at: context.at, coverage: 'partial', facts });
  const snapped = snapshot(known, put);
  const judgement = judgeOf(known, context, 'tocsin', false, changes, snapped);
  return { changes, put, gone: [], facts: snapped, judgement };
}

function judgeOf(
  known: Known,
  context: TurnContext,
  kind: SourceKind,
  baseline: boolean,
  changes: readonly Change[],
  facts: ReadonlyMap<string, Fact>,
): Judgement {
  return judge({
    rules: context.rules.filter((rule) => rule.definition.source === kind),
    source: context.source,
    tenant: context.tenant,
    at: context.at,
    baseline,
    changes,
    facts,
    alerts: known.alerts.filter((alert) => alert.kind === kind),
    ...(context.explain === undefined ? {} : { explain: context.explain }),
  });
}
