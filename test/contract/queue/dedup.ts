import { expect } from '@jest/globals';
import { pause, until } from '../../support/until.js';
import type { Bench } from './bench.js';
import type { Case } from './contract.js';

/** Several adds that are one job. */
export const dedupCases: readonly Case[] = [
  ['simple: one job until it has finished', simple],
  ['throttle: one job in a time', throttle],
  ['debounce: the last of a burst, once it is over', debounce],
  ['keepLastIfActive: the one under way and the latest after it', keepLast],
];

async function simple({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue<number>(name);
  const deduplication = { id: 'k' };
  const first = await queue.add('a', 1, { deduplication });
  const second = await queue.add('a', 2, { deduplication });
  expect(second.id).toBe(first.id);
  const seen: number[] = [];
  queues.worker<number>(name, async (job) => seen.push(job.data));
  await until(async () => (await first.getState()) === 'completed');
  await queue.add('a', 3, { deduplication });
  await until(() => seen.length === 2);
  expect(seen).toEqual([1, 3]);
}

async function throttle({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue<number>(name);
  const deduplication = { id: 'k', ttl: 2_000 };
  const seen: number[] = [];
  queues.worker<number>(name, async (job) => seen.push(job.data));
  const begun = Date.now();
  for (const i of [0, 1, 2]) await queue.add('a', i, { deduplication });
  await until(() => seen.length > 0);
  await pause(2_050 - (Date.now() - begun));
  await queue.add('a', 9, { deduplication });
  await until(() => seen.includes(9));
  expect(seen).toEqual([0, 9]);
}

async function debounce({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue<number>(name);
  const seen: number[] = [];
  queues.worker<number>(name, async (job) => seen.push(job.data));
  const options = { delay: 1_500, deduplication: { id: 'k', ttl: 1_500, extend: true, replace: true } };
  for (const i of [0, 1, 2, 3, 4]) await queue.add('a', i, options);
  await until(() => seen.length > 0);
  expect((await queue.getJobCounts('waiting', 'delayed'))['delayed']).toBe(0);
  expect(seen).toEqual([4]);
}

async function keepLast({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue<number>(name);
  const seen: number[] = [];
  let finishFirst: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finishFirst = resolve));
  queues.worker<number>(name, async (job) => {
    seen.push(job.data);
    if (seen.length === 1) await held;
  });
  const deduplication = { id: 'k', keepLastIfActive: true };
  await queue.add('a', 0, { deduplication });
  await until(() => seen.length === 1);
  for (const i of [1, 2, 3, 4]) await queue.add('a', i, { deduplication });
  finishFirst();
  await until(() => seen.length >= 2);
  await until(async () => (await queue.getJobCountByTypes('waiting', 'active', 'delayed')) === 0);
  expect(seen).toEqual([0, 4]);
}
