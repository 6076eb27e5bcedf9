import type { Actor } from '../model/incident.js';
import type { Matcher, Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromBigint, fromTime, toJson, toTime } from './values.js';

/** Those that have not ended at `now`, also the ones yet to begin; soonest to end first. */
export async function readSilences(sql: Sql, now: Instant): Promise<readonly Silence[]> {
  const rows = await sql.query<{
    id: string | number;
    matchers: readonly Matcher[];
    starts_at: Date;
    ends_at: Date;
    author: Actor;
    comment: string;
  }>(
    `select id, matchers, starts_at, ends_at, author, comment from tocsin.silences
     where ends_at > $1::timestamptz order by ends_at, id`,
    [toTime(now)],
  );
  return rows.map((row) => ({
    id: fromBigint(row.id),
    matchers: row.matchers,
    startsAt: fromTime(row.starts_at),
    endsAt: fromTime(row.ends_at),
    author: row.author,
    comment: row.comment,
  }));
}

export async function addSilence(sql: Sql, silence: Omit<Silence, 'id'>): Promise<Silence> {
  const [row] = await sql.query<{ id: string | number }>(
    `insert into tocsin.silences (matchers, starts_at, ends_at, author, comment)
     values ($1::text::jsonb, $2::timestamptz, $3::timestamptz, $4::text::jsonb, $5::text) returning id`,
    [
      toJson(silence.matchers),
      toTime(silence.startsAt),
      toTime(silence.endsAt),
      toJson(silence.author),
      silence.comment,
    ],
  );
  if (row === undefined) throw new Error('an insert returned no row');
  return { ...silence, id: fromBigint(row.id) };
}
