import type { Telling, Topic } from '../model/telling.js';
import type { Sql } from './database.js';
import { fromJson, optional, optionalTime, toJson, toTimeText } from './values.js';

interface Row {
  readonly topic: string;
  readonly channel: string;
  readonly state: Telling['state'];
  readonly ref: string | null;
  readonly revision: number;
  readonly thread_seq: number;
  readonly status: string;
  readonly firing: readonly string[];
  readonly first_at: Date | null;
  readonly last_at: Date | null;
  readonly attempt_at: Date | null;
}

const SELECT = `select topic, channel, state, ref::text as ref, revision, thread_seq, status, firing,
  first_at, last_at, attempt_at from tocsin.tellings`;

export async function readTelling(sql: Sql, topic: Topic, channel: string): Promise<Telling | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where topic = $1::text and channel = $2::text`, [
    topic,
    channel,
  ]);
  return row === undefined ? undefined : toTelling(row);
}

export async function readTellings(sql: Sql, topic: Topic): Promise<readonly Telling[]> {
  const rows = await sql.query<Row>(`${SELECT} where topic = $1::text order by channel`, [topic]);
  return rows.map(toTelling);
}

export async function putTelling(sql: Sql, telling: Telling): Promise<void> {
  await sql.query(puttingTellings('$1'), [tellingsParam([telling])]);
}

/** The statement that writes what `param`, a `tellingsParam`, holds. */
export function puttingTellings(param: string): string {
  return `insert into tocsin.tellings (topic, channel, state, ref, revision, thread_seq, status, firing,
       first_at, last_at, attempt_at)
     select topic, channel, state, ref::jsonb, revision, thread_seq, status, firing, first_at, last_at, attempt_at
     from jsonb_to_recordset(${param}::text::jsonb) as t (topic text, channel text, state text, ref text,
       revision integer, thread_seq integer, status text, firing jsonb, first_at timestamptz, last_at timestamptz,
       attempt_at timestamptz)
     on conflict (topic, channel) do update set state = excluded.state, ref = excluded.ref,
       revision = excluded.revision, thread_seq = excluded.thread_seq, status = excluded.status,
       firing = excluded.firing, first_at = excluded.first_at, last_at = excluded.last_at,
       attempt_at = excluded.attempt_at`;
}

export function tellingsParam(tellings: readonly Telling[]): string | null {
  return toJson(
    tellings.map(({ topic, channel, state, ref, revision, threadSeq, status, firing, ...times }) => ({
      topic,
      channel,
      state,
      // As text: a reference that is JSON's null is told from none.
      ref: toJson(ref),
      revision,
      thread_seq: threadSeq,
      status,
      firing,
      first_at: toTimeText(times.firstAt),
      last_at: toTimeText(times.lastAt),
      attempt_at: toTimeText(times.attemptAt),
    })),
  );
}

function toTelling(row: Row): Telling {
  return {
    topic: row.topic,
    channel: row.channel,
    state: row.state,
    ...optional('ref', fromJson(row.ref)),
    revision: row.revision,
    threadSeq: row.thread_seq,
    status: row.status,
    firing: row.firing,
    ...optionalTime('firstAt', row.first_at),
    ...optionalTime('lastAt', row.last_at),
    ...optionalTime('attemptAt', row.attempt_at),
  };
}
