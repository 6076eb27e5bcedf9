import { expect } from '@jest/globals';
import { until } from '../../support/until.js';
import type { Bench } from './bench.js';
import type { Case } from './contract.js';

/** Dead workers, pauses, and what is left behind. */
export const recoveryCases: readonly Case[] = [
  ['the job of a dead worker is taken up by another', stalled],
  ['a worker that comes back too late cannot finish its job', lateFinisher],
  ['a paused queue keeps its jobs until it is resumed', pauses],
  ['finished jobs are kept by count', retention],
  ['failed jobs are retried; a queue is cleaned, drained and wiped', upkeep],
  ['finished jobs are counted', counted],
  ['closing a worker waits for its job', closes],
];

async function stalled({ queues, idleWorker, freshName }: Bench): Promise<void> {
  const name = freshName();
  const job = await queues.queue(name).add('a', {});
  const dead = idleWorker(name, { lockDuration: 500 });
  expect((await dead.getNextJob('token')).id).toBe(job.id);
  let runs = 0;
  queues.worker(name, async () => (runs += 1), { lockDuration: 500, stalledInterval: 400 });
  await until(async () => (await job.getState()) === 'completed');
  expect(runs).toBe(1);
}

async function lateFinisher({ queues, idleWorker, freshName }: Bench): Promise<void> {
  const name = freshName();
  const job = await queues.queue(name).add('a', {});
  const dead = idleWorker(name, { lockDuration: 300 });
  const taken = await dead.getNextJob('token');
  queues.worker(name, async () => 'in time', { lockDuration: 5_000, stalledInterval: 300 });
  await until(async () => (await job.getState()) === 'completed');
  await expect(Promise.resolve(taken.moveToCompleted('late', 'token', false))).rejects.toThrow();
  expect((await queues.queue(name).getJob(job.id ?? ''))?.returnvalue).toBe('in time');
}

async function pauses({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  await queue.pause();
  let runs = 0;
  const worker = queues.worker(name, async () => (runs += 1));
  await worker.waitUntilReady();
  await queue.add('a', {});
  expect(await queue.isPaused()).toBe(true);
  expect(runs).toBe(0);
  await queue.resume();
  await until(() => runs === 1);
}

async function retention({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  let runs = 0;
  queues.worker(name, async () => (runs += 1));
  for (let i = 0; i < 8; i++) await queue.add('a', {}, { removeOnComplete: { count: 3 } });
  await until(() => runs === 8);
  await until(async () => (await queue.getJobCountByTypes('completed')) === 3);
}

async function upkeep({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  let bad = true;
  const worker = queues.worker(name, async () => {
    if (bad) throw new Error('bad');
  });
  for (const data of [1, 2]) await queue.add('a', data);
  await until(async () => (await queue.getJobCountByTypes('failed')) === 2);
  bad = false;
  await queue.retryJobs();
  await until(async () => (await queue.getJobCountByTypes('completed')) === 2);
  expect(await queue.clean(0, 10, 'completed')).toHaveLength(2);
  await worker.close();
  await queue.add('z', {});
  await queue.drain(true);
  expect(await queue.getJobCountByTypes('waiting')).toBe(0);
  await queue.obliterate({ force: true });
}

async function counted({ queues, freshName, idleWorker }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue(name);
  const worker = idleWorker(name, { metrics: { maxDataPoints: 10 } });
  await worker.waitUntilReady();
  await queue.add('a', {});
  const job = await worker.getNextJob('token');
  await job.moveToCompleted('done', 'token', false);
  expect(await until(async () => (await queue.getMetrics('completed')).meta.count)).toBe(1);
}

async function closes({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let [begun, done] = [false, false];
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const worker = queues.worker(name, async () => {
    begun = true;
    await held;
    done = true;
  });
  await queues.queue(name).add('a', {});
  await until(() => begun);
  const closing = worker.close();
  finish();
  await closing;
  expect(done).toBe(true);
}
