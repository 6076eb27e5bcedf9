import type { Delivery, OutboxRow, Telling } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { addingDeliveries, deliveriesParam } from './deliveries.js';
import { puttingTellings, tellingsParam } from './tellings.js';
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

/** See `Store.settle`. One statement, hence one transaction and one answer to wait for: it runs after each message. */
export async function settle(
  sql: Sql,
  row: OutboxRow,
  { telling, deliveries, next }: Settlement,
): Promise<void> {
  const outcome = [tellingsParam(telling === undefined ? [] : [telling]), deliveriesParam(deliveries)];
  await sql.query(
    `with dealt as (${next === undefined ? REMOVE : REPLACE}), told as (${puttingTellings('$6')})
     ${addingDeliveries('$7')}`,
    [...asRead(row), ...outcome, ...(next === undefined ? [] : asNext(next))],
  );
}

interface Settlement {
  readonly telling?: Telling;
  readonly deliveries: readonly Delivery[];
  readonly next?: OutboxRow;
}

// The stamp tells an enqueuing that kept both times (it keeps the earlier ones); a row made by hand has none.
const AS_READ = `topic = $1::text and channel = $2::text and due_at = $3::timestamptz
  and changed_at = $4::timestamptz and stamp = coalesce($5::bigint, stamp)`;

const REMOVE = `delete from tocsin.outbox where ${AS_READ}`;

const REPLACE = `update tocsin.outbox set due_at = $8::timestamptz, changed_at = $9::timestamptz,
  priority = $10::integer, attempts = $11::integer, last_error = $12::text, stamp = nextval('tocsin.outbox_stamps')
  where ${AS_READ}`;

function asRead(row: OutboxRow): unknown[] {
  return [row.topic, row.channel, toTime(row.dueAt), toTime(row.changedAt), row.stamp ?? null];
}

function asNext(next: OutboxRow): unknown[] {
  return [toTime(next.dueAt), toTime(next.changedAt), next.priority, next.attempts, next.lastError ?? null];
}
