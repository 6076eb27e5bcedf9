import { cpuOf } from './lib/bare.mjs';
import { closing, pause } from './lib/children.mjs';
import { metric, settle, startProgram, untilPolled } from './lib/program.mjs';
import { openSink } from './lib/sink.mjs';
import { beside, ms, percentile, perSecond } from './lib/table.mjs';
import { openTenant } from './lib/world.mjs';

const EVERY_MS = 250;
const BURST = 500;
/** So rare that the burst is told between two polls: each of them reads all its issues again. */
const BURST_POLL = '10s';

/** Change seen → accepted by a loopback webhook, at a moderate rate and for a burst. */
export const delivery = {
  name: 'delivery',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, stacks, bare, progress }) {
    const count = quick ? 40 : 200;
    const burst = quick ? 100 : BURST;
    const sink = await openSink();
    const steadyRuns = [];
    const burstRuns = [];
    for (const stack of stacks) {
      progress(`delivery, ${stack.name}: ${count} changes, then ${burst} at once`);
      steadyRuns.push(await onFresh(stack, sink, '1s', (world) => steadily(world, sink, count)));
      burstRuns.push(await onFresh(stack, sink, BURST_POLL, (world) => atOnce(world, sink, burst)));
    }
    const steadyBare = await bare.posts(sink, steadyRuns[0].bodies, { everyMs: EVERY_MS });
    const burstBare = await bare.posts(sink, burstRuns[0].bodies, { everyMs: 0 });
    await sink.close();
    const columns = [...stacks.map((stack) => stack.name), 'bare undici loop'];
    return [
      {
        title: `Delivery: ${count} changes, ${1_000 / EVERY_MS} a second, seen → arrived at a loopback webhook`,
        columns,
        rows: [
          ...latencies(steadyRuns, steadyBare),
          ['the poll itself, mean', ...steadyRuns.map((run) => ms(run.pollMs)), '-'],
        ],
      },
      {
        title: `Delivery: a burst of ${burst} changes in one poll`,
        columns,
        rows: [
          ...latencies(burstRuns, burstBare),
          ...rates(burstRuns, burstBare),
          ['CPU a change', ...burstRuns.map((run) => ms(run.cpuMs)), '-'],
        ],
        notes: [
          'Seen: the instant at which the poll began that brought the change (the alert’s startsAt).',
          'In brackets: times the bare loop, which makes the same posts and keeps no record.',
        ],
      },
    ];
  },
};

/** Runs one measurement on an empty stack, a fresh tenant and a fresh program. */
async function onFresh(stack, sink, every, measure) {
  const under = await stack.open();
  const tenant = await openTenant();
  const place = await settle({ stack: under.settings, sandbox: tenant.sandbox, hook: sink.url, every });
  const program = await startProgram(place);
  const end = closing(async () => {
    await program.stop();
    await tenant.close();
    await under.close();
    await place.remove();
  });
  await untilPolled(program);
  sink.clear();
  const run = await measure({ tenant, program });
  await end();
  return run;
}

async function steadily({ tenant, program }, sink, count) {
  for (let made = 0; made < count; made += 1) {
    tenant.openIssue();
    await pause(EVERY_MS);
  }
  const posts = await sink.arrived(count, 30_000);
  const pollMs =
    ((await metric(program, 'tocsin_poll_seconds_sum')) /
      (await metric(program, 'tocsin_poll_seconds_count'))) *
    1_000;
  return { ...seen(posts), pollMs };
}

async function atOnce({ tenant, program }, sink, count) {
  const before = cpuOf(program.pid);
  for (let made = 0; made < count; made += 1) tenant.openIssue();
  const posts = await sink.arrived(count, 120_000);
  return { ...seen(posts), cpuMs: ((cpuOf(program.pid) - before) * 1_000) / count };
}

function seen(posts) {
  return {
    bodies: posts.map(({ text }) => text),
    deliveries: posts.map(({ at, text }) => ({
      at,
      lateMs: at - Date.parse(JSON.parse(text).alerts[0].startsAt),
    })),
  };
}

function latencies(runs, plain) {
  return [0.5, 0.99].map((share) => {
    const of = (deliveries) =>
      percentile(
        deliveries.map(({ lateMs }) => lateMs),
        share,
      );
    return [
      `p${share * 100}`,
      ...runs.map((run) => beside(of(run.deliveries), of(plain), ms)),
      ms(of(plain)),
    ];
  });
}

/** Posts a second from the first to the last: how fast the outbox is drained once the turn is committed. */
function rates(runs, plain) {
  const rate = (deliveries) => (deliveries.length - 1) / (spanOf(deliveries) / 1_000);
  const whole = (deliveries) => Math.max(...deliveries.map(({ lateMs }) => lateMs));
  const first = (deliveries) => Math.min(...deliveries.map(({ lateMs }) => lateMs));
  return [
    ['first', ...runs.map((run) => ms(first(run.deliveries))), ms(first(plain))],
    ['last', ...runs.map((run) => beside(whole(run.deliveries), whole(plain), ms)), ms(whole(plain))],
    [
      'posts from first to last',
      ...runs.map((run) => beside(rate(run.deliveries), rate(plain), perSecond)),
      perSecond(rate(plain)),
    ],
  ];
}

function spanOf(deliveries) {
  const times = deliveries.map(({ at }) => at);
  return Math.max(...times) - Math.min(...times);
}
