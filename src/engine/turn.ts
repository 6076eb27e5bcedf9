import { fold } from '../incidents/fold.js';
import type { Alert, Transition } from '../model/alert.js';
import type { DecisionRecord } from '../model/evaluation.js';
import type { Incident } from '../model/incident.js';
import { LIFE_DEFAULTS, type IncidentLife } from '../model/life.js';
import type { RouteNode } from '../model/route.js';
import { audienceOf, audiences, isShared } from '../model/sharing.js';
import type { MatchLabels } from '../model/silence.js';
import type { Change, Fact, SourceHealth, SourceKey, SourceKind } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { route } from '../notify/route.js';
import { scopesOf } from '../notify/scope.js';
import type { Rule } from '../rules/compile.js';
import type { Judgement } from '../rules/judge.js';
import type { AffectedAsk, Known, TurnRecord } from '../store/store.js';
import { outboxOf, summaryRows } from './outbox-rows.js';

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
      ...(known.fresh ? summaryRows(context.source, context.at, folded.incidents) : []),
    ],
    evaluations: judged.evaluated,
    decisions: decisionsOf(judged),
  };
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
