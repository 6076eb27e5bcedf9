import type { Override } from '../model/schedule.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromBigint, fromTime, toTime } from './values.js';

interface Row {
  readonly id: string | number;
  readonly schedule: string;
  readonly person: string;
  readonly from_at: Date;
  readonly to_at: Date;
  readonly author: string;
  readonly comment: string;
  readonly at: Date;
}

const COLUMNS = 'id, schedule, person, from_at, to_at, author, comment, at';

/** Those that end after `since`; soonest to begin first. */
export async function readOverrides(sql: Sql, since: Instant): Promise<readonly Override[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.overrides where to_at > $1::timestamptz order by from_at, id`,
    [toTime(since)],
  );
  return rows.map(toOverride);
}

export async function addOverride(sql: Sql, override: Omit<Override, 'id'>): Promise<Override> {
  const { schedule, person, from, to, author, comment, at } = override;
  const [row] = await sql.query<Row>(
    `insert into tocsin.overrides (schedule, person, from_at, to_at, author, comment, at)
     values ($1::text, $2::text, $3::timestamptz, $4::timestamptz, $5::text, $6::text, $7::timestamptz)
     returning ${COLUMNS}`,
    [schedule, person, toTime(from), toTime(to), author, comment, toTime(at)],
  );
  if (row === undefined) throw new Error('an insert returned no row');
  return toOverride(row);
}

/** False when there is no such override any more. */
export async function endOverride(sql: Sql, id: number): Promise<boolean> {
  const rows = await sql.query('delete from tocsin.overrides where id = $1::bigint returning 1', [id]);
  return rows.length > 0;
}

function toOverride(row: Row): Override {
  return {
    id: fromBigint(row.id),
    schedule: row.schedule,
    person: row.person,
    from: fromTime(row.from_at),
    to: fromTime(row.to_at),
    author: row.author,
    comment: row.comment,
    at: fromTime(row.at),
  };
}
