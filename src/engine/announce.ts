import { Fault, isFault } from '../lib/fault.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Incident } from '../model/incident.js';
import type { Inhibition, MatchLabels, MuteTime } from '../model/silence.js';
import type { ChannelHealth, Delivery, OutboxRow, Telling } from '../model/telling.js';
import { MINUTE, SECOND, type Instant } from '../model/time.js';
import type { Channel, Message } from '../notify/adapter.js';
import { decide, statusOf, whatIsSaid, type Decision } from '../notify/decide.js';
import { hush, silencesOf } from '../notify/mute.js';
import type { Store } from '../store/store.js';
import { backOff } from './backoff.js';
import { incidentMessage, lateness, reminderLine, summaryMessage, threadLine, toldNow } from './compose.js';
import { incidentOfTopic } from './turn.js';

export interface AnnounceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
  readonly url: string;
  readonly matches: MatchLabels;
  readonly inhibitions: () => readonly Inhibition[];
  readonly muteTimes: () => readonly MuteTime[];
  readonly random: () => number;
  readonly measure: { delivered(delivery: Delivery): void };
  /** The channel's state changed: let it be judged. */
  readonly onHealth: (health: ChannelHealth) => Promise<void>;
}

const BATCH = 50;
const LEASE = 30 * SECOND;
/** After an unknown outcome the message may still be on its way: look for it a little later. */
const SETTLING = 5 * SECOND;

/**
 * Tells one channel everything that is due, in order: worst first, then oldest. Safe to run at any time and twice: each
 * row is decided afresh on the incident as it is and on what the channel was last told. Resolves with the instant at which
 * the next row is due, if there is one.
 */
export async function drainChannel(channel: Channel, deps: AnnounceDeps): Promise<Instant | undefined> {
  const { store, clock, owner } = deps;
  const lease = `channel:${channel.name}`;
  if (!(await store.lease(lease, owner, clock.now(), clock.now() + LEASE))) return clock.now() + SECOND;
  try {
    const health = (await store.channels()).find((known) => known.channel === channel.name);
    if (health?.retryAt !== undefined && health.retryAt > clock.now()) return health.retryAt;
    await drain(channel, deps, health);
  } finally {
    await store.release(lease, owner);
  }
  return (await store.waiting()).find((waiting) => waiting.channel === channel.name)?.dueAt;
}

async function drain(channel: Channel, deps: AnnounceDeps, health: ChannelHealth | undefined): Promise<void> {
  let known = health;
  for (;;) {
    const now = deps.clock.now();
    const rows = await deps.store.due(channel.name, now, BATCH);
    if (rows.length === 0) return;
    for (const row of rows) {
      await deps.store.lease(
        `channel:${channel.name}`,
        deps.owner,
        deps.clock.now(),
        deps.clock.now() + LEASE,
      );
      const result = await tell(channel, row, deps);
      known = await noteHealth(channel, known, result, deps);
      // A channel that throttles or refuses is left alone until it may work again; the rows keep their order.
      if (result.stop) return;
    }
  }
}

interface Told {
  /** Undefined: nothing was sent, so nothing was learned about the channel. */
  readonly fault: Fault | undefined | 'none-sent';
  readonly stop: boolean;
  readonly retryAt?: Instant;
}

async function tell(channel: Channel, row: OutboxRow, deps: AnnounceDeps): Promise<Told> {
  const begun = performance.now();
  const subject = await subjectOf(channel, row, deps);
  const note = (outcome: Delivery['outcome'], action: Delivery['action'], reason: string): Delivery => {
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
    };
    deps.measure.delivered(delivery);
    return delivery;
  };
  const { decision } = subject;
  try {
    switch (decision.do) {
      case 'nothing':
        await deps.store.settle(row, { deliveries: [], ...standing(row, subject, subject.told) });
        return { fault: 'none-sent', stop: false };
      case 'hold':
        await deps.store.settle(row, {
          deliveries:
            row.lastError === decision.reason
              ? []
              : [note('held', 'none', `${decision.reason}: ${decision.detail}`)],
          // What is held on purpose is not late when it is released.
          next: { ...row, dueAt: decision.until, changedAt: decision.until, lastError: decision.reason },
        });
        return { fault: 'none-sent', stop: false };
      default: {
        const { telling, action, reason } = await send(channel, row, subject, deps);
        await deps.store.settle(row, {
          telling,
          deliveries: [note('accepted', action, reason)],
          ...standing(row, subject, telling),
        });
        return { fault: undefined, stop: false };
      }
    }
  } catch (error) {
    if (isFault(error) && error.code.startsWith('store.')) throw error;
    return failed(channel, row, subject, error, note, deps);
  }
}

