import { Fault } from '../lib/fault.js';
import { incidentName } from '../model/incident.js';
import type { EscalationState } from '../model/page.js';
import type { Instant } from '../model/time.js';
import type { Database, Sql } from './database.js';
import { enqueue } from './outbox.js';
import { addPages } from './pages.js';
import type { EscalationRow, EscalationTurn } from './store.js';
import { appendTimeline } from './timeline.js';
import { toJson, toTime } from './values.js';

interface Row {
  readonly version: number;
  readonly body: EscalationState;
}

export async function readEscalations(sql: Sql, incident: number): Promise<readonly EscalationRow[]> {
  const rows = await sql.query<Row>(
    'select version, body from tocsin.escalations where incident_id = $1::bigint order by escalation',
    [incident],
  );
  return rows.map(({ version, body }) => ({ version, state: body }));
}

/** Incidents whose escalation has something to do by `now`. */
export async function readEscalationsDue(sql: Sql, now: Instant, limit: number): Promise<readonly number[]> {
  const rows = await sql.query<{ id: string | number }>(
    `select incident_id as id, min(due_at) as due from tocsin.escalations
     where state in ('running', 'acknowledged') and due_at <= $1::timestamptz
     group by incident_id order by due, incident_id limit $2::integer`,
    [toTime(now), limit],
  );
  return rows.map(({ id }) => Number(id));
}

/** See `Store.commitEscalation`. */
export async function commitEscalation(database: Database, turn: EscalationTurn): Promise<void> {
  await database.transaction(async (sql) => {
    await putState(sql, turn);
    await addPages(sql, turn.pages);
    await appendTimeline(sql, turn.timeline);
    await enqueue(sql, turn.outbox);
  });
}

async function putState(sql: Sql, { state, version, wakeAt }: EscalationTurn): Promise<void> {
  const params = [state.incident, state.escalation, version, state.state, toTime(wakeAt), toJson(state)];
  const rows =
    version === 0
      ? await sql.query(
          `insert into tocsin.escalations (incident_id, escalation, version, state, due_at, body)
           values ($1::bigint, $2::text, $3::integer + 1, $4::text, $5::timestamptz, $6::text::jsonb)
           on conflict do nothing returning 1`,
          params,
        )
      : await sql.query(
          `update tocsin.escalations set version = $3::integer + 1, state = $4::text,
             due_at = $5::timestamptz, body = $6::text::jsonb
           where incident_id = $1::bigint and escalation = $2::text and version = $3::integer returning 1`,
          params,
        );
  if (rows.length === 0)
    throw new Fault(
      'store.conflict',
      `The escalation ${state.escalation} of ${incidentName(state.incident)} moved meanwhile.`,
    );
}
