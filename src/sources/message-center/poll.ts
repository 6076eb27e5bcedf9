import { Fault, faultLine, isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Fact } from '../../model/source.js';
import { DAY, MINUTE, type Instant } from '../../model/time.js';
import { filterMemory, mayFilter, type HashOf } from '../communications.js';
import { toIso } from '../dates.js';
import type { MessageClient } from './client.js';
import { dayOf, messageFact, type MessageContext } from './facts.js';
import type { Known, Memory } from './memory.js';
import type { Past } from './past.js';
import type { Message } from './schema.js';

/** Messages may appear in a list a little after the time they carry. */
const OVERLAP = 10 * MINUTE;
/** Messages that nobody has touched for so long and whose deadline is over are left out, though the service lists them. */
const FORGOTTEN = 120 * DAY;
/** Messages that vanished from the list are asked for one by one; more than this wait for the next poll. */
const MAX_ASKED = 20;
/** Attachments are listed by a call each: a few in a poll, until all are known. */
const MAX_ATTACHED = 5;

export interface PollPlan {
  readonly client: MessageClient;
  readonly memory: Memory | undefined;
  readonly now: Instant;
  readonly cloud: MessageContext['cloud'];
  readonly past: Past;
  readonly hashOf: HashOf;
  /** Requests that may go to what is only nice to have. */
  readonly spare: () => number;
  readonly log: Log;
}

/** What was found. The budget part of the memory is the caller's. */
export interface Found {
  readonly coverage: 'full' | 'partial';
  readonly facts: readonly Fact[];
  readonly memory: Omit<Memory, 'budget'>;
  readonly unchanged: boolean;
}

/** Everything: what is absent from this is gone. */
export async function fullPoll(plan: PollPlan): Promise<Found> {
  const { client, memory, now, hashOf } = plan;
  const answer = await client.all();
  const fullHash = hashOf('all', answer);
  if (memory !== undefined && fullHash === memory.fullHash && dayOf(memory.fullAt) === dayOf(now)) {
    const next = { ...memory, polledAt: now, fullAt: now };
    return { coverage: 'partial', facts: [], memory: next, unchanged: true };
  }
  const { rows, broken } = answer.read();
  refuseEmpty(rows, memory);
  const { fresh, stale } = newestOfEach(rows, memory?.known ?? {});
  const missing = Object.keys(memory?.known ?? {}).filter((id) => !fresh.has(id) && !stale.has(id));
  for (const id of missing.slice(0, MAX_ASKED)) {
    const message = await client.message(id);
    if (message !== undefined) fresh.set(message.id, message);
  }
  const waiting = missing.slice(MAX_ASKED);
  const kept = [...fresh.values()].filter((message) => !isForgotten(message, now));
  const learnt = await learn(kept, plan);
  const whole = broken === 0 && stale.size === 0 && waiting.length === 0;
  return {
    coverage: whole ? 'full' : 'partial',
    facts: learnt.facts,
    memory: {
      polledAt: now,
      fullAt: now,
      noFilterSince: memory?.noFilterSince ?? null,
      cheapHash: '',
      // What still waits must be read in any case.
      fullHash: whole && learnt.complete ? fullHash : '',
      known: { ...pick(memory?.known ?? {}, [...waiting, ...stale]), ...learnt.known },
    },
    unchanged: false,
  };
}

/** The messages that changed since the last poll. */
export async function cheapPoll(plan: PollPlan & { readonly memory: Memory }): Promise<Found> {
  const { client, memory, now, hashOf } = plan;
  const answer = await client.modifiedSince(memory.polledAt - OVERLAP, mayFilter(memory.noFilterSince, now));
  const cheapHash = hashOf('changed', answer);
  const noFilterSince = filterMemory(answer.filtered, memory.noFilterSince, now);
  const next = { ...memory, polledAt: now, noFilterSince, cheapHash };
  if (cheapHash === memory.cheapHash)
    return { coverage: 'partial', facts: [], memory: next, unchanged: true };
  const { fresh } = newestOfEach(answer.read().rows, memory.known);
  const kept = [...fresh.values()].filter((message) => !isForgotten(message, now));
  const learnt = await learn(kept, plan);
  return {
    coverage: 'partial',
    facts: learnt.facts,
    memory: { ...next, known: { ...memory.known, ...learnt.known } },
    unchanged: false,
  };
}

