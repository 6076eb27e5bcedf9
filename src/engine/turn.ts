import { isDeepStrictEqual } from 'node:util';
import { diff } from '../diff.js';
import { fold } from '../incidents/fold.js';
import type { Alert, Transition } from '../model/alert.js';
import type { DecisionRecord } from '../model/evaluation.js';
import { incidentTopic, shownRevision, type Incident } from '../model/incident.js';
import { LIFE_DEFAULTS, type IncidentLife } from '../model/life.js';
import { audienceOf, audiences, isShared } from '../model/sharing.js';
import { SEVERITIES } from '../model/severity.js';
import type { Change, Fact, SourceHealth, SourceKey, SourceKind } from '../model/source.js';
import type { RouteNode } from '../model/route.js';
import type { MatchLabels } from '../model/silence.js';
import type { OutboxRow } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import { route } from '../notify/route.js';
import { scopesOf } from '../notify/scope.js';
import type { Rule } from '../rules/compile.js';
import { judge, type Judgement } from '../rules/judge.js';
import type { Poll } from '../sources/source.js';
import type { AffectedAsk, Known, TurnRecord } from '../store/store.js';
import { ruleFacts } from './rule-facts.js';
import { nextHealth, sourceFact, type PollOutcome } from './health.js';

/** What the judging and folding of a turn need beside what is known. */
export interface TurnContext {
  readonly source: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly rules: readonly Rule[];
  readonly root: RouteNode;
  /** Names of all tenants: whose a channel is follows from who may come to it. */
  readonly tenants?: readonly string[];
  readonly matches: MatchLabels;
  readonly at: Instant;
  /** When it is the same incident again, and when it flaps; as the defaults say when left out. */
  readonly life?: IncidentLife;
  /** False: nobody will ask why. */
  readonly explain?: boolean;
}

/** The first half of a turn: facts, changes and transitions, before any incident has been read. */
export interface Judged {
  readonly known: Known;
  readonly context: TurnContext;
  readonly good: boolean;
  readonly health: SourceHealth;
  readonly memory: Known['memory'];
  readonly changes: readonly Change[];
  readonly put: readonly Fact[];
  readonly gone: readonly string[];
  readonly transitions: readonly Transition[];
  readonly evaluations: number;
  readonly evaluated: Judgement['evaluated'];
}

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

/** Which incidents the second half has to see; undefined when it needs none. */
export function affectedBy(judged: Judged): AffectedAsk | undefined {
  const { transitions, changes, context } = judged;
  if (transitions.length === 0 && changes.length === 0) return undefined;
  const routed = transitions.map((transition) => routeOf(transition.alert, context));
  return {
    source: context.source,
    groupKeys: unique(routed.map(({ groupKey }) => groupKey)),
    audiences: routed
      .filter(isShared)
      .flatMap(({ destinations }) =>
        audiences(destinations).map((audience) => audienceOf({ destinations: audience })),
      ),
    fingerprints: unique(transitions.map((transition) => transition.alert.fingerprint)),
    subjects: unique([
      ...transitions.map((transition) => transition.alert.subject),
      ...changes.map((change) => change.subject),
    ]),
  };
}

/** The second half: alerts into incidents and outbox rows, as one value to commit. */
export function foldTurn(judged: Judged, incidents: readonly Incident[]): TurnRecord {
  const { context, transitions, changes, known } = judged;
  const folded = fold({
    at: context.at,
    source: context.source,
    transitions,
    changes,
    incidents,
    route: (alert) => routeOf(alert, context),
    ...(context.life ?? LIFE_DEFAULTS),
  });
  const kept = transitions.filter((transition) => transition.kind !== 'dropped');
  return {
    source: context.source,
    tenant: context.tenant,
    kind: context.kind,
    at: context.at,
    version: known.version,
    good: judged.good,
    health: judged.health,
    memory: judged.memory,
    put: judged.put,
    gone: judged.gone,
    changes,
    alerts: kept.map((transition) => transition.alert),
    dropped: transitions
      .filter((transition) => transition.kind === 'dropped')
      .map((transition) => transition.alert.fingerprint),
    incidents: folded.incidents,
    timeline: folded.timeline,
    outbox: [
      ...folded.incidents.flatMap((incident) =>
        outboxOf(incident, context.at, folded.gathering.has(incident.id)),
      ),
      ...summaryRows(judged, folded.incidents),
    ],
    evaluations: judged.evaluated,
    decisions: decisionsOf(judged),
  };
}

/**
 * One row for each channel of an incident: a first card waits for its group, everything later goes at once. While an incident
 * gathers tenants, its card waits for them as for the first ones.
 */
export function outboxOf(incident: Incident, at: Instant, gathering = false): OutboxRow[] {
  if (incident.baselineOf !== undefined) return [];
  // Nothing that a card would show: a flapping alert came or went.
  if (shownRevision(incident) < incident.revision) return [];
  return incident.destinations.map((destination) => ({
    topic: incidentTopic(incident.id),
    channel: destination.channel,
    dueAt: Math.max(gathering ? at + destination.groupWait : at, incident.openedAt + destination.groupWait),
    changedAt: at,
    priority: SEVERITIES.indexOf(incident.severity),
    attempts: 0,
  }));
}

/** The first poll's one summary, in every channel that one of its incidents would go to. */
function summaryRows(judged: Judged, incidents: readonly Incident[]): OutboxRow[] {
  const { context } = judged;
  const channels = unique(
    incidents
      .filter(
        ({ baselineOf, alerts }) =>
          baselineOf !== undefined && alerts.some(({ sourceKey }) => sourceKey === context.source),
      )
      .flatMap((incident) => incident.destinations.map((destination) => destination.channel)),
  );
  if (!judged.known.fresh) return [];
  return channels.map((channel) => ({
    topic: `summary:${context.source}`,
    channel,
    dueAt: context.at,
    changedAt: context.at,
    priority: SEVERITIES.length,
    attempts: 0,
  }));
}

function routeOf(alert: Alert, context: TurnContext): ReturnType<typeof route> {
  const { root, tenants = [], matches } = context;
  return route(root, alert.labels, matches, scopesOf(root, tenants, matches));
}

/** What an alert says may change with every poll: that is no decision. */
function decisionsOf({ transitions, evaluated }: Judged): DecisionRecord[] {
  const keyOf = ({ rule, subject }: { rule: string; subject: string }): string => `${rule}\n${subject}`;
  const found = new Map(evaluated.map((evaluation) => [keyOf(evaluation), evaluation]));
  return transitions
    .filter(({ kind }) => kind !== 'updated')
    .map(({ alert: { rule, subject }, at, kind, reason }) => {
      const evaluation = found.get(keyOf({ rule, subject }));
      const decided = { at, rule, subject, outcome: kind, reason };
      return evaluation === undefined ? decided : { ...decided, evaluation };
    });
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
