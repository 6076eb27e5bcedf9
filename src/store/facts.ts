import type { JsonObject } from '../model/json.js';
import type { Fact, SourceKey, SourceKind, SubjectRow } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromTime, lastByKey, toJson, toTime } from './values.js';
import { where } from './where.js';

interface FactRow {
  readonly subject: string;
  readonly kind: SourceKind;
  readonly body: JsonObject;
}

/** The current snapshot of one source, by subject. */
export async function readFacts(sql: Sql, source: SourceKey): Promise<ReadonlyMap<string, Fact>> {
  const rows = await sql.query<FactRow>(
    'select subject, kind, body from tocsin.facts where source = $1::text order by subject',
    [source],
  );
  return new Map(rows.map((row) => [row.subject, toFact(row)]));
}

/** `since` moves only when the values did. */
export async function putFacts(
  sql: Sql,
  source: SourceKey,
  at: Instant,
  facts: readonly Fact[],
): Promise<void> {
  if (facts.length === 0) return;
  await sql.query(
    `insert into tocsin.facts as old (source, subject, kind, body, since, seen_at)
     select $1::text, f.subject, f.kind, f.body, $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($3::text::jsonb) as f (subject text, kind text, body jsonb)
     on conflict (source, subject) do update set
       kind = excluded.kind,
       body = excluded.body,
       seen_at = excluded.seen_at,
       since = case when old.body = excluded.body then old.since else excluded.since end`,
    [
      source,
      toTime(at),
      toJson(
        lastByKey(facts, (fact) => fact.subject).map(({ subject, kind, values }) => ({
          subject,
          kind,
          body: values,
        })),
      ),
    ],
  );
}

export async function dropFacts(sql: Sql, source: SourceKey, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  await sql.query('delete from tocsin.facts where source = $1::text and subject = any($2::text[])', [
    source,
    subjects,
  ]);
}

export interface SubjectFilter {
  readonly tenant?: string;
  readonly kind?: SourceKind;
  readonly prefix?: string;
  /** The whole subject, or what stands after its first colon; in any case. */
  readonly id?: string;
  /** A part of what its fact calls `name`, in any case. */
  readonly named?: string;
  readonly limit?: number;
}

/** A fact that no good poll took away was seen by the last good poll, whether or not it had changed. */
export async function readSubjects(sql: Sql, filter: SubjectFilter = {}): Promise<readonly SubjectRow[]> {
  const asked = where();
  asked.and('s.tenant = $::text', filter.tenant);
  asked.and('f.kind = $::text', filter.kind);
  asked.and('starts_with(f.subject, $::text)', filter.prefix);
  asked.and(`lower($::text) in (lower(f.subject), lower(${ID}))`, filter.id);
  asked.and(`strpos(lower(f.body ->> 'name'), lower($::text)) > 0`, filter.named);
  const rows = await sql.query<FactRow & { source: string; tenant: string; since: Date; seen_at: Date }>(
    `select f.subject, f.kind, f.body, f.source, s.tenant, f.since, greatest(f.seen_at, s.good_at) as seen_at
     from tocsin.facts f join tocsin.sources s on s.source = f.source${asked.text()}
     order by f.source, f.subject${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map((row) => ({
    ...toFact(row),
    source: row.source,
    tenant: row.tenant,
    since: fromTime(row.since),
    seenAt: fromTime(row.seen_at),
  }));
}

const ID = `substr(f.subject, strpos(f.subject, ':') + 1)`;

export async function readSubjectNames(
  sql: Sql,
  filter: { tenant?: string; limit?: number } = {},
): Promise<readonly string[]> {
  const asked = where();
  asked.and('s.tenant = $::text', filter.tenant);
  const rows = await sql.query<{ subject: string }>(
    `select distinct f.subject from tocsin.facts f join tocsin.sources s on s.source = f.source${asked.text()}
     order by f.subject${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map((row) => row.subject);
}

function toFact({ subject, kind, body }: FactRow): Fact {
  return { subject, kind, values: body };
}
