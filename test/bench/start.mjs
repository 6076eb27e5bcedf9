import { closing } from './lib/children.mjs';
import { settle, startProgram } from './lib/program.mjs';
import { openSink } from './lib/sink.mjs';
import { beside, ms, percentile } from './lib/table.mjs';
import { openTenant } from './lib/world.mjs';

/** From the spawning of `tocsin start` to `/readyz` 200. */
export const start = {
  name: 'start',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, stacks, bare, progress }) {
    const times = quick ? 1 : 5;
    const runs = [];
    for (const stack of stacks) {
      progress(`start, ${stack.name}: ${times} × first and second`);
      runs.push(await repeat(times, () => twice(stack)));
    }
    const hello = median(await repeat(times, () => bare.express()));
    const empty = median(await repeat(times, () => bare.empty()));
    const row = (name, pick) => [
      name,
      ...runs.map((run) => beside(median(run.map(pick)), hello, ms)),
      ms(hello),
      ms(empty),
    ];
    return [
      {
        title: 'Start: spawned → /readyz 200',
        columns: [...stacks.map((stack) => stack.name), 'bare Express, ready', 'node -e "", ended'],
        rows: [row('first start, empty', ([first]) => first), row('second start', ([, second]) => second)],
        notes: [
          `The median of ${times}; in brackets: times the bare Express server.`,
          'Embedded, the first start makes the database; on servers it makes the tables.',
        ],
      },
    ];
  },
};

/** The first start on an empty stack, and the one after it, in milliseconds. */
async function twice(stack) {
  const under = await stack.open();
  const tenant = await openTenant();
  const sink = await openSink();
  const place = await settle({ stack: under.settings, sandbox: tenant.sandbox, hook: sink.url, every: '1m' });
  const end = closing(async () => {
    await Promise.all([tenant.close(), sink.close(), under.close()]);
    await place.remove();
  });
  const first = await startProgram(place);
  await first.stop();
  const second = await startProgram(place);
  await second.stop();
  await end();
  return [first.readyMs, second.readyMs];
}

async function repeat(times, measure) {
  const figures = [];
  for (let turn = 0; turn < times; turn += 1) figures.push(await measure());
  return figures;
}

function median(figures) {
  return percentile(figures, 0.5);
}
