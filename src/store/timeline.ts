import type { Actor, TimelineEntry, TimelineKind } from '../model/incident.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromBigint, fromTime, toJson, toTime, toTimeText } from './values.js';

/**
 * Appends lines in the order given; each incident numbers its own 1, 2, 3 … and its row is the lock that keeps two
 * writers from taking the same number. Lines of an incident that was tidied away are dropped.
 */
export async function appendTimeline(sql: Sql, entries: readonly TimelineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql.query(
    `with lines as (
       select * from rows from (jsonb_to_recordset($1::text::jsonb)
         as (incident bigint, at timestamptz, kind text, actor jsonb, body text, thread boolean)) with ordinality
     ), counted as (
       select incident, count(*)::integer as added from lines group by incident
     ), raised as (
       update tocsin.incidents i set last_seq = i.last_seq + c.added
       from counted c where i.id = c.incident
       returning i.id, i.last_seq - c.added as base
     )
     insert into tocsin.timeline (incident_id, seq, at, kind, actor, body, thread)
     select l.incident, r.base + row_number() over (partition by l.incident order by l.ordinality),
       l.at, l.kind, l.actor, l.body, l.thread
     from lines l join raised r on r.id = l.incident`,
    [
      toJson(
        entries.map(({ incident, at, kind, actor, text, thread }) => ({
          incident,
          at: toTimeText(at),
          kind,
          actor,
          body: text,
          thread,
        })),
      ),
    ],
  );
}

interface Row {
  readonly incident_id: string | number;
  readonly seq: number;
  readonly at: Date;
  readonly kind: TimelineKind;
  readonly actor: Actor;
  readonly body: string;
  readonly thread: boolean;
}

const COLUMNS = 'incident_id, seq, at, kind, actor, body, thread';

/** Oldest first, those after `afterSeq`. */
export async function readTimeline(
  sql: Sql,
  incident: number,
  afterSeq = 0,
): Promise<readonly TimelineEntry[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.timeline where incident_id = $1::bigint and seq > $2::integer order by seq`,
    [incident, afterSeq],
  );
  return rows.map(toEntry);
}

/** See `Store.acts`: the kinds are those of the index. */
export async function readActs(sql: Sql, since: Instant): Promise<readonly TimelineEntry[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.timeline where at >= $1::timestamptz
       and kind in ('acknowledged', 'unacknowledged', 'snoozed', 'woke', 'note', 'resolved', 'reopened')
     order by incident_id, seq`,
    [toTime(since)],
  );
  return rows.map(toEntry);
}

function toEntry({ incident_id, seq, at, kind, actor, body, thread }: Row): TimelineEntry {
  return { incident: fromBigint(incident_id), seq, at: fromTime(at), kind, actor, text: body, thread };
}
