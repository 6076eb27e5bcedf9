import { isFault } from '../lib/fault.js';
import { pageOfTopic } from '../model/page.js';
import type { Delivery, OutboxRow, Telling } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import { hasWoken, type Decision } from '../notify/decide.js';
import type { AnnounceDeps } from './announce-deps.js';
import { failed, type NoteDelivery, type Told } from './failed.js';
import { notTold } from './not-told.js';
import { waited, waitFor, withReason, type Waits } from './paced.js';
import { pageSubject } from './page-subject.js';
import { send } from './send.js';
import { shiftSubject } from './shift-subject.js';
import { subjectOf, type Subject } from './subject.js';

/**
 * One row of the outbox: decided afresh, done, and noted in the record. Safe to run twice. Throws the store's faults; what a
 * platform answers is in the result.
 */
export async function tell(
  channel: Channel,
  given: OutboxRow,
  waits: Waits,
  deps: AnnounceDeps,
): Promise<Told> {
  const begun = performance.now();
  const row = withReason(given, deps.pace?.behind(channel.name));
  const page = pageOfTopic(row.topic);
  const subject = await (page === undefined
    ? (shiftSubject(channel, row, deps) ?? subjectOf(channel, row, deps))
    : pageSubject(channel, row, page, deps));
  const note = openNotes(channel, row, begun, deps);
  const wait = waitFor(channel, subject, waits, deps);
  if (wait !== undefined) return waited(channel, given, wait, note, deps);
  const { decision } = subject;
  try {
    if (decision.do === 'nothing') return await leave(row, subject, note, deps);
    if (decision.do === 'hold') return await hold(row, decision, note, deps);
    return await deliver(channel, row, page, subject, note, deps);
  } catch (error) {
    if (isFault(error) && error.code.startsWith('store.')) throw error;
    return failed(channel, row, subject, error, note, deps);
  }
}

/** Makes the record of what became of a row, and counts it. */
function openNotes(
  channel: Channel,
  row: OutboxRow,
  begun: number,
  { clock, measure }: AnnounceDeps,
): NoteDelivery {
  return (outcome, action, reason, more) => {
    const now = clock.now();
    const delivery: Delivery = {
      at: now,
      channel: channel.name,
      topic: row.topic,
      action,
      outcome,
      reason,
      durationMs: Math.round(performance.now() - begun),
      lateMs: Math.max(0, now - row.changedAt),
      ...more,
    };
    measure.delivered(delivery);
    return delivery;
  };
}

const NONE_SENT: Told = { fault: 'none-sent', stop: false };

async function leave(
  row: OutboxRow,
  subject: Subject,
  note: NoteDelivery,
  { store, clock }: AnnounceDeps,
): Promise<Told> {
  await store.settle(row, {
    deliveries: notTold(subject).map((reason) => note('not-told', 'none', reason)),
    ...standing(row, subject, subject.told, clock.now()),
  });
  return NONE_SENT;
}

/** Until the time that the decision names; the same reason again is not written again. */
async function hold(
  row: OutboxRow,
  { reason, detail, until }: Extract<Decision, { do: 'hold' }>,
  note: NoteDelivery,
  { store }: AnnounceDeps,
): Promise<Told> {
  await store.settle(row, {
    deliveries: row.lastError === reason ? [] : [note('held', 'none', `${reason}: ${detail}`, { until })],
    // What is held on purpose is not late when it is released.
    next: { ...row, dueAt: until, changedAt: until, lastError: reason },
  });
  return NONE_SENT;
}

async function deliver(
  channel: Channel,
  row: OutboxRow,
  page: string | undefined,
  subject: Subject,
  note: NoteDelivery,
  deps: AnnounceDeps,
): Promise<Told> {
  const { store, clock } = deps;
  const { telling, action, reason } = await send(channel, row, subject, deps);
  // Before the row is settled: a page that was told follows its incident from now on, whatever happens next.
  if (page !== undefined) await store.endPage(page, 'told');
  await store.settle(row, {
    telling,
    deliveries: [note('accepted', action, reason)],
    ...(hasMoreToSay(channel, subject, telling)
      ? { next: rest(row, clock.now()) }
      : standing(row, subject, telling, clock.now())),
  });
  return { fault: undefined, stop: false };
}

/** The card is there and noted; what happened before it goes into its thread next. */
function hasMoreToSay(channel: Channel, { threadSeq }: Subject, telling: Telling): boolean {
  return channel.thread !== undefined && telling.threadSeq < threadSeq;
}

/** The cards of others that are as bad come before the thread of this one. */
function rest({ topic, channel, priority }: OutboxRow, now: Instant): OutboxRow {
  return { topic, channel, priority, dueAt: now, changedAt: now, attempts: 0 };
}

/** A firing incident keeps one row that comes due when its reminder does. */
function standing(
  row: OutboxRow,
  { incident }: Subject,
  told: Telling | undefined,
  now: Instant,
): { next?: OutboxRow } {
  if (pageOfTopic(row.topic) !== undefined) return {};
  const destination = incident?.destinations.find((known) => known.channel === row.channel);
  if (
    incident === undefined ||
    destination === undefined ||
    told?.lastAt === undefined ||
    incident.state === 'resolved'
  )
    return {};
  const last = incident.state === 'acknowledged' ? Math.max(told.lastAt, row.dueAt) : told.lastAt;
  const again = last + Math.max(destination.repeatInterval, MINUTE);
  const dueAt = hasWoken(incident, told) ? now : again;
  return {
    next: {
      topic: row.topic,
      channel: row.channel,
      dueAt,
      changedAt: dueAt,
      priority: row.priority,
      attempts: 0,
    },
  };
}
