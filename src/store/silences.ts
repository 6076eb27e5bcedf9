import type { Actor } from '../model/incident.js';
import type { Matcher, Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromBigint, fromTime, toJson, toTime } from './values.js';

interface Row {
  readonly id: string | number;
  readonly matchers: readonly Matcher[];
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly author: Actor;
  readonly comment: string;
}

const COLUMNS = 'id, matchers, starts_at, ends_at, author, comment';

/** See `Store.silences`. */
export async function readSilences(sql: Sql, now: Instant): Promise<readonly Silence[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.silences where ends_at > $1::timestamptz order by ends_at, id`,
    [toTime(now)],
  );
  return rows.map(toSilence);
}

export async function readSilence(sql: Sql, id: number): Promise<Silence | undefined> {
  const [row] = await sql.query<Row>(`select ${COLUMNS} from tocsin.silences where id = $1::bigint`, [id]);
  return row === undefined ? undefined : toSilence(row);
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

/** See `Store.changeSilence`. */
export async function changeSilence(
  sql: Sql,
  id: number,
  { endsAt, comment }: Pick<Silence, 'endsAt' | 'comment'>,
): Promise<Silence | undefined> {
  const [row] = await sql.query<Row>(
    `update tocsin.silences set ends_at = $2::timestamptz, comment = $3::text, over_noted = false
     where id = $1::bigint returning ${COLUMNS}`,
    [id, toTime(endsAt), comment],
  );
  return row === undefined ? undefined : toSilence(row);
}

export async function readSilencesOver(sql: Sql, now: Instant): Promise<readonly Silence[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.silences
     where not over_noted and ends_at <= $1::timestamptz order by ends_at, id`,
    [toTime(now)],
  );
  return rows.map(toSilence);
}

export async function noteSilencesOver(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql.query('update tocsin.silences set over_noted = true where id = any($1::bigint[])', [ids]);
}

function toSilence(row: Row): Silence {
  return {
    id: fromBigint(row.id),
    matchers: row.matchers,
    startsAt: fromTime(row.starts_at),
    endsAt: fromTime(row.ends_at),
    author: row.author,
    comment: row.comment,
  };
}
