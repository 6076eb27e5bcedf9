import { HOUR, MINUTE, SECOND, type Duration } from '../model/time.js';
import type { Queues } from './queues.js';

/** What has to be done from time to time, by whichever process comes to it. */
const EVERY = {
  sweep: 5 * SECOND,
  audit: 2 * MINUTE,
  escalations: MINUTE,
  groups: MINUTE,
  tidy: HOUR,
} as const satisfies Record<string, Duration>;

export type Chore = keyof typeof EVERY;

export interface Chores {
  /** Schedules all of them and takes the jobs: one at a time. */
  work(chores: Readonly<Record<Chore, () => Promise<void>>>): Promise<void>;
  /** Forgets all jobs. */
  clear(): Promise<void>;
}

export function openChores({
  queues,
  guarded,
}: {
  readonly queues: Queues;
  readonly guarded: (step: () => Promise<void>) => Promise<void>;
}): Chores {
  const queue = queues.queue<{ chore: string }>('chore');
  return {
    async work(chores) {
      const byName = new Map<string, () => Promise<void>>(Object.entries(chores));
      const run = async (name: string): Promise<void> => byName.get(name)?.();
      queues.worker<{ chore: string }>('chore', (job) => guarded(() => run(job.data.chore)), {
        concurrency: 1,
      });
      for (const [name, every] of Object.entries(EVERY))
        await queue.upsertJobScheduler(name, { every }, { name, data: { chore: name } });
    },
    clear: () => queue.obliterate({ force: true }),
  };
}
