import { Fault } from '../lib/fault.js';
import type { JsonObject } from '../model/json.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { CallBatch, CallKeep, FailedCall, MinuteCount } from '../sources/keep.js';
import type { Database, Sql } from './database.js';
import { fromBigint, fromTime, lastByKey, storable, toJson, toTime, toTimeText } from './values.js';
import { where } from './where.js';

/** Rows of marks that an hour may gather before they are joined. */
const MANY = 24;
/** Rows of one statement: it travels to the embedded database's thread as one text. */
const AT_ONCE = 5_000;

/** Direct-routing calls over an open database. */
export function openCalls(db: Database): CallKeep {
  return {
    marks: (source, hours) => readMarks(db, source, hours),
    add: (source, batch) => db.transaction((sql) => addBatch(sql, source, batch)),
    begins: (source) => readBegin(db, source),
    counts: (source, from, to) => readCounts(db, source, from, to),
    failed: (source, filter) => readFailed(db, source, filter),
    forget: (source, before, only) => db.transaction((sql) => forget(sql, source, before, only)),
  };
}

async function readMarks(
  sql: Sql,
  source: SourceKey,
  hours: readonly Instant[],
): Promise<ReadonlyMap<Instant, readonly Uint8Array[]>> {
  const rows = await sql.query<{ hour: Date; marks: Uint8Array }>(
    `select m.hour, m.marks from tocsin.call_marks m
     join jsonb_array_elements_text($2::text::jsonb) as asked (hour) on m.hour = asked.hour::timestamptz
     where m.source = $1::text order by m.id`,
    [source, toJson(hours.map((hour) => toTimeText(hour)))],
  );
  const found = new Map<Instant, Uint8Array[]>();
  for (const { hour, marks } of rows) {
    const at = fromTime(hour);
    const known = found.get(at);
    if (known === undefined) found.set(at, [marks]);
    else known.push(marks);
  }
  return found;
}

