import { closing, pause } from './lib/children.mjs';
import { settle, startProgram, untilPolled } from './lib/program.mjs';
import { idealMs, openRatedSlack, openRatedTeams } from './lib/rated.mjs';
import { ms } from './lib/table.mjs';
import { openTenant } from './lib/world.mjs';

const EACH = 5;
/** One in so many is critical. */
const CRITICAL = 10;
const AT_MOST = 1.15;
/** So rare that the burst is told before the source is read again. */
const EVERY = '20s';

/** A storm told at the pace that Slack and Teams take: each incident in one of five Slack channels and in one of five Teams conversations. */
export const burst = {
  name: 'burst',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, stacks, progress }) {
    const count = quick ? 200 : 1_000;
    const runs = [];
    for (const stack of stacks) {
      progress(`burst, ${stack.name}: ${count} incidents at once`);
      runs.push(await onFresh(stack, count));
    }
    return [
      {
        title: `Burst: ${count} incidents in one poll, told in ${EACH} Slack channels and ${EACH} Teams conversations`,
        columns: stacks.map((stack) => stack.name),
        rows: ['slack', 'teams'].flatMap((kind) =>
          rowsOf(
            kind,
            runs.map((run) => run[kind]),
          ),
        ),
        notes: [
          'Ideal: message i of a conversation at t(i) = max over its windows of t(i - max) + length, t = 0 before a window is full;',
          'Slack 1 in 1 s; Teams 7 in 1 s, 8 in 2 s, 60 in 30 s, 1800 in 1 h. Cards and the lines in their threads both count.',
          'Taken: from the first message that a platform took to the last. The doubles refuse with 429 what exceeds the rates.',
          runs.every(keeps)
            ? `All of it in at most ${AT_MOST} times the ideal.`
            : `NOT in ${AT_MOST} times the ideal, or not as it should be.`,
        ],
      },
    ];
  },
};

async function onFresh(stack, count) {
  const under = await stack.open();
  const [tenant, slack, teams] = [await openTenant(), await openRatedSlack(), await openRatedTeams()];
  const place = await settle({
    stack: under.settings,
    sandbox: tenant.sandbox,
    hook: '',
    every: EVERY,
    over: told({ slack, teams }),
  });
  const program = await startProgram(place);
  const end = closing(async () => {
    await program.stop();
    await Promise.all([slack.close(), teams.close(), tenant.close()]);
    await under.close();
    await place.remove();
  });
  await untilPolled(program);
  for (let made = 0; made < count; made += 1)
    tenant.openIssue(
      Math.floor(made / EACH) % CRITICAL === CRITICAL - 1 ? 'serviceInterruption' : 'serviceDegradation',
    );
  await untilTold(slack, count);
  await untilTold(teams, count);
  await end();
  return { slack: figures(slack, count), teams: figures(teams, count) };
}

/** Which pair of channels tells an incident follows from the last digit of its issue. */
function told({ slack, teams }) {
  const numbers = Array.from({ length: EACH }, (_, at) => at);
  const routes = numbers.flatMap((at) =>
    ['slack', 'teams'].map((kind) => ({
      matchers: [`subject=~"issue:BN.*[${at}${at + EACH}]"`],
      channel: `${kind}-${at}`,
      continue: true,
    })),
  );
  return {
    slack: { botToken: 'xoxb-bench', signingSecret: 'bench', apiUrl: `${slack.url}/api/` },
    teams: { insecureLocal: true },
    channels: numbers.flatMap((at) => [
      { name: `slack-${at}`, kind: 'slack', channel: `C000000${at}` },
      {
        name: `teams-${at}`,
        kind: 'teams',
        conversation: `19:bench${at}@thread.tacv2`,
        serviceUrl: teams.url,
      },
    ]),
    route: { channel: 'slack-0', groupWait: '0s', routes },
  };
}

/** All cards are there, and for a while nothing more came. */
async function untilTold({ taken }, count) {
  for (let quiet = 0, before = -1; quiet < 10;) {
    await pause(1_000);
    const cards = taken.filter(({ root }) => root).length;
    quiet = taken.length === before && cards >= count ? quiet + 1 : 0;
    before = taken.length;
  }
}

function figures({ taken, refused, windows }, count) {
  const places = byPlace(taken);
  const first = Math.min(...taken.map(({ at }) => at));
  const ideal = Math.max(...[...places.values()].map((messages) => idealMs(messages.length, windows)));
  const took = Math.max(...taken.map(({ at }) => at)) - first;
  const cards = taken.filter(({ root }) => root);
  return {
    messages: taken.length,
    once: cards.length === count,
    ideal,
    took,
    ratio: took / ideal,
    refusedLater: refused.filter((at) => at > first + 1_000).length,
    refusedFirst: refused.filter((at) => at <= first + 1_000).length,
    lastCritical: Math.max(...cards.filter(isCritical).map(({ at }) => at)) - first,
    overtaken: [...places.values()].reduce((sum, messages) => sum + overtaking(messages), 0),
  };
}

function byPlace(taken) {
  const places = new Map();
  for (const message of taken) places.set(message.place, [...(places.get(message.place) ?? []), message]);
  return places;
}

function isCritical({ text }) {
  return /critical/i.test(text);
}

/** Messages of others that came before the last critical card. */
function overtaking(messages) {
  const cards = messages.filter(({ root }) => root);
  const last = cards.findLastIndex(isCritical);
  return cards.slice(0, last).filter((card) => !isCritical(card)).length;
}

function rowsOf(kind, runs) {
  const name = kind === 'slack' ? 'Slack' : 'Teams';
  return [
    [
      `${name}: messages`,
      ...runs.map(({ messages, once }) => `${messages}${once ? '' : ' (not each once!)'}`),
    ],
    [`${name}: ideal`, ...runs.map(({ ideal }) => ms(ideal))],
    [`${name}: taken`, ...runs.map(({ took, ratio }) => `${ms(took)} (${ratio.toFixed(3)}×)`)],
    [`${name}: last critical card`, ...runs.map(({ lastCritical }) => ms(lastCritical))],
    [`${name}: others before it`, ...runs.map(({ overtaken }) => `${overtaken}`)],
    [
      `${name}: 429 in the first second, later`,
      ...runs.map((run) => `${run.refusedFirst}, ${run.refusedLater}`),
    ],
  ];
}

function keeps(run) {
  return [run.slack, run.teams].every(
    ({ ratio, refusedLater, overtaken, once }) =>
      once && ratio <= AT_MOST && refusedLater === 0 && overtaken === 0,
  );
}