interface Subject {
  readonly message: Message;
  readonly decision: Decision;
  readonly told: Telling | undefined;
  readonly incident: Incident | undefined;
  readonly threadSeq: number;
  readonly thread: readonly ReturnType<typeof threadLine>[];
  readonly threadSeqs: readonly number[];
}

async function subjectOf(channel: Channel, row: OutboxRow, deps: AnnounceDeps): Promise<Subject> {
  const { store, clock, url } = deps;
  const now = clock.now();
  const told = await store.telling(row.topic, channel.name);
  const id = incidentOfTopic(row.topic);
  const incident = id === undefined ? undefined : await store.incident(id);
  if (incident === undefined) return summaryOf(row, told, deps);
  const timeline = await store.timeline(incident.id);
  const silences = silencesOf(incident.alerts, await store.silences(now), deps.matches, now);
  const destination = incident.destinations.find((known) => known.channel === channel.name);
  const threaded = timeline.filter((entry) => entry.thread);
  const late = lateness(row, told === undefined ? (destination?.groupWait ?? 0) : 0, now);
  const untold = threaded.filter((entry) => entry.seq > (told?.threadSeq ?? Infinity));
  return {
    message: incidentMessage({
      incident,
      timeline,
      silences,
      url,
      now,
      ...(late === undefined ? {} : { late }),
    }),
    told,
    incident,
    threadSeq: threaded.at(-1)?.seq ?? 0,
    thread: untold.map(threadLine),
    threadSeqs: untold.map((entry) => entry.seq),
    decision: decide({
      incident,
      destination,
      told,
      canEdit: channel.update !== undefined,
      threadSeq: threaded.at(-1)?.seq ?? 0,
      hush:
        destination === undefined
          ? undefined
          : hush({
              incident,
              destination,
              silences,
              inhibitions: deps.inhibitions(),
              muteTimes: deps.muteTimes(),
              firing: deps.inhibitions().length === 0 ? [] : await store.alerts(),
              matches: deps.matches,
              now,
            }),
      now,
    }),
  };
}

async function summaryOf(row: OutboxRow, told: Telling | undefined, deps: AnnounceDeps): Promise<Subject> {
  const baselineOf = row.topic.slice('summary:'.length);
  const all = row.topic.startsWith('summary:') ? await deps.store.incidents({ baselineOf }) : [];
  const incidents = all.filter((incident) =>
    incident.destinations.some((destination) => destination.channel === row.channel),
  );
  const pending = told?.state !== 'told' && incidents.length > 0;
  return {
    message: summaryMessage(row.topic, incidents, deps.url, deps.clock.now()),
    told,
    incident: undefined,
    threadSeq: 0,
    thread: [],
    threadSeqs: [],
    decision: !pending
      ? { do: 'nothing', reason: 'unchanged' }
      : { do: 'post', reason: told?.state === 'sending' ? 'outcome-unknown' : 'first' },
  };
}

interface Sent {
  readonly telling: Telling;
  readonly action: Delivery['action'];
  readonly reason: string;
}

async function send(channel: Channel, row: OutboxRow, subject: Subject, deps: AnnounceDeps): Promise<Sent> {
  const { decision, told, message } = subject;
  if (decision.do === 'post') return post(channel, row, subject, decision.reason, deps);
  if (told?.ref === undefined)
    throw new Error(`an ${decision.do} was decided for a card that does not exist`);
  if (decision.do === 'remind') return remind(channel, row, subject, deps);
  if (channel.update === undefined) throw new Error(`${channel.kind} cannot edit`);
  const ref = await channel.update(told.ref, message);
  const telling = toldNow(
    row,
    told,
    { ...saidIn(subject), ref, threadSeq: told.threadSeq },
    deps.clock.now(),
    false,
  );
  return {
    telling: await tellThread(channel, telling, subject, deps),
    action: 'edit',
    reason: decision.reason,
  };
}

