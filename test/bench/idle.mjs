import { existsSync } from 'node:fs';
import { cpuOf, memoryOf } from './lib/bare.mjs';
import { closing, pause } from './lib/children.mjs';
import { settle, startProgram, untilPolled } from './lib/program.mjs';
import { openSink } from './lib/sink.mjs';
import { beside, mib } from './lib/table.mjs';
import { openTenant } from './lib/world.mjs';

/** What the program takes while nothing happens: one tenant, one source polled every minute. */
export const idle = {
  name: 'idle',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, stacks, bare, progress }) {
    const title = 'Idle: one tenant, its service health polled every minute';
    if (!existsSync('/proc/self/status'))
      return [{ title, columns: [], rows: [['not measured: it is read from /proc, which only Linux has']] }];
    const settleMs = quick ? 5_000 : 20_000;
    const runs = [];
    for (const stack of stacks) {
      progress(`idle, ${stack.name}: ${settleMs / 1_000} s`);
      runs.push(await atRest(stack, settleMs));
    }
    const plain = await bare.idle(quick ? 500 : 2_000);
    return [
      {
        title,
        columns: [...stacks.map((stack) => stack.name), 'empty Node process'],
        rows: [
          ...['first start', 'second start'].flatMap((name, at) => [
            [
              `${name}: resident (VmRSS)`,
              ...runs.map((run) => beside(run[at].rss, plain.rss, mib)),
              mib(plain.rss),
            ],
            [
              `${name}: peak (VmHWM)`,
              ...runs.map((run) => beside(run[at].peak, plain.peak, mib)),
              mib(plain.peak),
            ],
            [`${name}: CPU while idle`, ...runs.map((run) => `${(run[at].cpu * 100).toFixed(1)} %`), '0.0 %'],
          ]),
        ],
        notes: [
          `Read from /proc/<pid>/status ${settleMs / 1_000} s after the first poll; the servers of Redis and Postgres are not counted.`,
          'CPU: of one core, over that time, from /proc/<pid>/stat.',
        ],
      },
    ];
  },
};

/** After the first start on an empty stack, and after the one that follows it. */
async function atRest(stack, settleMs) {
  const under = await stack.open();
  const tenant = await openTenant();
  const sink = await openSink();
  const place = await settle({ stack: under.settings, sandbox: tenant.sandbox, hook: sink.url, every: '1m' });
  const end = closing(async () => {
    await Promise.all([tenant.close(), sink.close(), under.close()]);
    await place.remove();
  });
  const starts = [await observe(place, settleMs), await observe(place, settleMs)];
  await end();
  return starts;
}

async function observe(place, settleMs) {
  const program = await startProgram(place);
  await untilPolled(program);
  const before = cpuOf(program.pid);
  await pause(settleMs);
  const figures = { ...memoryOf(program.pid), cpu: (cpuOf(program.pid) - before) / (settleMs / 1_000) };
  await program.stop();
  return figures;
}
