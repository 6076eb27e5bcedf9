import { expect } from '@jest/globals';
import { DelayedError, UnrecoverableError } from 'bullmq';
import { until } from '../../support/until.js';
import type { Bench } from './bench.js';
import type { Case } from './contract.js';

/** One job: run, retried, delayed, cancelled. */
export const jobCases: readonly Case[] = [
  ['a job runs and its result comes back', runs],
  ['a delayed job does not run early', delays],
  ['jobs run by priority, those without one first', prioritises],
  ['a failing job is retried with exponential back-off', backsOff],
  ['a back-off of our own stops the retries with -1', givesUp],
  ['an UnrecoverableError is not retried', unrecoverable],
  ['a job that is added twice under one id is one job', idempotent],
  ['500 jobs in bulk run once each', bulk],
  ['a job puts itself off with moveToDelayed', putsOff],
  ['a waiting job is delayed, promoted, re-prioritised and removed', changes],
  ['progress, log lines and events are seen', tells],
  ['a job under way hears that it is cancelled', cancels],
  ['300 KB of any Unicode arrive as they left', largePayload],
  ['U+0000 passes through Redis and becomes U+FFFD in Postgres', nulPayload],
];

async function runs({ queues, events, freshName }: Bench): Promise<void> {
  const name = freshName();
  queues.worker<{ x: number }>(name, async (job) => job.data.x * 2);
  const heard = await events(name);
  const job = await queues.queue<{ x: number }>(name).add('double', { x: 21 });
  expect(await job.waitUntilFinished(heard, 15_000)).toBe(42);
}

async function delays({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let ranAt = 0;
  queues.worker(name, async () => (ranAt = Date.now()));
  const addedAt = Date.now();
  await queues.queue(name).add('later', {}, { delay: 500 });
  await until(() => ranAt > 0);
  expect(ranAt - addedAt).toBeGreaterThanOrEqual(495);
}

async function prioritises({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const queue = queues.queue<number>(name);
  for (const priority of [5, 1, 3]) await queue.add('job', priority, { priority });
  await queue.add('job', 0);
  const seen: number[] = [];
  queues.worker<number>(name, async (job) => seen.push(job.data));
  await until(() => seen.length === 4);
  expect(seen).toEqual([0, 1, 3, 5]);
}

async function backsOff({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const at: number[] = [];
  queues.worker(name, async () => {
    at.push(Date.now());
    if (at.length < 3) throw new Error('not yet');
  });
  const queue = queues.queue(name);
  const job = await queue.add('a', {}, { attempts: 5, backoff: { type: 'exponential', delay: 100 } });
  await until(async () => (await job.getState()) === 'completed');
  expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(3);
  const [first = 0, second = 0, third = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(95);
  expect(third - second).toBeGreaterThanOrEqual(195);
}

async function givesUp({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let runs = 0;
  const fails = async (): Promise<void> => {
    runs += 1;
    throw new Error('no');
  };
  queues.worker(name, fails, { backoff: (attempts) => (attempts >= 2 ? -1 : 50) });
  const job = await queues.queue(name).add('a', {}, { attempts: 9, backoff: { type: 'custom' } });
  await until(async () => (await job.getState()) === 'failed');
  expect(runs).toBe(2);
}

async function unrecoverable({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let runs = 0;
  queues.worker(name, async () => {
    runs += 1;
    throw new UnrecoverableError('never');
  });
  const job = await queues.queue(name).add('a', {}, { attempts: 5 });
  await until(async () => (await job.getState()) === 'failed');
  expect(runs).toBe(1);
}

async function idempotent({ queues, freshName }: Bench): Promise<void> {
  const queue = queues.queue<number>(freshName());
  await queue.add('a', 1, { jobId: 'x-1' });
  await queue.add('a', 2, { jobId: 'x-1' });
  expect((await queue.getJobCounts('waiting'))['waiting']).toBe(1);
  expect((await queue.getJob('x-1'))?.data).toBe(1);
}

async function bulk({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const numbers = Array.from({ length: 500 }, (_, i) => i);
  await queues.queue<number>(name).addBulk(numbers.map((data) => ({ name: 'b', data })));
  const seen: number[] = [];
  queues.worker<number>(name, async (job) => seen.push(job.data), { concurrency: 20 });
  await until(() => seen.length >= 500);
  expect(seen.sort((a, b) => a - b)).toEqual(numbers);
}

async function putsOff({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let runs = 0;
  queues.worker(name, async (job, token) => {
    runs += 1;
    if (runs > 1) return;
    await job.moveToDelayed(Date.now() + 200, token);
    throw new DelayedError();
  });
  const job = await queues.queue(name).add('a', {});
  await until(async () => (await job.getState()) === 'completed');
  expect(runs).toBe(2);
}

async function changes({ queues, freshName }: Bench): Promise<void> {
  const job = await queues.queue(freshName()).add('a', {}, { delay: 60_000 });
  await job.changeDelay(30_000);
  await job.promote();
  expect(await job.getState()).toBe('waiting');
  await job.changePriority({ priority: 3 });
  expect(await job.getState()).toBe('prioritized');
  await job.remove();
  expect(await job.getState()).toBe('unknown');
}

async function tells({ queues, events, freshName }: Bench): Promise<void> {
  const name = freshName();
  const heard = await events(name);
  const seen: string[] = [];
  for (const event of ['waiting', 'active', 'progress', 'completed'] as const)
    heard.on(event, () => void seen.push(event));
  queues.worker(name, async (job) => {
    await job.updateProgress({ percent: 50 });
    await job.log('half way');
  });
  const queue = queues.queue(name);
  const job = await queue.add('a', {});
  await until(() => seen.includes('completed'));
  expect(seen).toEqual(['waiting', 'active', 'progress', 'completed']);
  expect((await queue.getJobLogs(job.id ?? '')).logs).toEqual(['half way']);
}

async function cancels({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  let heard = false;
  let waiting = false;
  const worker = queues.worker(name, async (_job, _token, signal) => {
    await new Promise<void>((_, reject) => {
      signal?.addEventListener('abort', () => {
        heard = true;
        reject(new UnrecoverableError('cancelled'));
      });
      waiting = true;
    });
  });
  const job = await queues.queue(name).add('a', {});
  await until(() => waiting);
  worker.cancelJob(job.id ?? '');
  await until(() => heard);
}

async function largePayload({ queues, freshName }: Bench): Promise<void> {
  const name = freshName();
  const data = {
    text: 'ü€😀"\\\'$1\\u0041\n'.repeat(100) + 'x'.repeat(300_000),
    nothing: null,
    list: [1, 'a', { b: [] }],
    fraction: 1.5,
    big: Number.MAX_SAFE_INTEGER,
  };
  let got: unknown;
  queues.worker(name, async (job) => (got = job.data));
  await queues.queue(name).add('a', data);
  expect(await until(() => got)).toEqual(data);
}

async function nulPayload({ queues, nul, freshName }: Bench): Promise<void> {
  const name = freshName();
  let got: unknown;
  queues.worker(name, async (job) => (got = job.data));
  await queues.queue(name).add('a', { text: 'a\u0000b', quoted: '\\u0000' });
  expect(await until(() => got)).toEqual({ text: `a${nul}b`, quoted: '\\u0000' });
}