/** The intent is written down before the request leaves: after a crash somebody will look before posting again. */
async function post(
  channel: Channel,
  row: OutboxRow,
  subject: Subject,
  reason: string,
  deps: AnnounceDeps,
): Promise<Sent> {
  const { told, message } = subject;
  if (told?.state === 'sending') {
    const since = told.attemptAt ?? row.changedAt;
    const ref = await channel.find?.(message, since);
    if (ref !== undefined) {
      deps.log.info(
        { channel: channel.name, topic: row.topic },
        'the message with the unknown outcome was found; editing it',
      );
      const updated = (await channel.update?.(ref, message)) ?? ref;
      return {
        telling: toldNow(row, told, { ...saidIn(subject), ref: updated }, deps.clock.now(), true),
        action: 'find',
        reason,
      };
    }
  }
  await deps.store.putTelling({
    topic: row.topic,
    channel: channel.name,
    state: 'sending',
    revision: 0,
    threadSeq: 0,
    status: '',
    firing: [],
    ...(told?.firstAt === undefined ? {} : { firstAt: told.firstAt }),
    attemptAt: told?.state === 'sending' ? (told.attemptAt ?? deps.clock.now()) : deps.clock.now(),
  });
  const ref = await channel.post(message);
  return {
    telling: toldNow(row, told, { ...saidIn(subject), ref }, deps.clock.now(), true),
    action: 'post',
    reason,
  };
}

async function remind(channel: Channel, row: OutboxRow, subject: Subject, deps: AnnounceDeps): Promise<Sent> {
  const { told, incident, message } = subject;
  if (told?.ref === undefined || incident === undefined) throw new Error('nothing to be reminded of');
  const now = deps.clock.now();
  if (channel.thread === undefined) {
    const ref = await channel.post(message);
    return {
      telling: toldNow(row, told, { ...saidIn(subject), ref }, now, true),
      action: 'post',
      reason: 'repeat',
    };
  }
  await channel.thread(told.ref, reminderLine(incident, now));
  return {
    telling: toldNow(row, told, { ...told, ref: told.ref }, now, true),
    action: 'thread',
    reason: 'repeat',
  };
}

/** History goes to the card's thread, line by line; each is noted at once, so that a crash repeats one line at most. */
async function tellThread(
  channel: Channel,
  telling: Telling,
  subject: Subject,
  deps: AnnounceDeps,
): Promise<Telling> {
  if (channel.thread === undefined || telling.ref === undefined)
    return { ...telling, threadSeq: subject.threadSeq };
  let noted = telling;
  for (const [index, line] of subject.thread.entries()) {
    await channel.thread(telling.ref, line);
    noted = { ...noted, threadSeq: subject.threadSeqs[index] ?? noted.threadSeq };
    if (index < subject.thread.length - 1) await deps.store.putTelling(noted);
  }
  return noted;
}

function saidIn({
  incident,
  threadSeq,
}: Subject): Pick<Telling, 'revision' | 'threadSeq' | 'status' | 'firing'> {
  if (incident === undefined) return { revision: 1, threadSeq: 0, status: 'firing', firing: [] };
  return { revision: incident.revision, threadSeq, status: statusOf(incident), firing: whatIsSaid(incident) };
}

