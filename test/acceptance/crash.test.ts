import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { freePort } from '../support/servers.js';
import {
  openTocsin,
  routeToAll,
  sandboxTenant,
  startTocsin,
  tempDir,
  untilReady,
  writeSettings,
  type Tocsin,
} from '../support/process.js';
import { startSink, type Sink } from '../support/sink.js';
import { pause, until } from '../support/until.js';
import { openLoad, seeded, type Load } from './load.js';
import { CHANNEL, startSlack, type SlackDouble } from './slack-double.js';
import { differences, repeatedLines, type IncidentView } from './truth.js';

/** The same run again: `CRASH_SEED=<number>`. */
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_121);

/** When a life is ended. Each but the first two waits for its moment. */
const MOMENTS = {
  starting: 5,
  'any time': 9,
  'committed, not sent': 3,
  'card lost on its way': 4,
  'card sent, not noted': 4,
  'edit sent, not noted': 2,
  'line sent, not noted': 2,
  'webhook told, not noted': 1,
} as const;

type Moment = keyof typeof MOMENTS;

const TENANTS = ['contoso', 'fabrikam'];
const FABRIKAM = 'a4d1c7be-1f25-4a86-93a4-0c6c3de2b9f1';

let sandbox: Sandbox;
let slack: SlackDouble;
let hook: Sink;
let load: Load;
let config: string;
let port: number;

beforeAll(async () => {
  const folder = tempDir();
  sandbox = await openSandbox({ caDir: folder, throttle: false });
  sandbox.directory.addTenant({ tenantId: FABRIKAM, domain: 'fabrikam.example' });
  [slack, hook, port] = await Promise.all([startSlack(), startSink('the webhook'), freePort()]);
  load = openLoad({
    sandbox,
    sources: TENANTS.map((tenant) => `${tenant}/service-health`),
    random: seeded(SEED),
    issuesAtMost: 40,
  });
  config = writeSettings(folder, {
    dataDir: './data',
    http: { port },
    log: { level: 'warn' },
    // The tiles come and go faster than anything real: kept open as flapping, their ends could not be told from lost ones.
    incidents: { flapping: { fires: 50, within: '1m' } },
    tenants: [sandboxTenant(sandbox), sandboxTenant(sandbox, { name: 'fabrikam', tenantId: FABRIKAM })],
    slack: { botToken: 'xoxb-double', signingSecret: 'signed', apiUrl: slack.apiUrl },
    channels: [
      { name: 'noc', kind: 'slack', channel: CHANNEL },
      { name: 'hook', kind: 'webhook', url: `${hook.url}/alerts` },
    ],
    // Each tenant on its own: left to itself, one issue of Microsoft's in several tenants is one incident.
    route: { ...routeToAll('noc', 'hook'), groupBy: ['tenant', 'subject'] },
  });
});

afterAll(async () => {
  await load.stop();
  await Promise.all([slack.close(), hook.close(), sandbox.close()]);
});

it('survives kill -9 at any moment: 30 times under load, nothing lost and no second card', async () => {
  const random = seeded(SEED + 1);
  const begun = performance.now();
  // What is open before the first poll is told in one summary a tenant, however often the telling is cut off.
  sandbox.health.putIssue({ id: 'EX100000', title: 'Known for long', service: 'Exchange Online' });
  load.open();
  let tocsin = await startTocsin(config, port);
  await until(async () => (await incidentsOf(tocsin)).length === 2 * TENANTS.length);
  load.serve(tocsin);
  load.start();

  const kills = shuffled(momentsOf(MOMENTS), random);
  for (const [n, moment] of kills.entries()) {
    if (n > 0) tocsin = openTocsin(config, port);
    load.serve(tocsin);
    await momentOf(moment, tocsin, random);
    await tocsin.kill('SIGKILL');
    slack.throttle(undefined);
    hook.answer({});
  }

  tocsin = await startTocsin(config, port);
  load.serve(tocsin);
  load.calm();
  await load.stop();
  const places = { load, tenants: TENANTS, tocsin, slack, hook };
  let different: string[] = ['nothing was compared'];
  await until(async () => (different = await differences(places)).length === 0, 120_000).catch(
    () => undefined,
  );
  expect(different).toEqual([]);
  // And it falls silent: what was cut off is told to its end, and then further polls of each tenant say nothing more.
  const said = () => ({ ...slack.calls, hook: hook.requests.length, cards: slack.cards().length });
  await until(async () => {
    const before = said();
    const asked = sandbox.requests.length;
    await until(() => sandbox.requests.length >= asked + 4 * TENANTS.length);
    return isDeepStrictEqual(said(), before);
  }, 120_000);
  expect(await differences(places)).toEqual([]);
  expect(slack.cards().filter(({ key }) => key.startsWith('summary:'))).toHaveLength(TENANTS.length);

  const incidents = await incidentsOf(tocsin);
  process.stderr.write(
    `${kills.length} kills in ${Math.round((performance.now() - begun) / 1000)} s: ` +
      `${incidents.length} incidents, ${slack.cards().length} cards, ` +
      `${load.issues.reduce((sum, { posts }) => sum + posts.length, 0) * TENANTS.length} posts, ` +
      `${load.acked.size} acknowledgements, ${hook.requests.length} webhook posts, ` +
      `${slack.calls.edit} edits, ${repeatedLines(slack)} of ${slack.calls.line} thread lines twice, seed ${SEED}\n`,
  );
  expect(load.acked.size).toBeGreaterThan(0);
  expect(await tocsin.kill('SIGTERM')).toEqual({ code: 0, signal: null });
}, 600_000);

/** Lets the program live until the moment has come. */
async function momentOf(moment: Moment, tocsin: Tocsin, random: () => number): Promise<void> {
  if (moment === 'starting') return pause(100 + random() * 1_900);
  await untilReady(tocsin);
  switch (moment) {
    case 'any time':
      return pause(random() * 1_500);
    case 'committed, not sent':
      return committedOnly(tocsin);
    case 'card lost on its way':
      return after(slack.trap('card', 'lost'));
    case 'card sent, not noted':
      return after(slack.trap('card', 'kept'));
    case 'edit sent, not noted':
      return after(slack.trap('edit', 'kept'));
    case 'line sent, not noted':
      return after(slack.trap('line', 'kept'));
    case 'webhook told, not noted': {
      const told = hook.requests.length;
      hook.answer({ hang: true });
      load.open();
      await until(() => hook.requests.length > told);
    }
  }
}

/** Something new to tell, so that the trap has something to catch. */
async function after(caught: Promise<void>): Promise<void> {
  load.open();
  let done = false;
  void caught.then(() => (done = true));
  await until(() => done);
}

/** Slack takes nothing while incidents are committed. */
async function committedOnly(tocsin: Tocsin): Promise<void> {
  slack.throttle(1);
  const { id } = load.open();
  await until(async () =>
    (await incidentsOf(tocsin)).some(({ alerts }) => alerts.some(({ subject }) => subject === `issue:${id}`)),
  );
}

async function incidentsOf(tocsin: Tocsin): Promise<readonly IncidentView[]> {
  return ((await tocsin.get('/api/v1/incidents?limit=1000')) as { incidents: IncidentView[] }).incidents;
}

function momentsOf(counts: Readonly<Record<Moment, number>>): Moment[] {
  return (Object.keys(counts) as Moment[]).flatMap((moment) =>
    Array.from({ length: counts[moment] }, () => moment),
  );
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
