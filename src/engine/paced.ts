import type { OutboxRow } from '../model/telling.js';
import type { Act, Channel } from '../notify/adapter.js';
import type { Decision } from '../notify/decide.js';
import type { AnnounceDeps } from './announce-deps.js';
import type { NoteDelivery, Told } from './failed.js';
import { NOTICED, type Wait } from './pace.js';
import type { Subject } from './subject.js';

/** Edits that one run has put off: each waits behind those before it. */
export interface Waits {
  edits: number;
}

/** What is in the way of doing now what was decided. */
interface Blocked extends Wait {
  readonly act: Act;
}

export function waitFor(
  channel: Channel,
  { decision, told }: Subject,
  waits: Waits,
  { pace }: AnnounceDeps,
): Blocked | undefined {
  const act = actOf(decision, channel);
  if (act === undefined) return undefined;
  const wait = pace?.wait(channel, act, told?.ref, act === 'edit' ? waits.edits : 0);
  if (wait === undefined) return undefined;
  if (act === 'edit') waits.edits += 1;
  return { ...wait, act };
}

function actOf(decision: Decision, { thread }: Channel): Act | undefined {
  if (decision.do === 'post') return 'post';
  if (decision.do === 'remind') return thread === undefined ? 'post' : 'thread';
  if (decision.do === 'edit') return decision.reason === 'thread' ? 'thread' : 'edit';
  return undefined;
}

/**
 * An edit is put off, and what is newest by then is shown; others go on. Anything new waits in its place, and so does all that comes
 * after it in the channel, until the platform takes the next: whatever is worse by then goes first. A wait that takes its time is in the
 * deliveries, once.
 */
export async function waited(
  channel: Channel,
  row: OutboxRow,
  { until, says, act }: Blocked,
  note: NoteDelivery,
  { store, pace, clock }: AnnounceDeps,
): Promise<Told> {
  const line = (): ReturnType<NoteDelivery> => note('held', 'none', `rate: ${says}`, { until });
  if (act === 'edit') {
    const long = until - clock.now() >= NOTICED;
    await store.settle(row, {
      deliveries: long && row.lastError !== says ? [line()] : [],
      next: { ...row, dueAt: until, ...(long ? { lastError: says } : {}) },
    });
    return { fault: 'none-sent', stop: false };
  }
  if (pace?.waits(channel.name, { until, says }) === true)
    await store.settle(row, { deliveries: [line()], next: row });
  return { fault: 'none-sent', stop: false, paced: until };
}

/** What waits behind others has had no failure of its own: its card names what kept it. */
export function withReason(row: OutboxRow, behind: string | undefined): OutboxRow {
  return behind === undefined || row.lastError !== undefined ? row : { ...row, lastError: behind };
}
