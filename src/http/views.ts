import type { AuditEntry } from '../model/audit.js';
import { formatDuration } from '../lib/duration.js';
import { formatMatcher } from '../lib/matchers.js';
import type { ResponseWeek } from '../model/response.js';
import type { NoiseRow } from '../model/noise.js';
import type { Alert } from '../model/alert.js';
import type { Evaluation } from '../model/evaluation.js';
import { flapping, incidentName, type Incident, type TimelineEntry } from '../model/incident.js';
import { leadOf, type Insight } from '../model/insight.js';
import { tenantsIn } from '../model/sharing.js';
import type { RuleDefinition } from '../model/rule.js';
import type { Delivery, Telling } from '../model/telling.js';
import type { SubjectRow } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { cardToText } from './text.js';
import type { Shift } from '../model/schedule.js';
import type { Explained, FedSchedule, HeldSilence, IncidentDetail } from './deps.js';

/** The API's shapes: names as in the model, ids as people write them, instants as ISO 8601 in UTC. */

export function incidentView(incident: Incident) {
  return {
    id: incidentName(incident.id),
    tenant: incident.tenant,
    title: incident.title,
    state: incident.state,
    severity: incident.severity,
    peak: incident.peak,
    openedAt: iso(incident.openedAt),
    updatedAt: iso(incident.updatedAt),
    acknowledgedAt: iso(incident.acknowledgedAt),
    acknowledgedBy: incident.acknowledgedBy ?? null,
    resolvedAt: iso(incident.resolvedAt),
    resolvedBy: incident.resolvedBy ?? null,
    snoozedUntil: iso(incident.snoozedUntil),
    flapping: flapping(incident).map(({ fingerprint, since, count }) => ({
      fingerprint,
      since: iso(since),
      count,
    })),
    groupKey: incident.groupKey,
    groupLabels: incident.groupLabels,
    channels: incident.destinations.map((destination) => destination.channel),
    baseline: incident.baselineOf !== undefined,
    revision: incident.revision,
    tenants: tenantsIn(incident),
    insight: incident.insight === undefined ? null : insightView(incident.insight),
    alerts: incident.alerts.map((alert, i) => alertView(alert, isRepeated(incident.alerts, i))),
  };
}

function insightView({ calls, issues, early }: Insight) {
  return {
    calls: calls.map((one) => ({ ...one, from: iso(one.from), to: iso(one.to) })),
    issues: issues.map(({ startedAt, postedAt, endedAt, ...rest }) => ({
      ...rest,
      startedAt: iso(startedAt),
      postedAt: iso(postedAt),
      endedAt: iso(endedAt),
    })),
    early: early.map((one) => ({
      tenant: one.tenant,
      seenAt: iso(one.seenAt),
      issue: one.issue ?? null,
      postedAt: iso(one.postedAt),
      leadSeconds: seconds(leadOf(one)),
      incident: one.incident === undefined ? null : incidentName(one.incident),
    })),
  };
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms / 1_000);
}

/** What is said of hundreds of tenants in the same words is said once. */
function isRepeated(alerts: readonly Alert[], index: number): boolean {
  const values = alerts[index]?.values;
  return alerts.findIndex((other) => other.values === values) < index;
}

export function incidentDetailView({ incident, timeline, tellings, deliveries }: IncidentDetail) {
  return {
    ...incidentView(incident),
    timeline: timeline.map(timelineView),
    tellings: tellings.map(tellingView),
    deliveries: deliveries.map(deliveryView),
  };
}

export function deliveryView(delivery: Delivery) {
  const { at, answer, until, ...rest } = delivery;
  return { ...rest, at: iso(at), answer: answer ?? null, until: iso(until) };
}

export function auditView({ at, actor, action, outcome, detail }: AuditEntry) {
  const { id, role, needs, where, button, reason } = detail;
  return {
    at: iso(at),
    who: actor.name,
    via: actor.via,
    id: id ?? null,
    role: role ?? null,
    where: where ?? null,
    button: button === true,
    action,
    outcome,
    needs: needs ?? null,
    reason: reason ?? null,
  };
}

export function subjectView(subject: SubjectRow) {
  return {
    subject: subject.subject,
    tenant: subject.tenant,
    source: subject.source,
    kind: subject.kind,
    since: iso(subject.since),
    seenAt: iso(subject.seenAt),
    values: subject.values,
  };
}

