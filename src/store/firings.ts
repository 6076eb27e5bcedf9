import type { Alert, Firing } from '../model/alert.js';
import type { Labels } from '../model/labels.js';
import type { Severity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromBigint, fromTime, optional, optionalTime, toJson, toTime, toTimeText } from './values.js';
import { where } from './where.js';

/** One row each time an alert fires; the end and a worse severity are added to it. A turn that repeats them writes nothing. */
export async function putFirings(sql: Sql, alerts: readonly Alert[]): Promise<void> {
  const fired = alerts.filter((alert) => alert.firingAt !== undefined);
  if (fired.length === 0) return;
  await sql.query(
    `insert into tocsin.firings as old
       (fingerprint, fired_at, ended_at, rule, tenant, subject, severity, labels, once, baseline)
     select distinct on (fingerprint, fired_at)
       fingerprint, fired_at, ended_at, rule, tenant, subject, severity, labels, once, baseline
     from rows from (jsonb_to_recordset($1::text::jsonb) as (fingerprint text, fired_at timestamptz,
       ended_at timestamptz, rule text, tenant text, subject text, severity text, labels jsonb, once boolean,
       baseline boolean)) with ordinality as f
     order by fingerprint, fired_at, ordinality desc
     on conflict (fingerprint, fired_at) do update set
       ended_at = coalesce(excluded.ended_at, old.ended_at),
       severity = case when ${rank('excluded')} < ${rank('old')} then excluded.severity else old.severity end
     where old.ended_at is null and (excluded.ended_at is not null or ${rank('excluded')} < ${rank('old')})`,
    [toJson(fired.map(toRow))],
  );
}

function rank(table: string): string {
  return `array_position(array['critical', 'major', 'warning', 'info'], ${table}.severity)`;
}

function toRow(alert: Alert): Record<string, unknown> {
  const { fingerprint, rule, tenant, subject, severity, labels, once, baseline } = alert;
  return {
    fingerprint,
    fired_at: toTimeText(alert.firingAt),
    ended_at: toTimeText(alert.endsAt),
    rule,
    tenant,
    subject,
    severity,
    labels,
    once,
    baseline,
  };
}

interface Row {
  readonly fingerprint: string;
  readonly fired_at: Date;
  readonly ended_at: Date | null;
  readonly rule: string;
  readonly tenant: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly labels: Labels;
  readonly once: boolean;
  readonly baseline: boolean;
  readonly incident: string | number | null;
}

/** See `Store.firings`. The incident is the newest one with that alert that was there when it fired. */
export async function readFirings(
  sql: Sql,
  filter: { since: Instant; rule?: string; limit?: number },
): Promise<readonly Firing[]> {
  const asked = where();
  asked.and('f.fired_at >= $::timestamptz', toTime(filter.since));
  asked.and('f.rule = $::text', filter.rule);
  const rows = await sql.query<Row>(
    `select f.*, (
       select i.id from tocsin.incident_alerts a join tocsin.incidents i on i.id = a.incident_id
       where a.fingerprint = f.fingerprint and i.opened_at <= f.fired_at
       order by i.opened_at desc, i.id desc limit 1
     ) as incident
     from tocsin.firings f${asked.text()}
     order by f.fired_at desc, f.fingerprint${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    rule: row.rule,
    tenant: row.tenant,
    subject: row.subject,
    severity: row.severity,
    labels: row.labels,
    firedAt: fromTime(row.fired_at),
    ...optionalTime('endedAt', row.ended_at),
    once: row.once,
    baseline: row.baseline,
    ...optional('incident', row.incident === null ? null : fromBigint(row.incident)),
  }));
}
