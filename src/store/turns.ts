import { incidentOfTopic, incidentTopic, type Incident } from '../model/incident.js';
import type { OutboxRow } from '../model/telling.js';
import { putAlerts } from './alerts.js';
import { putFirings } from './firings.js';
import type { Database, Sql } from './database.js';
import { putEvaluations } from './evaluations.js';
import { dropFacts, putFacts } from './facts.js';
import { addChanges, addDecisions } from './history.js';
import { writeIncidents } from './incident-writes.js';
import { enqueue } from './outbox.js';
import { advanceSource } from './sources.js';
import { pagesFollow } from './pages.js';
import type { Committed, IncidentEdit, TurnRecord } from './store.js';
import { appendTimeline } from './timeline.js';

/** See `Store.commit`. A poll that brought nothing is one UPDATE. */
export async function commitTurn(database: Database, turn: TurnRecord): Promise<Committed> {
  if (bringsNothing(turn)) {
    await advanceSource(database, turn);
    return { incidents: [], outbox: [] };
  }
  return database.transaction((sql) => write(sql, turn));
}

/** See `Store.editIncident`. */
export async function editIncident(database: Database, edit: IncidentEdit): Promise<Incident> {
  const incident = { ...edit.incident, revision: edit.revision + 1 };
  await database.transaction(async (sql) => {
    await writeIncidents(sql, [incident]);
    await appendTimeline(sql, edit.timeline);
    await enqueue(sql, edit.outbox);
    await pagesFollow(sql, [incident], incident.updatedAt);
  });
  return incident;
}

async function write(sql: Sql, turn: TurnRecord): Promise<Committed> {
  // First, because its row is the lock that makes turns of one source wait for each other.
  await advanceSource(sql, turn);
  await dropFacts(sql, turn.source, turn.gone);
  await putFacts(sql, turn.source, turn.at, turn.put);
  await addChanges(sql, turn.source, turn.changes);
  await putEvaluations(sql, turn.source, turn.evaluations);
  await addDecisions(sql, turn.source, turn.decisions);
  await putAlerts(sql, turn.alerts, turn.dropped);
  await putFirings(sql, turn.alerts);
  const incidents = await writeIncidents(sql, turn.incidents);
  const numberOf = numbering(turn.incidents, incidents);
  await appendTimeline(
    sql,
    turn.timeline.map((entry) => ({ ...entry, incident: numberOf(entry.incident) })),
  );
  const outbox = turn.outbox.map((row) => translate(row, numberOf));
  await enqueue(sql, outbox);
  const pages = await pagesFollow(
    sql,
    turn.incidents.filter(({ id }) => id > 0),
    turn.at,
  );
  return { incidents, outbox: [...outbox, ...pages] };
}

function bringsNothing(turn: TurnRecord): boolean {
  const { put, gone, changes, alerts, dropped, incidents, timeline, outbox } = turn;
  const { evaluations, decisions } = turn;
  return [put, gone, changes, alerts, dropped, incidents, timeline, outbox, evaluations, decisions].every(
    (list) => list.length === 0,
  );
}

function numbering(before: readonly Incident[], after: readonly Incident[]): (id: number) => number {
  const numbers = new Map(before.map((incident, index) => [incident.id, after[index]?.id]));
  return (id) => numbers.get(id) ?? id;
}

function translate(row: OutboxRow, numberOf: (id: number) => number): OutboxRow {
  const id = incidentOfTopic(row.topic);
  return id === undefined ? row : { ...row, topic: incidentTopic(numberOf(id)) };
}