export function ruleView(rule: RuleDefinition) {
  const { forMs, keepMs, windowMs, written: _, ...rest } = rule;
  return {
    ...rest,
    ...(windowMs === undefined ? {} : { window: formatDuration(windowMs) }),
    for: formatDuration(forMs),
    keep: formatDuration(keepMs),
  };
}

export function noiseView({ rule, weeks, subjects, suggestions }: NoiseRow) {
  return {
    rule,
    weeks: weeks.map((week) => ({ ...week, from: iso(week.from), to: iso(week.to) })),
    subjects,
    suggestions: suggestions.map(({ setting, ms, spared, of }) => ({
      setting,
      value: formatDuration(ms),
      spared,
      of,
    })),
  };
}

export function responseView({ from, to, mttaMs, mttrMs, ...week }: ResponseWeek) {
  return { from: iso(from), to: iso(to), ...week, mttaMs: mttaMs ?? null, mttrMs: mttrMs ?? null };
}

export function scheduleView({ schedule, feed }: FedSchedule) {
  const { name, timeZone, now, next, overrides, gaps, overlaps } = schedule;
  return {
    name,
    timeZone,
    now: now === undefined ? null : shiftView(now),
    next: next.map(shiftView),
    overrides: overrides.map(({ schedule: _, from, to, at, ...rest }) => ({
      ...rest,
      from: iso(from),
      to: iso(to),
      at: iso(at),
    })),
    gaps: gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
    overlaps: overlaps.map(({ from, to, people }) => ({ people, from: iso(from), to: iso(to) })),
    feed: feed ?? null,
  };
}

/** Without an end when nobody else takes over. */
function shiftView({ person, from, to, reason }: Shift) {
  return { person: person ?? null, from: iso(from), to: Number.isFinite(to) ? iso(to) : null, reason };
}

export function silenceView({ silence, holds }: HeldSilence) {
  return {
    id: silence.id,
    matchers: silence.matchers.map(formatMatcher),
    startsAt: iso(silence.startsAt),
    endsAt: iso(silence.endsAt),
    author: silence.author,
    comment: silence.comment,
    holdsBack: holds.map(incidentName),
  };
}

export function explanationView({ view, card }: Explained) {
  return {
    about: view.about.kind,
    text: cardToText(card),
    card,
    facts: view.facts.map(subjectView),
    evaluations: view.evaluations.map(evaluationView),
    decisions: view.decisions.map(({ evaluation, at, ...rest }) => ({
      ...rest,
      at: iso(at),
      evaluation: evaluation === undefined ? null : evaluationView(evaluation),
    })),
    incidents: incidentsOf(view).map(incidentView),
    deliveries: view.deliveries.map(deliveryView),
    sources: view.sources.map(({ key, health, polledAt }) => ({
      key,
      state: health?.state ?? null,
      message: health?.message ?? '',
      polledAt: iso(polledAt),
    })),
  };
}

function incidentsOf({ about, incidents }: Explained['view']): readonly Incident[] {
  return about.kind === 'incident' ? [about.incident] : incidents;
}

function evaluationView(evaluation: Evaluation & { readonly since?: Instant }) {
  const { at, since, startsAt, clearSince, forMs, keepMs, ...rest } = evaluation;
  return {
    ...rest,
    at: iso(at),
    since: iso(since),
    startsAt: iso(startsAt),
    clearSince: iso(clearSince),
    for: formatDuration(forMs),
    keep: formatDuration(keepMs),
  };
}

function alertView(alert: Alert, repeated: boolean) {
  return {
    fingerprint: alert.fingerprint,
    rule: alert.rule,
    subject: alert.subject,
    source: alert.sourceKey,
    state: alert.state,
    severity: alert.severity,
    labels: alert.labels,
    summary: alert.summary,
    description: repeated ? '' : alert.description,
    runbook: alert.runbook,
    startsAt: iso(alert.startsAt),
    firingAt: iso(alert.firingAt),
    endsAt: iso(alert.endsAt),
    because: alert.because,
    values: repeated ? {} : alert.values,
  };
}

function timelineView(entry: TimelineEntry) {
  return { seq: entry.seq, at: iso(entry.at), kind: entry.kind, actor: entry.actor, text: entry.text };
}

/** Without `ref`: the platform's address of a message is nobody's business outside its adapter. */
function tellingView(telling: Telling) {
  return {
    channel: telling.channel,
    state: telling.state,
    status: telling.status,
    revision: telling.revision,
    firstAt: iso(telling.firstAt),
    lastAt: iso(telling.lastAt),
  };
}

function iso(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
