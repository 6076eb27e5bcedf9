import {
  nextStepAt,
  type Destination,
  type Flap,
  type Incident,
  type IncidentState,
} from '../model/incident.js';
import type { Insight } from '../model/insight.js';
import type { Labels } from '../model/labels.js';
import type { Severity } from '../model/severity.js';
import { compacted, expanded, type StoredAlert } from './alert-copies.js';
import { fromBigint, fromTime, optional, optionalTime, toTimeText } from './values.js';

/** A row of tocsin.incidents as `INCIDENT_COLUMNS` selects it. */
export interface IncidentRow {
  readonly id: string | number;
  readonly revision: number;
  readonly state: IncidentState;
  readonly tenant: string;
  readonly group_key: string;
  readonly group_labels: Labels;
  readonly title: string;
  readonly severity: Severity;
  readonly peak: Severity;
  readonly opened_at: Date;
  readonly updated_at: Date;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly baseline_of: string | null;
  readonly alerts: readonly StoredAlert[];
  readonly destinations: readonly Destination[];
  readonly snoozed_until: Date | null;
  readonly woke_at: Date | null;
  readonly shown: number | null;
  readonly flaps: readonly Flap[] | null;
  readonly insight: Insight | null;
  /** When time alone will change it: found by it, never read. */
  readonly next_step_at: Date | null;
}

// One list for every statement, so that reading and writing cannot drift apart.
const COLUMNS: Readonly<Record<keyof IncidentRow, string>> = {
  id: 'bigint',
  revision: 'integer',
  state: 'text',
  tenant: 'text',
  group_key: 'text',
  group_labels: 'jsonb',
  title: 'text',
  severity: 'text',
  peak: 'text',
  opened_at: 'timestamptz',
  updated_at: 'timestamptz',
  acknowledged_at: 'timestamptz',
  acknowledged_by: 'text',
  resolved_at: 'timestamptz',
  resolved_by: 'text',
  baseline_of: 'text',
  alerts: 'jsonb',
  destinations: 'jsonb',
  snoozed_until: 'timestamptz',
  woke_at: 'timestamptz',
  shown: 'integer',
  flaps: 'jsonb',
  insight: 'jsonb',
  next_step_at: 'timestamptz',
};

const NAMES = Object.keys(COLUMNS);

/** `id, revision, …` */
export const INCIDENT_COLUMNS = NAMES.join(', ');

/** `id bigint, revision integer, …`: the shape of one element for jsonb_to_recordset. */
export const INCIDENT_RECORD = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/** `revision = n.revision, …`: everything but the id, from a record called `n`. */
export const INCIDENT_ASSIGNMENTS = NAMES.filter((name) => name !== 'id')
  .map((name) => `${name} = n.${name}`)
  .join(', ');

export function toIncident(row: IncidentRow): Incident {
  return {
    id: fromBigint(row.id),
    groupKey: row.group_key,
    groupLabels: row.group_labels,
    tenant: row.tenant,
    title: row.title,
    severity: row.severity,
    peak: row.peak,
    state: row.state,
    openedAt: fromTime(row.opened_at),
    updatedAt: fromTime(row.updated_at),
    ...optionalTime('acknowledgedAt', row.acknowledged_at),
    ...optional('acknowledgedBy', row.acknowledged_by),
    ...optionalTime('resolvedAt', row.resolved_at),
    ...optional('resolvedBy', row.resolved_by),
    alerts: expanded(row.alerts),
    destinations: row.destinations,
    ...optional('baselineOf', row.baseline_of),
    revision: row.revision,
    ...optionalTime('snoozedUntil', row.snoozed_until),
    ...optionalTime('wokeAt', row.woke_at),
    ...optional('shown', row.shown),
    ...optional('flaps', row.flaps),
    ...optional('insight', row.insight),
  };
}

/** The record of an incident, for `toJson`. */
export function fromIncident(incident: Incident): Record<keyof IncidentRow, unknown> {
  return {
    id: incident.id,
    revision: incident.revision,
    state: incident.state,
    tenant: incident.tenant,
    group_key: incident.groupKey,
    group_labels: incident.groupLabels,
    title: incident.title,
    severity: incident.severity,
    peak: incident.peak,
    opened_at: toTimeText(incident.openedAt),
    updated_at: toTimeText(incident.updatedAt),
    acknowledged_at: toTimeText(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    resolved_at: toTimeText(incident.resolvedAt),
    resolved_by: incident.resolvedBy,
    baseline_of: incident.baselineOf,
    alerts: compacted(incident.alerts),
    destinations: incident.destinations,
    snoozed_until: toTimeText(incident.snoozedUntil),
    woke_at: toTimeText(incident.wokeAt),
    shown: incident.shown,
    flaps: incident.flaps,
    insight: incident.insight,
    next_step_at: toTimeText(nextStepAt(incident)),
  };
}
