import type { Clock } from '../lib/clock.js';
import type { OutboxRow } from '../model/telling.js';
import { MINUTE } from '../model/time.js';
import { escalate } from './escalate.js';
import type { EscalateDeps } from './escalate/deps.js';
import type { Queues } from './queues.js';

export interface Escalations {
  /** Something about these incidents changed: their escalations begin, go on, stop, or begin anew. */
  look(incidents: readonly number[]): Promise<void>;
  /** Those that have something to do by now: what wakes them may have been lost. `all`: however long ago it was. */
  sweep(all?: boolean): Promise<void>;
}

export interface EscalationsDeps extends EscalateDeps {
  readonly queues: Queues;
  readonly clock: Clock;
  /** These rows are in the outbox: whoever tells them is woken. */
  readonly wake: (rows: readonly OutboxRow[]) => Promise<void>;
  /** Takes the steps; other processes only ask for them. */
  readonly works: boolean;
  readonly guarded: (step: () => Promise<void>) => Promise<void>;
}

/** What is due later than this is found by the sweep: a night of waiting escalations needs no jobs. */
const SOON = MINUTE;
const BATCH = 500;
/** A process that died between a change and the job that follows it is made up for. */
const LOST_WITHIN = 2 * MINUTE;
const MOST = 10_000;

/** BullMQ around `escalate`: jobs carry the incident's number, and the record says what is due. */
export function openEscalations(deps: EscalationsDeps): Escalations {
  const { queues, clock, store } = deps;
  const queue = queues.queue<{ incident: number }>('escalate');
  const callsNobody = (): boolean => deps.escalations().length === 0 && deps.people().length === 0;
  const look = async (incidents: readonly number[]): Promise<void> => {
    if (callsNobody()) return;
    for (const incident of new Set(incidents))
      await queue.add(
        'step',
        { incident },
        { deduplication: { id: String(incident), keepLastIfActive: true } },
      );
  };
  const step = async (incident: number): Promise<void> => {
    const { rows, wakeAt } = await escalate(incident, deps);
    await deps.wake(rows);
    const delay = wakeAt === undefined ? Infinity : Math.max(1, Math.ceil(clock.real(wakeAt - clock.now())));
    if (wakeAt !== undefined && delay <= SOON)
      await queue.add('step', { incident }, { delay, jobId: `${incident}@${Math.ceil(wakeAt / 250)}` });
  };
  if (deps.works)
    queues.worker<{ incident: number }>('escalate', (job) => deps.guarded(() => step(job.data.incident)), {
      concurrency: 8,
      // Somebody waits to be woken: what a dead worker had in hand is taken over soon. A step that runs twice does no harm.
      lockDuration: 6_000,
      stalledInterval: 3_000,
    });
  return {
    look,
    async sweep(all = false) {
      if (callsNobody()) return;
      const now = clock.now();
      await look(await store.escalationsDue(now, all ? 0 : now - LOST_WITHIN, all ? MOST : BATCH));
    },
  };
}