/** A firing incident keeps one row that comes due when its reminder does. */
function standing(row: OutboxRow, { incident }: Subject, told: Telling | undefined): { next?: OutboxRow } {
  const destination = incident?.destinations.find((known) => known.channel === row.channel);
  if (
    incident === undefined ||
    destination === undefined ||
    told?.lastAt === undefined ||
    incident.state === 'resolved'
  )
    return {};
  const last = incident.state === 'acknowledged' ? Math.max(told.lastAt, row.dueAt) : told.lastAt;
  const dueAt = last + Math.max(destination.repeatInterval, MINUTE);
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

async function failed(
  channel: Channel,
  row: OutboxRow,
  subject: Subject,
  error: unknown,
  note: (outcome: Delivery['outcome'], action: Delivery['action'], reason: string) => Delivery,
  deps: AnnounceDeps,
): Promise<Told> {
  const fault = isFault(error) ? error : new Fault('channel.failed', String(error), { cause: error });
  if (!isFault(error))
    deps.log.error({ channel: channel.name, topic: row.topic, err: error }, 'a delivery failed unexpectedly');
  const action =
    subject.decision.do === 'edit' ? 'edit' : subject.decision.do === 'remind' ? 'thread' : 'post';
  const now = deps.clock.now();
  const wait =
    fault.code === 'channel.unknown-outcome' ? SETTLING : backOff(fault, row.attempts, deps.random());
  const until = fault.code === 'channel.message-gone' ? now : now + wait;
  const telling = afterFailure(subject, row, fault);
  await deps.store.settle(row, {
    ...(telling === undefined ? {} : { telling }),
    deliveries: [note(outcomeOf(fault), action, fault.message)],
    ...(fault.code === 'channel.too-large'
      ? {}
      : { next: { ...row, dueAt: until, attempts: row.attempts + 1, lastError: fault.message } }),
  });
  deps.log.warn(
    { channel: channel.name, topic: row.topic, code: fault.code, attempts: row.attempts + 1 },
    fault.message,
  );
  const only =
    fault.code === 'channel.message-gone' ||
    fault.code === 'channel.too-large' ||
    fault.code === 'channel.unknown-outcome';
  return { fault, stop: !only, ...(only ? {} : { retryAt: until }) };
}

/** The request never left, or was clearly refused: no message of ours can be there. A card that is gone is forgotten. */
function afterFailure({ told, decision }: Subject, row: OutboxRow, fault: Fault): Telling | undefined {
  const blank: Telling = {
    topic: row.topic,
    channel: row.channel,
    state: 'told',
    revision: 0,
    threadSeq: 0,
    status: '',
    firing: [],
  };
  if (fault.code === 'channel.message-gone') return blank;
  if (decision.do !== 'post' || fault.code === 'channel.unknown-outcome') return undefined;
  // An attempt before this one may have arrived: that stays unknown however clearly this one was refused.
  if (told?.state === 'sending') return undefined;
  return told ?? blank;
}

function outcomeOf(fault: Fault): Delivery['outcome'] {
  if (fault.code === 'channel.throttled') return 'throttled';
  if (
    fault.code === 'channel.refused' ||
    fault.code === 'channel.unauthorized' ||
    fault.code === 'channel.too-large'
  )
    return 'refused';
  return fault.code === 'channel.unknown-outcome' ? 'unknown' : 'failed';
}

/** Failures in a row after which a channel that does not answer counts as broken. */
const BROKEN_AFTER = 5;

async function noteHealth(
  channel: Channel,
  known: ChannelHealth | undefined,
  { fault, retryAt }: Told,
  deps: AnnounceDeps,
): Promise<ChannelHealth | undefined> {
  if (
    fault === 'none-sent' ||
    (fault === undefined && (known === undefined || known.state === 'ok') && (known?.failures ?? 0) === 0)
  )
    return known;
  const now = deps.clock.now();
  const failures = fault === undefined ? 0 : (known?.failures ?? 0) + 1;
  const state = stateOf(fault, failures);
  const health: ChannelHealth = {
    channel: channel.name,
    state,
    since: known?.state === state ? known.since : now,
    reason: fault === undefined ? '' : fault.message,
    failures,
    ...(retryAt === undefined ? {} : { retryAt }),
  };
  await deps.store.putChannel(health);
  if (state !== (known?.state ?? 'ok')) await deps.onHealth(health);
  return health;
}

function stateOf(fault: Fault | undefined, failures: number): ChannelHealth['state'] {
  if (fault === undefined) return 'ok';
  if (fault.code === 'channel.throttled') return 'throttled';
  if (fault.code === 'channel.refused' || fault.code === 'channel.unauthorized') return 'broken';
  return failures >= BROKEN_AFTER ? 'broken' : 'ok';
}
