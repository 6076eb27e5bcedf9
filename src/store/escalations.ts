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

/** See `Store.escalationsDue`. */
export async function readEscalationsDue(
  sql: Sql,
  now: Instant,
  changedSince: Instant,
  limit: number,
): Promise<readonly number[]> {
  const rows = await sql.query<{ id: string | number }>(
    `select id, min(due) as due from (
       select incident_id as id, due_at as due from tocsin.escalations
       where state in ('running', 'acknowledged') and due_at <= $1::timestamptz
       union all
       select i.id, i.updated_at from tocsin.incidents i
       where i.state <> 'resolved' and i.baseline_of is null and i.updated_at >= $2::timestamptz
         and (not exists (select from tocsin.escalations e where e.incident_id = i.id)
           or exists (select from tocsin.escalations e where e.incident_id = i.id and not (${FOLLOWS})))
     ) as found group by id order by due, id limit $3::integer`,
    [toTime(now), toTime(changedSince), limit],
  );
  return rows.map(({ id }) => Number(id));
}

/** The escalation stands as the incident does; one that is looked at in vain is looked at no longer than it counts as changed. */
const FOLLOWS = `e.body ->> 'severity' = i.severity
  and (e.state = 'acknowledged') = (i.state = 'acknowledged') and e.state <> 'over'`;

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