/** A tenant's Message center is never emptied at once: that is a failure in disguise. */
function refuseEmpty(rows: readonly Message[], memory: Memory | undefined): void {
  const before = Object.keys(memory?.known ?? {}).length;
  if (rows.length > 0 || before < 2) return;
  throw new Fault('api.unreadable', `The API listed no message at all, where it listed ${before} before.`);
}

interface Newest {
  readonly fresh: Map<string, Message>;
  /** Ids of which only an older telling was given than is known. */
  readonly stale: ReadonlySet<string>;
}

/** Lists move while they are paged, and servers lag behind each other: an older telling is never an update. */
function newestOfEach(messages: readonly Message[], known: Memory['known']): Newest {
  const newest = new Map<string, Message>();
  for (const message of messages) {
    const there = newest.get(message.id);
    if (there === undefined || modified(there) <= modified(message)) newest.set(message.id, message);
  }
  const stale = new Set<string>();
  for (const [id, message] of newest) {
    if (modified(message) >= (known[id]?.modified ?? '')) continue;
    stale.add(id);
    newest.delete(id);
  }
  return { fresh: newest, stale };
}

function modified(message: Message): string {
  return toIso(message.lastModifiedDateTime) ?? '';
}

function isForgotten(message: Message, now: Instant): boolean {
  const deadline = toIso(message.actionRequiredByDateTime);
  if (deadline !== null && Date.parse(deadline) >= now) return false;
  const touched = toIso(message.lastModifiedDateTime);
  return touched !== null && Date.parse(touched) < now - FORGOTTEN;
}

interface Learnt {
  readonly facts: readonly Fact[];
  readonly known: Record<string, Known>;
  /** False while attachments of some are still to be asked for. */
  readonly complete: boolean;
}

/** The facts of messages, with what their past says: told from the memory, and from the kept versions where they changed. */
async function learn(messages: readonly Message[], plan: PollPlan): Promise<Learnt> {
  const { memory, now, cloud, past } = plan;
  const facts: Fact[] = [];
  const known: Record<string, Known> = {};
  let left = plan.client.attachments === undefined ? 0 : MAX_ATTACHED;
  let complete = true;
  for (const message of messages) {
    const before = memory?.known[message.id];
    const same = before?.modified === modified(message);
    const { updates, changed } = same
      ? { updates: before.updates ?? 0, changed: before.changed ?? '' }
      : await past.note(message);
    let attachments = same ? before.attachments : undefined;
    if (attachments === undefined && message.hasAttachments === true) {
      const may = left > 0 && plan.spare() > 0;
      left -= 1;
      attachments = may ? await attachmentsOf(message.id, plan) : undefined;
      complete &&= attachments !== undefined || plan.client.attachments === undefined;
    }
    const shown = attachments ?? before?.attachments ?? [];
    facts.push(messageFact(message, { updates, changed, attachments: shown }, { cloud, now }));
    known[message.id] = {
      modified: modified(message),
      ...(updates === 0 ? {} : { updates, changed }),
      ...(attachments === undefined ? {} : { attachments }),
    };
  }
  return { facts, known, complete };
}

/** That they cannot be listed is no reason to miss the message. */
async function attachmentsOf(id: string, { client, log }: PollPlan): Promise<Known['attachments']> {
  try {
    return (await client.attachments?.(id)) ?? [];
  } catch (error) {
    if (!isFault(error)) throw error;
    log.info({ message: id, requestId: error.requestId }, `attachments are not listed: ${faultLine(error)}`);
    return undefined;
  }
}

function pick(known: Memory['known'], ids: readonly string[]): Record<string, Known> {
  return Object.fromEntries(ids.flatMap((id) => (known[id] === undefined ? [] : [[id, known[id]]])));
}