async function addBatch(sql: Sql, source: SourceKey, batch: CallBatch): Promise<void> {
  // Two that count the same source at once would each find the other's calls new.
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('calls ' || $1::text, 0))`, [source]);
  const rows = await refuseStale(sql, source, batch);
  await addMarks(sql, source, batch.marks);
  for (const [hour, count] of rows) if (count >= MANY) await joinMarks(sql, source, hour);
  for (const counts of parts(added(batch.counts))) await addCounts(sql, source, counts);
  for (const failed of parts(lastByKey(batch.failed, (call) => call.id)))
    await addFailed(sql, source, failed);
}

/** Throws `store.conflict` where an hour has other marks than the batch was decided on; else the rows of each hour. */
async function refuseStale(
  sql: Sql,
  source: SourceKey,
  { known }: CallBatch,
): Promise<ReadonlyMap<Instant, number>> {
  const hours = await sql.query<{ hour: Date; bytes: string | number; rows: string | number }>(
    `select m.hour, sum(length(m.marks)) as bytes, count(*) as rows from tocsin.call_marks m
     join jsonb_array_elements_text($2::text::jsonb) as asked (hour) on m.hour = asked.hour::timestamptz
     where m.source = $1::text group by m.hour`,
    [source, toJson([...known.keys()].map((hour) => toTimeText(hour)))],
  );
  const bytes = new Map(hours.map((row) => [fromTime(row.hour), fromBigint(row.bytes)]));
  for (const [hour, expected] of known) {
    if ((bytes.get(hour) ?? 0) === expected) continue;
    throw new Fault('store.conflict', `Somebody else counted calls of ${source} meanwhile.`);
  }
  return new Map(hours.map((row) => [fromTime(row.hour), fromBigint(row.rows)]));
}

async function addMarks(sql: Sql, source: SourceKey, marks: ReadonlyMap<Instant, Uint8Array>): Promise<void> {
  if (marks.size === 0) return;
  await sql.query(
    `insert into tocsin.call_marks (source, hour, marks)
     select $1::text, m.hour, decode(m.marks, 'base64')
     from jsonb_to_recordset($2::text::jsonb) as m (hour timestamptz, marks text)`,
    [
      source,
      toJson(
        [...marks].map(([hour, bytes]) => ({
          hour: toTimeText(hour),
          marks: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
        })),
      ),
    ],
  );
}

async function joinMarks(sql: Sql, source: SourceKey, hour: Instant): Promise<void> {
  await sql.query(
    `with old as (
       delete from tocsin.call_marks where source = $1::text and hour = $2::timestamptz returning id, marks
     )
     insert into tocsin.call_marks (source, hour, marks)
     select $1::text, $2::timestamptz, string_agg(marks, ''::bytea order by id) from old`,
    [source, toTime(hour)],
  );
}

/** One entry a key: a statement may touch a row only once. */
function added(counts: readonly MinuteCount[]): readonly MinuteCount[] {
  const sums = new Map<string, MinuteCount>();
  for (const { minute, key, count } of counts) {
    const name = `${minute} ${storable(key)}`;
    sums.set(name, { minute, key, count: (sums.get(name)?.count ?? 0) + count });
  }
  return [...sums.values()];
}

async function addCounts(sql: Sql, source: SourceKey, counts: readonly MinuteCount[]): Promise<void> {
  await sql.query(
    `insert into tocsin.call_counts as known (source, minute, key, count)
     select $1::text, c.minute, c.key, c.count
     from jsonb_to_recordset($2::text::jsonb) as c (minute timestamptz, key text, count bigint)
     on conflict (source, minute, key) do update set count = known.count + excluded.count`,
    [source, toJson(counts.map(({ minute, key, count }) => ({ minute: toTimeText(minute), key, count })))],
  );
}

async function addFailed(sql: Sql, source: SourceKey, failed: readonly FailedCall[]): Promise<void> {
  await sql.query(
    `insert into tocsin.call_failures (source, id, started_at, body)
     select $1::text, f.id, f.at, f.body
     from jsonb_to_recordset($2::text::jsonb) as f (id text, at timestamptz, body jsonb)
     on conflict (source, id) do nothing`,
    [
      source,
      toJson(failed.map(({ id, startedAt, values }) => ({ id, at: toTimeText(startedAt), body: values }))),
    ],
  );
}

async function readBegin(sql: Sql, source: SourceKey): Promise<Instant | undefined> {
  const [row] = await sql.query<{ minute: Date | null }>(
    'select min(minute) as minute from tocsin.call_counts where source = $1::text',
    [source],
  );
  const first = row?.minute ?? undefined;
  return first === undefined ? undefined : fromTime(first);
}

async function readCounts(
  sql: Sql,
  source: SourceKey,
  from: Instant,
  to: Instant,
): Promise<readonly MinuteCount[]> {
  const rows = await sql.query<{ minute: Date; key: string; count: string | number }>(
    `select minute, key, count from tocsin.call_counts
     where source = $1::text and minute >= $2::timestamptz and minute < $3::timestamptz order by minute, key`,
    [source, toTime(from), toTime(to)],
  );
  return rows.map(({ minute, key, count }) => ({ minute: fromTime(minute), key, count: fromBigint(count) }));
}

async function readFailed(
  sql: Sql,
  source: SourceKey,
  filter: Parameters<CallKeep['failed']>[1],
): Promise<readonly FailedCall[]> {
  const asked = where();
  asked.and('source = $::text', source);
  asked.and('id = $::text', filter.id);
  asked.and('started_at >= $::timestamptz', toTime(filter.from) ?? undefined);
  asked.and('started_at < $::timestamptz', toTime(filter.to) ?? undefined);
  const rows = await sql.query<{ id: string; started_at: Date; body: JsonObject }>(
    `select id, started_at, body from tocsin.call_failures${asked.text()}
     order by started_at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(({ id, started_at, body }) => ({ id, startedAt: fromTime(started_at), values: body }));
}

async function forget(
  sql: Sql,
  source: SourceKey,
  before: Instant,
  only: 'marks' | undefined,
): Promise<void> {
  const params = [source, toTime(before)];
  await sql.query('delete from tocsin.call_marks where source = $1::text and hour < $2::timestamptz', params);
  if (only === 'marks') return;
  await sql.query(
    'delete from tocsin.call_counts where source = $1::text and minute < $2::timestamptz',
    params,
  );
  await sql.query(
    'delete from tocsin.call_failures where source = $1::text and started_at < $2::timestamptz',
    params,
  );
}

function* parts<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}
