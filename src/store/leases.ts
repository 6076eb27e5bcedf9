import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { toTime } from './values.js';

/** See `Store.lease`. One statement: the row's own lock lets one of two contenders through. */
export async function takeLease(
  sql: Sql,
  name: string,
  owner: string,
  now: Instant,
  until: Instant,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into tocsin.leases as held (name, owner, until) values ($1::text, $2::text, $4::timestamptz)
     on conflict (name) do update set owner = excluded.owner, until = excluded.until
     where held.owner = excluded.owner or held.until <= $3::timestamptz
     returning name`,
    [name, owner, toTime(now), toTime(until)],
  );
  return rows.length > 0;
}

export async function releaseLease(sql: Sql, name: string, owner: string): Promise<void> {
  await sql.query('delete from tocsin.leases where name = $1::text and owner = $2::text', [name, owner]);
}

export async function releaseLeases(sql: Sql): Promise<void> {
  await sql.query('delete from tocsin.leases');
}
