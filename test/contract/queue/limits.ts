import { expect } from '@jest/globals';
import { RateLimitError } from 'bullmq';
import { pause, until } from '../../support/until.js';
import type { Bench } from './bench.js';
import type { Case } from './contract.js';

/** When jobs run, and how many. */
export const limitCases: readonly Case[] = [
  ['a scheduler ticks until it is removed', ticks],
  ['a scheduler with a cron pattern and a zone is replaced in place and stops at its limit', cron],
  ["a worker's limiter holds over its queue", limiter],
  ['a worker waits as long as a 429 says, without an attempt being counted', waits],
  ['global concurrency holds over two workers', globalConcurrency],
  ['a global rate limit holds', globalRate],
];

async function ticks({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  let runs = 0;
  queues.worker(name, async () => (runs += 1));
  await queue.upsertJobScheduler('s', { every: 300 }, { name: 'tick', data: {} });
  await until(() => runs >= 4);
  expect(await queue.getJobSchedulers()).toHaveLength(1);
  await queue.removeJobScheduler('s');
  const atRemoval = runs;
  await pause(800);
  // One may have been under way.
  expect(runs).toBeLessThanOrEqual(atRemoval + 1);
}

async function cron({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  const seen: string[] = [];
  // Replaced far from the second's edge: a tick between the two upserts would count against the limit.
  await pause(1_100 - (Date.now() % 1_000));
  const every = (tz: string): object => ({ pattern: '*/2 * * * * *', tz, limit: 2 });
  await queue.upsertJobScheduler('s', every('Europe/Berlin'), { name: 'first' });
  await queue.upsertJobScheduler('s', every('America/New_York'), { name: 'second' });
  expect(await queue.getJobSchedulers()).toHaveLength(1);
  queues.worker(name, async (job) => seen.push(job.name));
  await until(() => seen.length >= 2);
  await pause(2_200);
  expect(seen).toEqual(['second', 'second']);
}

async function limiter({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const at: number[] = [];
  await queues.queue(name).addBulk(jobs(15));
  queues.worker(name, async () => at.push(Date.now()), {
    limiter: { max: 5, duration: 500 },
    concurrency: 10,
  });
  await until(() => at.length === 15);
  expect(spread(at)).toBeGreaterThanOrEqual(500);
}

async function waits({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const at: number[] = [];
  const queue = queues.queue(name);
  queues.worker(
    name,
    async () => {
      at.push(Date.now());
      if (at.length > 1) return;
      await queue.rateLimit(400);
      throw new RateLimitError();
    },
    { limiter: { max: 100, duration: 1_000 } },
  );
  const job = await queue.add('a', {});
  await until(async () => (await job.getState()) === 'completed');
  expect(spread(at)).toBeGreaterThanOrEqual(200);
  expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
}

async function globalConcurrency({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  await queue.setGlobalConcurrency(1);
  let [now, most, done] = [0, 0, 0];
  const work = async (): Promise<void> => {
    now += 1;
    most = Math.max(most, now);
    await pause(30);
    now -= 1;
    done += 1;
  };
  queues.worker(name, work, { concurrency: 5 });
  queues.worker(name, work, { concurrency: 5 });
  await queue.addBulk(jobs(10));
  await until(() => done === 10);
  expect(most).toBe(1);
}

async function globalRate({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  await queue.setGlobalRateLimit(3, 500);
  const at: number[] = [];
  await queue.addBulk(jobs(9));
  queues.worker(name, async () => at.push(Date.now()));
  await until(() => at.length === 9);
  expect(spread(at)).toBeGreaterThanOrEqual(400);
}

function jobs(count: number): { name: string; data: object }[] {
  return Array.from({ length: count }, () => ({ name: 'a', data: {} }));
}

function spread(at: readonly number[]): number {
  return Math.max(...at) - Math.min(...at);
}
