import { randomUUID } from 'node:crypto';
import { isFault } from '../lib/fault.js';
import { pageOfTopic } from '../model/page.js';
import type { ChannelHealth, Delivery, OutboxRow, Telling } from '../model/telling.js';
import { MINUTE, SECOND, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import { hasWoken } from '../notify/decide.js';
import type { AnnounceDeps } from './announce-deps.js';
import { fallBack } from './fall-back.js';
import { failed, faultOf, ifIll, noteHealth, type NoteDelivery, type Told } from './failed.js';
import { notTold } from './not-told.js';
import { waited, waitFor, withReason, type Waits } from './paced.js';
import { send } from './send.js';
import { pageSubject } from './page-subject.js';
import { shiftSubject } from './shift-subject.js';
import { subjectOf, type Subject } from './subject.js';

const BATCH = 50;
/** Of real time. It is renewed while the channel is worked on: a card with a long thread and slow answers takes longer. */
const LEASE = 15 * SECOND;

/**
 * Tells one channel everything that is due, in order: worst first, then oldest. Safe to run at any time and twice: each
 * row is decided afresh on the incident as it is and on what the channel was last told. Resolves with the instant at which
 * the next row is due, if there is one.
 */
export async function drainChannel(channel: Channel, deps: AnnounceDeps): Promise<Instant | undefined> {
  const { store, clock } = deps;
  const hold = await takeHold(channel, deps);
  if (hold === undefined) return clock.now() + SECOND;
  try {
    const health = (await store.channels()).find((known) => known.channel === channel.name);
    if (health?.retryAt !== undefined && health.retryAt > clock.now()) {
      await fallBack(channel, await dueTopics(channel, deps), health, deps);
      return health.retryAt;
    }
    await fallBackFromCarrier(channel, health, deps);
    const paced = await drain(deps.pace?.over(channel) ?? channel, deps, health, hold);
    const next = (await store.waiting()).find((waiting) => waiting.channel === channel.name)?.dueAt;
    return next === undefined ? undefined : Math.max(next, paced ?? next);
  } finally {
    await hold.release();
  }
}

/** The right to speak in one channel, which one run has at a time. */
interface Hold {
  /** False once another run took it, because the record could not be reached in time. */
  isMine(): boolean;
  release(): Promise<void>;
}

async function takeHold(channel: Channel, { store, clock, owner }: AnnounceDeps): Promise<Hold | undefined> {
  const name = `channel:${channel.name}`;
  // Each run is an owner of its own: two jobs of one process must not drain a channel at once either.
  const run = `${owner}/${randomUUID()}`;
  const length = (LEASE * LEASE) / clock.real(LEASE);
  const renew = (): Promise<boolean> => store.lease(name, run, clock.now(), clock.now() + length);
  let mine = await renew();
  if (!mine) return undefined;
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renew().then(
      (still) => (mine &&= still),
      () => undefined,
    );
  }, LEASE / 3);
  return {
    isMine: () => mine,
    async release() {
      clearInterval(timer);
      await renewing;
      await store.release(name, run);
    },
  };
}

async function drain(
  channel: Channel,
  deps: AnnounceDeps,
  health: ChannelHealth | undefined,
  hold: Hold,
): Promise<Instant | undefined> {
  let known = health;
  const waits: Waits = { edits: 0 };
  for (;;) {
    const rows = await deps.store.due(channel.name, deps.clock.now(), BATCH);
    if (rows.length === 0) {
      deps.pace?.caughtUp(channel.name);
      return undefined;
    }
    for (const row of rows) {
      if (!hold.isMine()) return undefined;
      const result = ifIll(known, await tell(channel, row, waits, deps));
      if (result.paced !== undefined) {
        if ((await deps.pace?.rest(result.paced)) !== true) return result.paced;
        // What came meanwhile may be worse than what was next.
        break;
      }
      known = await noteHealth(channel, known, result, deps);
      // A channel that throttles or refuses is left alone until it may work again; the rows keep their order.
      if (result.fault !== undefined && result.fault !== 'none-sent')
        await fallBack(channel, [row.topic], known, deps, result.fault);
      if (result.stop) {
        await fallBack(channel, await dueTopics(channel, deps), known, deps, faultOf(result));
        return undefined;
      }
    }
  }
}

/** An outage may be long: everything that waits is told elsewhere, and not only the next few. */
const WAITING = 2_000;

async function dueTopics(
  channel: Channel,
  { store, clock, fallback }: AnnounceDeps,
): Promise<readonly string[]> {
  if (fallback?.of(channel.name) === undefined) return [];
  return (await store.due(channel.name, clock.now(), WAITING)).map(({ topic }) => topic);
}

/** What carries the channel may be down although it takes messages: nobody sees them then. */
async function fallBackFromCarrier(
  channel: Channel,
  health: ChannelHealth | undefined,
  deps: AnnounceDeps,
): Promise<void> {
  if (channel.kind === 'teams') await fallBack(channel, await dueTopics(channel, deps), health, deps);
}

async function tell(channel: Channel, given: OutboxRow, waits: Waits, deps: AnnounceDeps): Promise<Told> {
  const begun = performance.now();
  const row = withReason(given, deps.pace?.behind(channel.name));
  const page = pageOfTopic(row.topic);
  const subject = await (page === undefined
    ? (shiftSubject(channel, row, deps) ?? subjectOf(channel, row, deps))
    : pageSubject(channel, row, page, deps));
  const note: NoteDelivery = (outcome, action, reason, more) => {
    const now = deps.clock.now();
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
    deps.measure.delivered(delivery);
    return delivery;
  };
  const { decision } = subject;
  const wait = waitFor(channel, subject, waits, deps);
  if (wait !== undefined) return waited(channel, given, wait, note, deps);
  try {
    switch (decision.do) {
      case 'nothing':
        await deps.store.settle(row, {
          deliveries: notTold(subject).map((reason) => note('not-told', 'none', reason)),
          ...standing(row, subject, subject.told, deps.clock.now()),
        });
        return { fault: 'none-sent', stop: false };
      case 'hold':
        await deps.store.settle(row, {
          deliveries:
            row.lastError === decision.reason
              ? []
              : [
                  note('held', 'none', `${decision.reason}: ${decision.detail}`, {
                    until: decision.until,
                  }),
                ],
          // What is held on purpose is not late when it is released.
          next: { ...row, dueAt: decision.until, changedAt: decision.until, lastError: decision.reason },
        });
        return { fault: 'none-sent', stop: false };
      default: {
        const { telling, action, reason } = await send(channel, row, subject, deps);
        // Before the row is settled: a page that was told follows its incident from now on, whatever happens next.
        if (page !== undefined) await deps.store.endPage(page, 'told');
        await deps.store.settle(row, {
          telling,
          deliveries: [note('accepted', action, reason)],
          ...(hasMoreToSay(channel, subject, telling)
            ? { next: rest(row, deps.clock.now()) }
            : standing(row, subject, telling, deps.clock.now())),
        });
        return { fault: undefined, stop: false };
      }
    }
  } catch (error) {
    if (isFault(error) && error.code.startsWith('store.')) throw error;
    return failed(channel, row, subject, error, note, deps);
  }
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
