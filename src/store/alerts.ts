import type { Alert } from '../model/alert.js';
import type { SourceKey } from '../model/source.js';
import type { Sql } from './database.js';
import { lastByKey, toJson, toTimeText } from './values.js';
import { where } from './where.js';

/** Pending and firing alerts, oldest first. */
export async function readAlerts(
  sql: Sql,
  filter: { source?: SourceKey; tenant?: string } = {},
): Promise<readonly Alert[]> {
  const asked = where();
  asked.and('source = $::text', filter.source);
  asked.and('tenant = $::text', filter.tenant);
  const rows = await sql.query<{ body: Alert }>(
    `select body from tocsin.alerts${asked.text()} order by starts_at, fingerprint`,
    asked.params,
  );
  return rows.map((row) => row.body);
}

/** Live ones are kept; resolved ones, and `dropped` fingerprints that never fired, leave the table. */
export async function putAlerts(
  sql: Sql,
  alerts: readonly Alert[],
  dropped: readonly string[],
): Promise<void> {
  const live = alerts.filter((alert) => alert.state !== 'resolved');
  const over = alerts.filter((alert) => alert.state === 'resolved').map((alert) => alert.fingerprint);
  const leaving = [...over, ...dropped];
  if (leaving.length > 0)
    await sql.query('delete from tocsin.alerts where fingerprint = any($1::text[])', [leaving]);
  if (live.length === 0) return;
  await sql.query(
    `insert into tocsin.alerts (fingerprint, source, tenant, starts_at, body)
     select a.fingerprint, a.source, a.tenant, a.starts_at, a.body
     from jsonb_to_recordset($1::text::jsonb)
       as a (fingerprint text, source text, tenant text, starts_at timestamptz, body jsonb)
     on conflict (fingerprint) do update set
       source = excluded.source,
       tenant = excluded.tenant,
       starts_at = excluded.starts_at,
       body = excluded.body`,
    [
      toJson(
        lastByKey(live, (alert) => alert.fingerprint).map((alert) => ({
          fingerprint: alert.fingerprint,
          source: alert.sourceKey,
          tenant: alert.tenant,
          starts_at: toTimeText(alert.startsAt),
          body: alert,
        })),
      ),
    ],
  );
}
