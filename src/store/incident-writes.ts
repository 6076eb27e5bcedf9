import { Fault } from '../lib/fault.js';
import { incidentName, type Incident } from '../model/incident.js';
import { sameGroup } from '../model/sharing.js';
import type { Sql } from './database.js';
import {
  fromIncident,
  INCIDENT_ASSIGNMENTS,
  INCIDENT_COLUMNS,
  INCIDENT_RECORD,
  type IncidentRow,
} from './incident-rows.js';
import { fromBigint, toJson } from './values.js';

/**
 * Writes changed incidents, each of which must stand in the store at the revision before its own, and inserts new ones
 * (negative ids) under the next numbers. Returns them in the order given, numbered. Throws `store.conflict`.
 */
export async function writeIncidents(sql: Sql, incidents: readonly Incident[]): Promise<readonly Incident[]> {
  const changed = incidents.filter((incident) => incident.id > 0);
  const opened = incidents.filter((incident) => incident.id <= 0);
  await update(sql, changed);
  await refuseTwins(sql, opened, changed);
  const numbers = await takeNumbers(sql, opened);
  const numbered = incidents.map((incident) => ({
    ...incident,
    id: numbers.get(incident.id) ?? incident.id,
  }));
  await insert(
    sql,
    numbered.filter((_, index) => (incidents[index]?.id ?? 0) <= 0),
  );
  await indexAlerts(sql, numbered);
  return numbered;
}

async function update(sql: Sql, incidents: readonly Incident[]): Promise<void> {
  if (incidents.length === 0) return;
  // Locked in one order, so that two turns over the same incidents wait for each other instead of dead-locking.
  const rows = await sql.query<{ id: string | number; revision: number }>(
    'select id, revision from tocsin.incidents where id = any($1::bigint[]) order by id for update',
    [incidents.map((incident) => incident.id)],
  );
  const stored = new Map(rows.map((row) => [fromBigint(row.id), row.revision]));
  for (const { id, revision } of incidents) {
    const is = stored.get(id);
    if (is === revision - 1) continue;
    throw new Fault(
      'store.conflict',
      is === undefined
        ? `${incidentName(id)} is no longer there.`
        : `${incidentName(id)} is at revision ${is}; this change was decided on ${revision - 1}.`,
    );
  }
  await sql.query(
    `update tocsin.incidents as i set ${INCIDENT_ASSIGNMENTS}
     from jsonb_to_recordset($1::text::jsonb) as n (${INCIDENT_RECORD}) where i.id = n.id`,
    [toJson(incidents.map(fromIncident))],
  );
}

/**
 * Two sources may open an incident of one group at the same time: the later of the two is refused, reads again and joins
 * the other's. The lock makes them take turns; whoever waited sees what the other committed.
 */
async function refuseTwins(
  sql: Sql,
  opened: readonly Incident[],
  changed: readonly Incident[],
): Promise<void> {
  const open = opened.filter((incident) => incident.state !== 'resolved');
  const keys = open.map((incident) => incident.groupKey);
  if (keys.length === 0) return;
  await sql.query(
    `select pg_advisory_xact_lock(lock) from (
       select distinct hashtextextended(k, 0) as lock from unnest($1::text[]) as k order by 1
     ) as locks`,
    [keys],
  );
  const others = await sql.query<Pick<IncidentRow, 'id' | 'group_key' | 'group_labels' | 'destinations'>>(
    `select id, group_key, group_labels, destinations from tocsin.incidents
     where state <> 'resolved' and group_key = any($1::text[])
       and md5(group_key) in (select md5(k) from unnest($1::text[]) as k)
       and id <> all($2::bigint[])`,
    [keys, changed.map((incident) => incident.id)],
  );
  const twin = others.find((row) => open.some((incident) => sameGroup(incident, groupOf(row))));
  if (twin !== undefined)
    throw new Fault(
      'store.conflict',
      `${incidentName(fromBigint(twin.id))} was opened for the same group meanwhile.`,
    );
}

function groupOf({
  group_key,
  group_labels,
  destinations,
}: Pick<IncidentRow, 'group_key' | 'group_labels' | 'destinations'>): Parameters<typeof sameGroup>[0] {
  return { groupKey: group_key, groupLabels: group_labels, destinations };
}

async function takeNumbers(sql: Sql, opened: readonly Incident[]): Promise<ReadonlyMap<number, number>> {
  if (opened.length === 0) return new Map();
  const rows = await sql.query<{ id: string | number }>(
    `select nextval('tocsin.incident_numbers') as id from generate_series(1, $1::integer)`,
    [opened.length],
  );
  const numbers = rows.map((row) => fromBigint(row.id)).sort((a, b) => a - b);
  return new Map(opened.map((incident, index) => [incident.id, numbers[index] ?? incident.id]));
}

async function insert(sql: Sql, incidents: readonly Incident[]): Promise<void> {
  if (incidents.length === 0) return;
  await sql.query(
    `insert into tocsin.incidents (${INCIDENT_COLUMNS})
     select ${INCIDENT_COLUMNS} from jsonb_to_recordset($1::text::jsonb) as n (${INCIDENT_RECORD})`,
    [toJson(incidents.map(fromIncident))],
  );
}

/** Which incident holds which alert: written only where it differs. */
async function indexAlerts(sql: Sql, incidents: readonly Incident[]): Promise<void> {
  if (incidents.length === 0) return;
  const holds = incidents.flatMap(({ id, alerts }) =>
    alerts.map(({ fingerprint, sourceKey, subject }) => ({
      incident_id: id,
      fingerprint,
      source: sourceKey,
      subject,
    })),
  );
  const ids = incidents.map((incident) => incident.id);
  await sql.query(
    `with now_held as (
       select * from jsonb_to_recordset($1::text::jsonb)
         as h (incident_id bigint, fingerprint text, source text, subject text)
     ), released as (
       delete from tocsin.incident_alerts a
       where a.incident_id = any($2::bigint[]) and not exists (
         select from now_held h where h.incident_id = a.incident_id and h.fingerprint = a.fingerprint)
     )
     insert into tocsin.incident_alerts (incident_id, fingerprint, source, subject)
     select incident_id, fingerprint, source, subject from now_held
     on conflict (incident_id, fingerprint) do nothing`,
    [toJson(holds), ids],
  );
}
