import { expect } from '@jest/globals';
import { WaitingChildrenError } from 'bullmq';
import { until } from '../../support/until.js';
import type { Bench } from './bench.js';
import type { Case } from './contract.js';

/** Jobs that wait for other jobs. */
export const flowCases: readonly Case[] = [
  ['a parent runs after its children and sees their results', values],
  ['a child that fails fails its parent when it is told to', failsParent],
  ['a child that fails is passed over when it is told to', ignored],
  ['a job adds a child while it runs, and waits for it', grows],
];

async function values({ queues, flows, freshName }: Bench): Promise<void> {
  const [parent, child] = [freshName(), freshName()];
  queues.worker<number>(child, async (job) => job.data);
  let got: unknown[] | undefined;
  queues.worker(parent, async (job) => (got = Object.values(await job.getChildrenValues<number>()).sort()));
  const children = [1, 2].map((data) => ({ name: 'c', queueName: child, data }));
  await flows().add({ name: 'p', queueName: parent, data: {}, children });
  expect(await until(() => got)).toEqual([1, 2]);
}

async function failsParent({ queues, flows, freshName }: Bench): Promise<void> {
  const [parent, child] = [freshName(), freshName()];
  queues.worker(child, fails);
  let ran = false;
  queues.worker(parent, async () => (ran = true));
  const tree = await flows().add({
    name: 'p',
    queueName: parent,
    data: {},
    children: [{ name: 'c', queueName: child, data: {}, opts: { failParentOnFailure: true } }],
  });
  await until(async () => (await queues.queue(parent).getJobState(tree.job.id ?? '')) === 'failed');
  expect(ran).toBe(false);
}

async function ignored({ queues, flows, freshName }: Bench): Promise<void> {
  const [parent, child] = [freshName(), freshName()];
  queues.worker<boolean>(child, async (job) => (job.data ? 1 : fails()));
  let got: { failed: number; done: number } | undefined;
  queues.worker(parent, async (job) => {
    const failed = Object.keys(await job.getIgnoredChildrenFailures()).length;
    got = { failed, done: Object.keys(await job.getChildrenValues()).length };
  });
  await flows().add({
    name: 'p',
    queueName: parent,
    data: {},
    children: [
      { name: 'c', queueName: child, data: false, opts: { ignoreDependencyOnFailure: true } },
      { name: 'c', queueName: child, data: true },
    ],
  });
  expect(await until(() => got)).toEqual({ failed: 1, done: 1 });
}

async function grows({ queues, freshName }: Bench): Promise<void> {
  const [parent, child] = [freshName(), freshName()];
  const kids = queues.queue(child);
  queues.worker(child, async () => 7);
  let got: unknown[] | undefined;
  queues.worker<{ step: number }>(parent, async (job, token) => {
    if (job.data.step === 0) {
      await kids.add('kid', {}, { parent: { id: job.id ?? '', queue: job.queueQualifiedName } });
      await job.updateData({ step: 1 });
      if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError();
    }
    got = Object.values(await job.getChildrenValues());
  });
  await queues.queue<{ step: number }>(parent).add('p', { step: 0 });
  expect(await until(() => got)).toEqual([7]);
}

async function fails(): Promise<never> {
  throw new Error('child');
}
