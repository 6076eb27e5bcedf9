import type { Change, Fact, SourceKey, SourceKind } from '../model/source.js';
import type { JsonObject } from '../model/json.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { toChange, type ChangeRow } from './history.js';
import { fromBigint, fromTime, toTime } from './values.js';

/** What the record still knows of earlier times, for backtests. */
export interface Past {
  /** When the first change of this source was seen that is still kept; undefined when there is none. */
  begins(source: SourceKey): Promise<Instant | undefined>;
  /** The facts of these kinds as they were just before `at`: today's, with every change since taken back. */
  factsAt(source: SourceKey, kinds: readonly SourceKind[], at: Instant): Promise<readonly Fact[]>;
  /** Changes of from ≤ at < to, oldest first; `limit` at most, those after `after`, which the last answer gave. */
  changes(
    source: SourceKey,
    span: PastSpan,
    page: { readonly after: number; readonly limit: number },
  ): Promise<{ readonly changes: readonly Change[]; readonly after: number }>;
  /** Messages that channels took of from ≤ at < to. */
  sent(from: Instant, to: Instant): Promise<readonly SentCount[]>;
}

export interface PastSpan {
  readonly kinds: readonly SourceKind[];
  readonly from: Instant;
  readonly to: Instant;
}

export interface SentCount {
  readonly channel: string;
  /** `post`, `edit`, `thread`, `find` */
  readonly action: string;
  readonly count: number;
}

export function openPast(db: Sql): Past {
  return {
    begins: (source) => readBegin(db, source),
    factsAt: (source, kinds, at) => readFactsAt(db, source, kinds, at),
    changes: (source, span, page) => readPage(db, source, span, page),
    sent: (from, to) => readSent(db, from, to),
  };
}

async function readBegin(sql: Sql, source: SourceKey): Promise<Instant | undefined> {
  const [row] = await sql.query<{ at: Date | null }>(
    'select min(at) as at from tocsin.changes where source = $1::text',
    [source],
  );
  const first = row?.at ?? undefined;
  return first === undefined ? undefined : fromTime(first);
}

interface FactRow {
  readonly subject: string;
  readonly kind: SourceKind;
  readonly body: JsonObject;
}

async function readFactsAt(
  sql: Sql,
  source: SourceKey,
  kinds: readonly SourceKind[],
  at: Instant,
): Promise<readonly Fact[]> {
  const rows = await sql.query<FactRow>(
    `with later as (
       select distinct on (subject) subject, kind, was from tocsin.changes
       where source = $1::text and kind = any($3::text[]) and at >= $2::timestamptz
       order by subject, at, id
     )
     select subject, kind, was as body from later where was is not null
     union all
     select f.subject, f.kind, f.body from tocsin.facts f
     where f.source = $1::text and f.kind = any($3::text[])
       and not exists (select from later l where l.subject = f.subject)
     order by subject`,
    [source, toTime(at), kinds],
  );
  return rows.map(({ subject, kind, body }) => ({ subject, kind, values: body }));
}

async function readPage(
  sql: Sql,
  source: SourceKey,
  { kinds, from, to }: PastSpan,
  { after, limit }: { readonly after: number; readonly limit: number },
): ReturnType<Past['changes']> {
  // Ids follow the order in which turns were committed, and turns of one source come one after the other.
  const rows = await sql.query<ChangeRow & { readonly id: string | number }>(
    `select id, subject, kind, at, was, became from tocsin.changes
     where source = $1::text and at >= $2::timestamptz and at < $3::timestamptz and id > $4::bigint
       and kind = any($6::text[]) order by id limit $5::integer`,
    [source, toTime(from), toTime(to), after, limit, kinds],
  );
  return {
    after: rows.reduce((last, row) => Math.max(last, fromBigint(row.id)), after),
    changes: rows.map(toChange),
  };
}

async function readSent(sql: Sql, from: Instant, to: Instant): Promise<readonly SentCount[]> {
  const rows = await sql.query<{ channel: string; action: string; count: string | number }>(
    `select channel, action, count(*) as count from tocsin.deliveries
     where outcome = 'accepted' and at >= $1::timestamptz and at < $2::timestamptz
     group by channel, action order by channel, action`,
    [toTime(from), toTime(to)],
  );
  return rows.map(({ channel, action, count }) => ({ channel, action, count: fromBigint(count) }));
}
