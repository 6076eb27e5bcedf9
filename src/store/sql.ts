import { putChannel, readChannels } from './channels.js';
import type { Database } from './database.js';
import { addDeliveries, readDeliveries } from './deliveries.js';
import { readAlerts } from './alerts.js';
import { readEvaluations } from './evaluations.js';
import { readSubjectNames, readSubjects } from './facts.js';
import { readFirings } from './firings.js';
import { commitEscalation, readEscalations, readEscalationsDue } from './escalations.js';
import { guarded } from './guard.js';
import { readChanges, readDecisions } from './history.js';
import { readAffected, readIncident, readIncidents } from './incidents.js';
import { releaseLease, releaseLeases, takeLease } from './leases.js';
import { addAudit, readAudit } from './audit.js';
import { firstSeen, keep, readKept } from './memory.js';
import { migrate } from './migrate.js';
import { enqueue, isQueued, readDue, readWaiting, settle } from './outbox.js';
import {
  addSilence,
  changeSilence,
  noteSilencesOver,
  readSilence,
  readSilences,
  readSilencesOver,
} from './silences.js';
import { addOverride, endOverride, readOverrides } from './overrides.js';
import { openPast } from './past.js';
import { addPages, endPage, readPages } from './pages.js';
import { readKnown, readSources } from './sources.js';
import type { Store } from './store.js';
import { putTelling, readTelling, readTellings } from './tellings.js';
import { ping, tidy } from './tidy.js';
import { appendTimeline, readActs, readTimeline } from './timeline.js';
import { commitTurn, editIncident } from './turns.js';

/**
 * The record over an open database, brought to the newest version first. `close` closes the database. Throws `store.newer`
 * and `store.unreachable`.
 */
export async function openStore(database: Database): Promise<Store> {
  const db = guarded(database);
  await migrate(db);
  return {
    known: (source) => readKnown(db, source),
    affected: (ask) => readAffected(db, ask),
    commit: (turn) => commitTurn(db, turn),

    subjects: (filter) => readSubjects(db, filter),
    subjectNames: (filter) => readSubjectNames(db, filter),
    sources: () => readSources(db),
    changes: (filter) => readChanges(db, filter),
    decisions: (filter) => readDecisions(db, filter),
    evaluations: (filter) => readEvaluations(db, filter),
    alerts: (filter) => readAlerts(db, filter),

    incident: (id) => readIncident(db, id),
    incidents: (filter) => readIncidents(db, filter),
    timeline: (incident, afterSeq) => readTimeline(db, incident, afterSeq),
    editIncident: (edit) => editIncident(db, edit),
    appendTimeline: (entries) => appendTimeline(db, entries),

    enqueue: (rows) => enqueue(db, rows),
    due: (channel, now, limit) => readDue(db, channel, now, limit),
    queued: (topic, channel) => isQueued(db, topic, channel),
    waiting: () => readWaiting(db),
    settle: (row, outcome) => settle(db, row, outcome),

    telling: (topic, channel) => readTelling(db, topic, channel),
    tellings: (topic) => readTellings(db, topic),
    putTelling: (telling) => putTelling(db, telling),
    addDeliveries: (deliveries) => addDeliveries(db, deliveries),
    deliveries: (filter) => readDeliveries(db, filter),

    channels: () => readChannels(db),
    putChannel: (health) => putChannel(db, health),
    lease: (name, owner, now, until) => takeLease(db, name, owner, now, until),
    release: (name, owner) => releaseLease(db, name, owner),
    releaseAll: () => releaseLeases(db),

    silences: (now) => readSilences(db, now),
    silence: (id) => readSilence(db, id),
    addSilence: (silence) => addSilence(db, silence),
    changeSilence: (id, change) => changeSilence(db, id, change),
    silencesOver: (now) => readSilencesOver(db, now),
    noteSilencesOver: (ids) => noteSilencesOver(db, ids),

    firings: (filter) => readFirings(db, filter),
    acts: (since) => readActs(db, since),

    escalations: (incident) => readEscalations(db, incident),
    escalationsDue: (now, changedSince, limit) => readEscalationsDue(db, now, changedSince, limit),
    commitEscalation: (turn) => commitEscalation(db, turn),
    pages: (filter) => readPages(db, filter),
    addPages: (pages, outbox) =>
      db.transaction(async (sql) => {
        await addPages(sql, pages);
        await enqueue(sql, outbox);
      }),
    endPage: (key, end) => endPage(db, key, end),
    overrides: (since) => readOverrides(db, since),
    addOverride: (override) => addOverride(db, override),
    endOverride: (id) => endOverride(db, id),

    firstSeen: (id, now, ttlMs) => firstSeen(db, id, now, ttlMs),
    get: (key) => readKept(db, key),
    put: (key, value) => keep(db, key, value),
    audit: (entry) => addAudit(db, entry),
    audits: (filter) => readAudit(db, filter),

    past: openPast(db),

    tidy: (before, callsBefore) => tidy(db, before, callsBefore),
    ping: () => ping(db),
    close: () => db.close(),
  };
}
