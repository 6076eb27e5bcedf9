import type { Channel } from '../notify/adapter.js';
import { statusOf, whatIsSaid } from '../notify/decide.js';
import type { Delivery, MessageRef, OutboxRow, Telling } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { AnnounceDeps } from './announce-deps.js';
import { reminderLine, toldNow } from './compose.js';
import type { Subject } from './subject.js';

export interface Sent {
  readonly telling: Telling;
  readonly action: Delivery['action'];
  readonly reason: string;
}

/** Does what was decided; throws the channel's Fault. Resolves with what the channel has now been told. */
export async function send(
  channel: Channel,
  row: OutboxRow,
  subject: Subject,
  deps: AnnounceDeps,
): Promise<Sent> {
  const { decision, told, message } = subject;
  if (decision.do === 'post') return post(channel, row, subject, decision.reason, deps);
  if (told?.ref === undefined)
    throw new Error(`an ${decision.do} was decided for a card that does not exist`);
  if (decision.do === 'remind') return remind(channel, row, subject, decision.reason, deps);
  if (channel.update === undefined) throw new Error(`${channel.kind} cannot edit`);
  // Where only the thread is behind, the card is right as it is.
  const ref = decision.reason === 'thread' ? told.ref : await channel.update(told.ref, message);
  const telling = toldNow(
    row,
    told,
    { ...saidIn(channel, subject), ref, threadSeq: told.threadSeq },
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
  // The card comes first and is noted alone: then its thread can fail and be tried again without a second card.
  const threadSeq = channel.thread === undefined ? subject.threadSeq : (told?.threadSeq ?? 0);
  const sent = (action: Sent['action'], ref: MessageRef): Sent => ({
    telling: toldNow(row, told, { ...saidIn(channel, subject), ref, threadSeq }, deps.clock.now(), true),
    action,
    reason,
  });
  const found = await foundAgain(channel, row, subject, deps);
  if (found !== undefined) return sent('find', found);
  await deps.store.putTelling(intentOf(channel, row, told, deps.clock.now()));
  return sent('post', await channel.post(message, told?.ref));
}

/** A message of which nobody knew whether it arrived, brought up to date; undefined when there was none, or it is not there. */
async function foundAgain(
  channel: Channel,
  row: OutboxRow,
  { told, message }: Subject,
  { log }: AnnounceDeps,
): Promise<MessageRef | undefined> {
  if (told?.state !== 'sending') return undefined;
  const ref = await channel.find?.(message, told.attemptAt ?? row.changedAt);
  if (ref === undefined) return undefined;
  log.info(
    { channel: channel.name, topic: row.topic },
    'the message with the unknown outcome was found; editing it',
  );
  return (await channel.update?.(ref, message)) ?? ref;
}

/** What came before stays known: a message that is sent again is the same message. */
function intentOf(channel: Channel, row: OutboxRow, told: Telling | undefined, now: Instant): Telling {
  return {
    topic: row.topic,
    channel: channel.name,
    state: 'sending',
    revision: 0,
    threadSeq: told?.threadSeq ?? 0,
    status: '',
    firing: [],
    ...(told?.ref === undefined ? {} : { ref: told.ref }),
    ...(told?.firstAt === undefined ? {} : { firstAt: told.firstAt }),
    ...(told?.lastAt === undefined ? {} : { lastAt: told.lastAt }),
    attemptAt: told?.state === 'sending' ? (told.attemptAt ?? now) : now,
  };
}

async function remind(
  channel: Channel,
  row: OutboxRow,
  subject: Subject,
  reason: 'repeat' | 'calls-again',
  deps: AnnounceDeps,
): Promise<Sent> {
  const { told, incident, message } = subject;
  if (told?.ref === undefined || incident === undefined) throw new Error('nothing to be reminded of');
  const now = deps.clock.now();
  if (channel.thread === undefined) {
    const reminder = { ...message, news: [reminderLine(incident, reason, now), ...(message.news ?? [])] };
    const ref = await channel.post(reminder, told.ref);
    return {
      telling: toldNow(row, told, { ...saidIn(channel, subject), ref }, now, true),
      action: 'post',
      reason,
    };
  }
  await channel.thread(told.ref, reminderLine(incident, reason, now));
  return {
    telling: toldNow(row, told, { ...told, ref: told.ref }, now, true),
    action: 'thread',
    reason,
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
    // What the platform does not take now follows: the row stays for it.
    if (deps.pace?.wait(channel, 'thread', telling.ref) !== undefined) break;
    await channel.thread(telling.ref, line);
    noted = { ...noted, threadSeq: subject.threadSeqs[index] ?? noted.threadSeq };
    if (index < subject.thread.length - 1) await deps.store.putTelling(noted);
  }
  return noted;
}

function saidIn(
  channel: Channel,
  { incident, threadSeq }: Subject,
): Pick<Telling, 'revision' | 'threadSeq' | 'status' | 'firing'> {
  if (incident === undefined) return { revision: 1, threadSeq: 0, status: 'firing', firing: [] };
  const firing = whatIsSaid(incident, channel.sparing === true);
  return { revision: incident.revision, threadSeq, status: statusOf(incident), firing };
}
