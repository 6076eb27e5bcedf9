import type { Incident } from '../model/incident.js';
import type { Sql } from './database.js';
import { INCIDENT_COLUMNS, toIncident, type IncidentRow } from './incident-rows.js';
import type { AffectedAsk, IncidentFilter } from './store.js';
import { toJson, toTime } from './values.js';
import { where } from './where.js';

export async function readIncident(sql: Sql, id: number): Promise<Incident | undefined> {
  const [row] = await sql.query<IncidentRow>(
    `select ${INCIDENT_COLUMNS} from tocsin.incidents where id = $1::bigint`,
    [id],
  );
  return row === undefined ? undefined : toIncident(row);
}

export async function readIncidents(sql: Sql, filter: IncidentFilter = {}): Promise<readonly Incident[]> {
  const asked = where();
  asked.and('state = any($::text[])', filter.states);
  asked.and(
    `exists (
       select from (select $::text as tenant) as asked
       where incidents.tenant = asked.tenant or exists (
         select from tocsin.incident_alerts a
         where a.incident_id = incidents.id and starts_with(a.source, asked.tenant || '/')))`,
    filter.tenant,
  );
  asked.and('next_step_at <= $::timestamptz', filter.dueBy === undefined ? undefined : toTime(filter.dueBy));
  asked.and(
    `exists (
       select from (select $::text as source) as asked
       where baseline_of = asked.source or (baseline_of is not null and exists (
         select from tocsin.incident_alerts a where a.incident_id = incidents.id and a.source = asked.source)))`,
    filter.baselineOf,
  );
  asked.and('id in (select incident_id from tocsin.incident_alerts where subject = $::text)', filter.subject);
  asked.and(
    'opened_at >= $::timestamptz',
    filter.openedSince === undefined ? undefined : toTime(filter.openedSince),
  );
  const rows = await sql.query<IncidentRow>(
    `select ${INCIDENT_COLUMNS} from tocsin.incidents${asked.text()}
     order by (state = 'resolved'), opened_at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(toIncident);
}

/** One subject may be in an incident of each audience; those of long ago are not looked at. */
const LOOKED_AT = 8;

/** See `Store.affected`; oldest first. */
export async function readAffected(sql: Sql, ask: AffectedAsk): Promise<readonly Incident[]> {
  const rows = await sql.query<IncidentRow>(
    `select ${INCIDENT_COLUMNS} from tocsin.incidents where id in (
       select id from tocsin.incidents
       where state <> 'resolved' and group_key = any($1::text[])
         and md5(group_key) in (select md5(k) from unnest($1::text[]) as k)
         and ($5::text is null or group_labels ? 'tenant' or coalesce(destinations->0->'tenants', 'null') in (
           select jsonb_array_elements($5::text::jsonb)))
       union
       select a.incident_id from tocsin.incident_alerts a join tocsin.incidents i on i.id = a.incident_id
       where i.state <> 'resolved' and a.fingerprint = any($2::text[])
       union
       select newest.id from unnest($4::text[]) as asked (subject) cross join lateral (
         select distinct on (audience) id from (
           select i.id, case when i.group_labels ? 'tenant' then 'null'
             else coalesce(i.destinations->0->'tenants', 'null') end as audience
           from tocsin.incident_alerts a join tocsin.incidents i on i.id = a.incident_id
           where a.subject = asked.subject and a.source = $3::text and i.state = 'resolved'
           order by a.incident_id desc limit ${LOOKED_AT}
         ) as past order by audience, id desc
       ) as newest
     ) order by id`,
    [
      ask.groupKeys,
      ask.fingerprints,
      ask.source,
      ask.subjects,
      toJson(ask.audiences?.map((audience) => audience ?? null)),
    ],
  );
  return rows.map(toIncident);
}
