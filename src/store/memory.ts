import { createHash } from 'node:crypto';
import type { Json } from '../model/json.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromJson, toJson, toTime } from './values.js';

// A platform's ids are short. One that is not goes by its hash: an index entry is limited to a third of a page.
const LONG_ID = 500;

/** See `Store.firstSeen`. One statement, so that of two deliveries at once one is the first. */
export async function firstSeen(sql: Sql, id: string, now: Instant, ttlMs: number): Promise<boolean> {
  const rows = await sql.query(
    `insert into tocsin.seen as old (id, until) values ($1::text, $2::timestamptz)
     on conflict (id) do update set until = excluded.until where old.until <= $3::timestamptz
     returning id`,
    [id.length > LONG_ID ? hash(id) : id, toTime(now + ttlMs), toTime(now)],
  );
  return rows.length > 0;
}

export async function readKept(sql: Sql, key: string): Promise<Json | undefined> {
  const [row] = await sql.query<{ value: string }>(
    'select value::text as value from tocsin.kept where key = $1::text',
    [key],
  );
  return row === undefined ? undefined : fromJson(row.value);
}

export async function keep(sql: Sql, key: string, value: Json): Promise<void> {
  await sql.query(
    `insert into tocsin.kept (key, value) values ($1::text, $2::text::jsonb)
     on conflict (key) do update set value = excluded.value`,
    [key, toJson(value)],
  );
}

function hash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
