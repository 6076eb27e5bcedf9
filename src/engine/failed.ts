import { Fault, isFault } from '../lib/fault.js';
import type { Channel } from '../notify/adapter.js';
import type { ChannelHealth, Delivery, OutboxRow, Telling } from '../model/telling.js';
import { SECOND, type Instant } from '../model/time.js';
import type { AnnounceDeps } from './announce-deps.js';
import { backOff } from './backoff.js';
import type { Subject } from './subject.js';

/** Writes down one attempt, or what was decided in place of one. */
export type NoteDelivery = (
  outcome: Delivery['outcome'],
  action: Delivery['action'],
  reason: string,
  more?: Pick<Delivery, 'answer' | 'until'>,
) => Delivery;

/** What one row taught about its channel. */
export interface Told {
  /** `none-sent`: nothing was sent, so nothing was learned. */
  readonly fault: Fault | undefined | 'none-sent';
  /** Leave the channel alone for now. */
  readonly stop: boolean;
  readonly retryAt?: Instant;
  /** When the row is tried again. */
  readonly until?: Instant;
  /** Nothing was sent: the platform takes no more before this. */
  readonly paced?: Instant;
}

/** The fault, when one taught it. */
export function faultOf({ fault }: Told): Fault | undefined {
  return fault === 'none-sent' ? undefined : fault;
}

/** A lost answer concerns one message; a third in a row, the platform. */
export function ifIll(health: ChannelHealth | undefined, told: Told): Told {
  const ill = faultOf(told)?.code === 'channel.unknown-outcome' && (health?.failures ?? 0) >= 2;
  return ill ? { ...told, stop: true, ...(told.until === undefined ? {} : { retryAt: told.until }) } : told;
}

/** After an unknown outcome the message may still be on its way: look for it a little later. */
const SETTLING = 5 * SECOND;

/** Writes down a failed attempt and when to try again; a bug in an adapter is treated as a passing failure, loudly. */
export async function failed(
  channel: Channel,
  row: OutboxRow,
  subject: Subject,
  error: unknown,
  note: NoteDelivery,
  deps: AnnounceDeps,
): Promise<Told> {
  const fault = isFault(error) ? error : new Fault('channel.failed', String(error), { cause: error });
  if (!isFault(error))
    deps.log.error({ channel: channel.name, topic: row.topic, err: error }, 'a delivery failed unexpectedly');
  const action =
    subject.decision.do === 'edit' ? 'edit' : subject.decision.do === 'remind' ? 'thread' : 'post';
  const now = deps.clock.now();
  const grown = backOff(fault, row.attempts, deps.random());
  const wait = fault.code === 'channel.unknown-outcome' ? Math.max(SETTLING, grown) : grown;
  const until = fault.code === 'channel.message-gone' ? now : now + wait;
  const telling = afterFailure(subject, row, fault);
  await deps.store.settle(row, {
    ...(telling === undefined ? {} : { telling }),
    deliveries: [
      note(outcomeOf(fault), action, subject.decision.reason, {
        answer: fault.message,
        ...(fault.code === 'channel.too-large' ? {} : { until }),
      }),
    ],
    ...(fault.code === 'channel.too-large'
      ? {}
      : { next: { ...row, dueAt: until, attempts: row.attempts + 1, lastError: fault.message } }),
  });
  deps.log.warn(
    { channel: channel.name, topic: row.topic, code: fault.code, attempts: row.attempts + 1 },
    fault.message,
  );
  // What concerns this message alone says nothing of the channel: the next one may do better.
  const ofThisOne =
    fault.code === 'channel.message-gone' ||
    fault.code === 'channel.too-large' ||
    fault.code === 'channel.unknown-outcome';
  return { fault, stop: !ofThisOne, until, ...(ofThisOne ? {} : { retryAt: until }) };
}

/** The request never left, or was clearly refused: no message of ours can be there. A card that is gone is forgotten. */
function afterFailure({ told, decision }: Subject, row: OutboxRow, fault: Fault): Telling | undefined {
  const blank: Telling = {
    topic: row.topic,
    channel: row.channel,
    state: 'told',
    revision: 0,
    // What the thread of a card that is gone said is not said again.
    threadSeq: told?.threadSeq ?? 0,
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

/** The channel's state after an attempt; a change of state is handed on to be judged. */
export async function noteHealth(
  channel: Pick<Channel, 'name'>,
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
