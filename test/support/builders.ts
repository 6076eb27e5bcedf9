import type { Alert } from '../../src/model/alert.js';
import type { Destination, Incident, TimelineEntry } from '../../src/model/incident.js';
import type { Evaluation, Term } from '../../src/model/evaluation.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { RuleDefinition } from '../../src/model/rule.js';
import type { Change, Fact, SourceHealth } from '../../src/model/source.js';
import type { Delivery, OutboxRow, Telling } from '../../src/model/telling.js';
import type { Instant } from '../../src/model/time.js';
import type { TurnRecord } from '../../src/store/store.js';

/** 2026-11-21 03:00 UTC: when tests begin unless they say otherwise. */
export const T0: Instant = Date.UTC(2026, 10, 21, 3, 0, 0);

export function aFact(subject: string, values: JsonObject = {}, kind: Fact['kind'] = 'service-health'): Fact {
  return { subject, kind, values };
}

/** `before` and `now` are the values on either side; leave one out for a subject that came or went. */
export function aChange(
  subject: string,
  sides: { readonly before?: JsonObject; readonly now?: JsonObject },
  at: Instant = T0,
): Change {
  return {
    subject,
    kind: 'service-health',
    at,
    ...(sides.before === undefined ? {} : { before: aFact(subject, sides.before) }),
    ...(sides.now === undefined ? {} : { now: aFact(subject, sides.now) }),
  };
}

/** A firing `service-degraded` of Exchange at contoso; labels and fingerprint follow what is given. */
export function anAlert(over: Partial<Alert> = {}): Alert {
  const rule = over.rule ?? 'service-degraded';
  const tenant = over.tenant ?? 'contoso';
  const kind = over.kind ?? 'service-health';
  const sourceKey = over.sourceKey ?? `${tenant}/${kind}`;
  const subject = over.subject ?? 'service:Exchange';
  const severity = over.severity ?? 'major';
  return {
    fingerprint: `${rule}|${sourceKey}|${subject}`,
    rule,
    tenant,
    sourceKey,
    kind,
    subject,
    state: 'firing',
    severity,
    labels: { alertname: rule, severity, tenant, source: kind, subject },
    summary: `${subject} is degraded`,
    description: '',
    runbook: '',
    startsAt: T0,
    firingAt: T0,
    values: {},
    because: 'active, status serviceDegradation → major',
    baseline: false,
    once: false,
    ...over,
  };
}

export function aRule(over: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    name: 'service-degraded',
    source: 'service-health',
    when: 'now.active',
    forMs: 0,
    keepMs: 0,
    once: false,
    severity: 'major',
    labels: {},
    summary: '',
    description: '',
    runbook: '',
    rationale: '',
    origin: 'builtin',
    written: {},
    ...over,
  };
}

export function aDestination(channel: string, over: Partial<Destination> = {}): Destination {
  return {
    channel,
    groupWait: 30_000,
    groupInterval: 300_000,
    repeatInterval: 14_400_000,
    muteTimes: [],
    activeTimes: [],
    ...over,
  };
}

/** An open incident with one firing alert, not committed yet (id -1); title, labels and severity follow its alerts. */
export function anIncident(over: Partial<Incident> = {}): Incident {
  const alerts = over.alerts ?? [anAlert()];
  const tenant = over.tenant ?? alerts[0]?.tenant ?? 'contoso';
  const subject = alerts[0]?.subject ?? 'service:Exchange';
  const severity = over.severity ?? alerts[0]?.severity ?? 'major';
  return {
    id: -1,
    groupKey: `${tenant}|${subject}`,
    groupLabels: { tenant, subject },
    tenant,
    title: alerts[0]?.summary ?? subject,
    severity,
    peak: severity,
    state: 'open',
    openedAt: T0,
    updatedAt: T0,
    alerts,
    destinations: [aDestination('noc')],
    revision: 1,
    ...over,
  };
}

export function aLine(incident: number, over: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    incident,
    seq: 0,
    at: T0,
    kind: 'opened',
    actor: { name: 'tocsin', via: 'engine' },
    text: 'opened',
    thread: false,
    ...over,
  };
}

export function anOutboxRow(topic: string, over: Partial<OutboxRow> = {}): OutboxRow {
  return { topic, channel: 'noc', dueAt: T0, changedAt: T0, priority: 1, attempts: 0, ...over };
}

export function aTelling(topic: string, over: Partial<Telling> = {}): Telling {
  return {
    topic,
    channel: 'noc',
    state: 'told',
    ref: { id: 'm1' },
    revision: 1,
    threadSeq: 0,
    status: 'firing',
    firing: [],
    firstAt: T0,
    lastAt: T0,
    ...over,
  };
}

/** `trunk-failing` on sbc1, silent for a want of calls. */
export function anEvaluation(over: Partial<Evaluation> = {}): Evaluation {
  return {
    rule: 'trunk-failing',
    subject: 'trunk:sbc1.contoso.com',
    at: T0,
    state: 'silent',
    when: 'now.attempts >= 20 && now.ner < 0.90',
    trace: {
      kind: 'all',
      holds: false,
      of: [aTerm('now.attempts', 12, '>=', 20, false), aTerm('now.ner', 0.5, '<', 0.9, true)],
    },
    forMs: 0,
    keepMs: 0,
    baseline: false,
    reason: '',
    ...over,
  };
}

export function aTerm(name: string, value: Json, op: string, than: Json, holds: boolean | null): Term {
  const right = { text: JSON.stringify(than), value: than };
  return { kind: 'term', text: `${name} ${op} ${right.text}`, holds, left: { text: name, value }, op, right };
}

export function aDelivery(topic: string, over: Partial<Delivery> = {}): Delivery {
  return {
    at: T0,
    channel: 'noc',
    topic,
    action: 'post',
    outcome: 'accepted',
    reason: 'first',
    durationMs: 12,
    lateMs: 0,
    ...over,
  };
}

export function someHealth(over: Partial<SourceHealth> = {}): SourceHealth {
  return {
    state: 'ok',
    failures: 0,
    blindSince: null,
    lastGood: new Date(T0).toISOString(),
    code: '',
    status: 0,
    message: '',
    advice: '',
    ...over,
  };
}

/** A good first poll of contoso's service health in which nothing happened. */
export function aTurn(over: Partial<TurnRecord> = {}): TurnRecord {
  return {
    source: 'contoso/service-health',
    tenant: 'contoso',
    kind: 'service-health',
    at: T0,
    version: 0,
    good: true,
    health: someHealth(),
    memory: undefined,
    put: [],
    gone: [],
    changes: [],
    alerts: [],
    dropped: [],
    incidents: [],
    timeline: [],
    outbox: [],
    evaluations: [],
    decisions: [],
    ...over,
  };
}
