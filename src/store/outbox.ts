import type { Delivery, OutboxRow, Telling } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { Database, Sql } from './database.js';
import { addDeliveries } from './deliveries.js';
import { putTelling } from './tellings.js';
import { fromBigint, fromTime, optional, toJson, toTime, toTimeText } from './values.js';

interface Row {
  readonly topic: string;
  readonly channel: string;
  readonly due_at: Date;
  readonly changed_at: Date;
  readonly priority: number;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly stamp: string | number;
}

/** See `Store.enqueue`. A topic named twice in one call is merged the same way. */
export async function enqueue(sql: Sql, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into tocsin.outbox as old (topic, channel, due_at, changed_at, priority, attempts, last_error)
     select topic, channel, min(due_at), min(changed_at), min(priority), min(attempts), min(last_error)
     from jsonb_to_recordset($1::text::jsonb) as r (topic text, channel text, due_at timestamptz,
       changed_at timestamptz, priority integer, attempts integer, last_error text)
     group by topic, channel order by topic, channel
     on conflict (topic, channel) do update set
       due_at = least(old.due_at, excluded.due_at),
       changed_at = least(old.changed_at, excluded.changed_at),
       priority = least(old.priority, excluded.priority),
       attempts = 0,
       last_error = null,
       stamp = excluded.stamp`,
    [
      toJson(
        rows.map((row) => ({
          topic: row.topic,
          channel: row.channel,
          due_at: toTimeText(row.dueAt),
          changed_at: toTimeText(row.changedAt),
          priority: row.priority,
          attempts: row.attempts,
          last_error: row.lastError,
        })),
      ),
    ],
  );
}

export async function isQueued(sql: Sql, topic: string, channel: string): Promise<boolean> {
  const rows = await sql.query('select 1 from tocsin.outbox where topic = $1::text and channel = $2::text', [
    topic,
    channel,
  ]);
  return rows.length > 0;
}

export async function readDue(
  sql: Sql,
  channel: string,
  now: Instant,
  limit: number,
): Promise<readonly OutboxRow[]> {
  const rows = await sql.query<Row>(
    `select topic, channel, due_at, changed_at, priority, attempts, last_error, stamp from tocsin.outbox
     where channel = $1::text and due_at <= $2::timestamptz
     order by priority, changed_at, topic limit $3::integer`,
    [channel, toTime(now), limit],
  );
  return rows.map((row) => ({
    topic: row.topic,
    channel: row.channel,
    dueAt: fromTime(row.due_at),
    changedAt: fromTime(row.changed_at),
    priority: row.priority,
    attempts: row.attempts,
    ...optional('lastError', row.last_error),
    stamp: fromBigint(row.stamp),
  }));
}

export async function readWaiting(
  sql: Sql,
): Promise<readonly { channel: string; dueAt: Instant; rows: number }[]> {
  const rows = await sql.query<{ channel: string; due_at: Date; rows: number }>(
    `select channel, min(due_at) as due_at, count(*)::integer as rows from tocsin.outbox
     group by channel order by channel`,
  );
  return rows.map((row) => ({ channel: row.channel, dueAt: fromTime(row.due_at), rows: row.rows }));
}

/** See `Store.settle`. */
export async function settle(
  database: Database,
  row: OutboxRow,
  outcome: {
    readonly telling?: Telling;
    readonly deliveries: readonly Delivery[];
    readonly next?: OutboxRow;
  },
): Promise<void> {
  await database.transaction(async (sql) => {
    if (outcome.next === undefined) await remove(sql, row);
    else await replace(sql, row, outcome.next);
    if (outcome.telling !== undefined) await putTelling(sql, outcome.telling);
    await addDeliveries(sql, outcome.deliveries);
  });
}

// The stamp tells an enqueuing that kept both times (it keeps the earlier ones); a row made by hand has none.
const AS_READ = `topic = $1::text and channel = $2::text and due_at = $3::timestamptz
  and changed_at = $4::timestamptz and stamp = coalesce($5::bigint, stamp)`;

function asRead(row: OutboxRow): unknown[] {
  return [row.topic, row.channel, toTime(row.dueAt), toTime(row.changedAt), row.stamp ?? null];
}

async function remove(sql: Sql, row: OutboxRow): Promise<void> {
  await sql.query(`delete from tocsin.outbox where ${AS_READ}`, asRead(row));
}

async function replace(sql: Sql, row: OutboxRow, next: OutboxRow): Promise<void> {
  await sql.query(
    `update tocsin.outbox set due_at = $6::timestamptz, changed_at = $7::timestamptz, priority = $8::integer,
       attempts = $9::integer, last_error = $10::text, stamp = nextval('tocsin.outbox_stamps')
     where ${AS_READ}`,
    [
      ...asRead(row),
      toTime(next.dueAt),
      toTime(next.changedAt),
      next.priority,
      next.attempts,
      next.lastError ?? null,
    ],
  );
}
