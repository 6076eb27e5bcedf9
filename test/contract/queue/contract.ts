import { afterAll, describe, expect, it } from '@jest/globals';
import type { Queues } from '../../../src/engine/queues.js';
import type { Bench, OpenBench } from './bench.js';
import { dedupCases } from './dedup.js';
import { flowCases } from './flows.js';
import { jobCases } from './jobs.js';
import { limitCases } from './limits.js';
import { recoveryCases } from './recovery.js';

export type Case = readonly [title: string, run: (bench: Bench) => Promise<void>];

/** What the engine relies on, wherever BullMQ keeps its jobs: 35 cases and the door's own. */
export function queueContract(kind: string, open: OpenBench): void {
  let opening: Promise<Bench> | undefined;
  // Cases that run at once begin before any beforeAll.
  const bench = (): Promise<Bench> => (opening ??= open());
  afterAll(async () => (await opening)?.close());

  const rows = (title: string, cases: readonly Case[]): void =>
    describe(title, () => {
      for (const [name, run] of cases) it.concurrent(name, async () => once(run, await bench()), 30_000);
    });
  rows('jobs', jobCases);
  rows('deduplication', dedupCases);
  rows('flows', flowCases);
  rows('schedules and limits', limitCases);
  rows('recovery and upkeep', recoveryCases);

  describe('the door', () => {
    it('says where the jobs are, answers, and counts them', async () => {
      const { queues, freshName } = await bench();
      expect(queues.kind).toBe(kind);
      await queues.ping();
      const name = freshName();
      const queue = queues.queue(name);
      expect(queues.queue(name)).toBe(queue);
      await queue.add('a', {});
      await queue.add('b', {}, { priority: 2 });
      await queue.add('later', {}, { delay: 60_000 });
      expect((await queues.depths())[name]).toBe(2);
    });
  });
}

/** Each worker on Postgres keeps a connection: a case gives back what it opened. */
async function once(run: Case[1], bench: Bench): Promise<void> {
  const closing: (() => Promise<void>)[] = [];
  const kept = <X extends { close(): Promise<void> }>(part: X): X => {
    closing.push(() => part.close());
    return part;
  };
  const queues: Queues = {
    ...bench.queues,
    worker: (name, work, options) => kept(bench.queues.worker(name, work, options)),
  };
  try {
    await run({
      ...bench,
      queues,
      events: async (name) => kept(await bench.events(name)),
      flows: () => kept(bench.flows()),
      idleWorker: (name, options) => kept(bench.idleWorker(name, options)),
    });
  } finally {
    await Promise.allSettled(closing.map((close) => close()));
  }
}
