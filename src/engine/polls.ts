import type { SourceKey } from '../model/source.js';
import type { Duration } from '../model/time.js';
import type { Source } from '../sources/source.js';
import type { Committed } from '../store/store.js';
import { pollOnce, type PollDeps } from './poll.js';
import type { Queues } from './queues.js';

export interface Polls {
  /** Asks this source soon, whatever its interval: several wishes at once are one. */
  pollNow(source: SourceKey, delayMs?: Duration): Promise<void>;
  /** Each source that there is now is asked once at once, and then at its interval; those that are gone no more. */
  schedule(): Promise<void>;
  /** Takes the jobs, in this process too. */
  work(): void;
  /** Forgets all jobs. */
  clear(): Promise<void>;
}

export interface PollsDeps extends PollDeps {
  readonly queues: Queues;
  /** Chance, 0 ≤ x < 1. */
  readonly random: () => number;
  readonly sources: () => readonly Source[];
  /** A poll has been committed. */
  readonly settle: (source: Source, committed: Committed) => Promise<void>;
  readonly guarded: (step: () => Promise<void>) => Promise<void>;
}

interface PollJob {
  readonly source: string;
  /** Somebody wants it now: it is not enough that one is under way. */
  readonly asked?: boolean;
}

/** However short an interval, and however fast the clock. In milliseconds of real time. */
const SHORTEST = 200;

/** BullMQ around `pollOnce`: jobs carry the source's key. */
export function openPolls(deps: PollsDeps): Polls {
  const { queues, clock } = deps;
  const queue = queues.queue<PollJob>('poll');
  const oneByOne = openOneByOne();

  async function poll({ source: key, asked = false }: PollJob): Promise<void> {
    const source = deps.sources().find((known) => known.key === key);
    if (source === undefined) return;
    await oneByOne(key, asked, async () => deps.settle(source, await pollOnce(source, deps)));
  }

  return {
    async pollNow(source, delayMs = 0) {
      await queue.add(
        'poll',
        { source, asked: true },
        { delay: delayMs, deduplication: { id: `now:${source}`, keepLastIfActive: true } },
      );
    },
    async schedule() {
      const wanted = new Map(
        deps
          .sources()
          .map((source) => [source.key, Math.max(SHORTEST, Math.round(clock.real(source.everyMs)))]),
      );
      for (const scheduler of await queue.getJobSchedulers())
        if (!wanted.has(scheduler.key)) await queue.removeJobScheduler(scheduler.key);
      for (const [key, every] of wanted) {
        // Many tenants must not all be asked in the same second.
        await queue.upsertJobScheduler(
          key,
          { every, offset: Math.floor(deps.random() * every) },
          { name: 'poll', data: { source: key } },
        );
        await queue.add('poll', { source: key });
      }
    },
    work() {
      queues.worker<PollJob>('poll', (job) => deps.guarded(() => poll(job.data)), { concurrency: 8 });
    },
    clear: () => queue.obliterate({ force: true }),
  };
}

/** Work of one name is not started while it is under way; what is asked for meanwhile follows it, once. */
function openOneByOne(): (name: string, asked: boolean, work: () => Promise<void>) => Promise<void> {
  const running = new Set<string>();
  const again = new Set<string>();
  return async (name, asked, work) => {
    if (running.has(name)) {
      if (asked) again.add(name);
      return;
    }
    running.add(name);
    try {
      do {
        again.delete(name);
        await work();
      } while (again.has(name));
    } finally {
      again.delete(name);
      running.delete(name);
    }
  };
}
