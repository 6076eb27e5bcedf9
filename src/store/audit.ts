import type { AuditEntry, AuditFilter } from '../model/audit.js';
import type { Sql } from './database.js';
import { fromTime, toJson, toTime } from './values.js';
import { where } from './where.js';

export async function addAudit(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql.query(
    `insert into tocsin.audit (at, actor, action, outcome, detail)
     values ($1::timestamptz, $2::text::jsonb, $3::text, $4::text, $5::text::jsonb)`,
    [toTime(entry.at), toJson(entry.actor), entry.action, entry.outcome, toJson(entry.detail)],
  );
}

/** Newest first. */
export async function readAudit(sql: Sql, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const asked = where();
  asked.and('at >= $::timestamptz', toTime(filter.since) ?? undefined);
  asked.and('outcome = $::text', filter.outcome);
  asked.and(
    `strpos(lower(concat_ws(' ', actor->>'name', detail->>'id', detail->>'where', action)), lower($::text)) > 0`,
    filter.text,
  );
  const rows = await sql.query<Omit<AuditEntry, 'at'> & { at: Date }>(
    `select at, actor, action, outcome, detail from tocsin.audit${asked.text()}
     order by at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(({ at, ...rest }) => ({ ...rest, at: fromTime(at) }));
}
