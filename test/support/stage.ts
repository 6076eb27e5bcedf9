import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../../src/sandbox/reflect.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { BOT_TOKEN, CHANNEL, startEmulator, type Emulator } from '../adapters/slack/emulator.js';
import { SECRET } from '../adapters/slack/inbound.js';
import { T0 } from './builders.js';
import { sharedClock, startClocked, type Clocked } from './clocked.js';
import { freePort } from './servers.js';
import { startSink, type Sink } from './sink.js';
import type { TeamsEnd } from './teams-end.js';
import { until } from './until.js';

/** The whole program between doubles: Microsoft's APIs on one side, three kinds of channel on the other. */
export interface Stage<T extends TeamsEnd> {
  readonly teams: T;
  readonly sandbox: Sandbox;
  readonly program: Clocked;
  readonly slack: Emulator;
  readonly hook: Sink;
  now(): number;
  /** The cards in the Slack channel, oldest first. */
  slackCards(): Promise<readonly SlackCard[]>;
  close(): Promise<void>;
}

/** How much faster than life the program's clock runs: `every: 1s` is five polls a second. */
const SPEED = 5;

/** One card in Slack as it is now. */
export interface SlackCard {
  readonly ts: string;
  /** Everything it says and its buttons, as JSON. */
  readonly words: string;
  /** The plain text of the lines under it. */
  readonly thread: readonly string[];
}

/**
 * `openTeams` is given the address that the bot will have. Both services of the tenant are well at first. `over` takes the place of
 * settings.
 */
export async function openStage<T extends TeamsEnd>(
  openTeams: (botUrl: string) => Promise<T>,
  over: object = {},
): Promise<Stage<T>> {
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await setUp(openTeams, over, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function setUp<T extends TeamsEnd>(
  openTeams: (botUrl: string) => Promise<T>,
  over: object,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Stage<T>> {
  const kept = async <C extends { close(): Promise<unknown> }>(opening: Promise<C>): Promise<C> => {
    const opened = await opening;
    closers.push(() => opened.close());
    return opened;
  };
  const home = await mkdtemp(join(tmpdir(), 'tocsin-stage-'));
  closers.push(() => rm(home, { recursive: true, force: true }));
  const clock = sharedClock(T0, SPEED);
  const port = await freePort();
  const { openSandbox } = await import('../../src/sandbox/sandbox.js');
  const [sandbox, slack, hook, teams] = await Promise.all([
    kept(openSandbox({ clock, caDir: home })),
    kept(startEmulator()),
    kept(startSink('the webhook')),
    kept(openTeams(`http://127.0.0.1:${port}/api/messages`)),
  ]);
  sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  sandbox.health.setService('microsoftteams', { name: 'Microsoft Teams' });
  const settings = { ...settingsOf(sandbox, { port, slack, hook, teams }), ...over };
  const program = await kept(startClocked(settings, clock));
  await teams.look();
  // The first poll is the baseline: what comes after it is news.
  await until(async () => {
    const { subjects } = (await program.api('subjects')) as { subjects: readonly unknown[] };
    return subjects.length > 0;
  });
  return {
    sandbox,
    program,
    slack,
    hook,
    now: () => clock.now(),
    teams,
    slackCards: () => slackCards(slack),
    close,
  };
}

interface FarEnds {
  readonly port: number;
  readonly slack: Emulator;
  readonly hook: Sink;
  readonly teams: TeamsEnd;
}

function settingsOf(sandbox: Sandbox, { port, slack, hook, teams }: FarEnds): object {
  return {
    http: { port },
    log: { level: 'warn' },
    tenants: [
      {
        name: 'contoso',
        tenantId: sandbox.tenantId,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        endpoints: sandbox.endpoints,
        ca: `file:${sandbox.caFile ?? ''}`,
        sources: [{ kind: 'service-health', every: '1s' }],
      },
    ],
    slack: { botToken: BOT_TOKEN, signingSecret: SECRET, apiUrl: slack.apiUrl },
    teams: { insecureLocal: true },
    channels: [
      { name: 'noc-slack', kind: 'slack', channel: CHANNEL },
      {
        name: 'noc-teams',
        kind: 'teams',
        conversation: teams.conversation,
        serviceUrl: teams.serviceUrl,
      },
      { name: 'hook', kind: 'webhook', url: `${hook.url}/alerts` },
    ],
    route: {
      channel: 'noc-slack',
      groupWait: '0s',
      groupInterval: '0s',
      routes: [
        { channel: 'noc-slack', continue: true },
        { channel: 'noc-teams', continue: true },
        { channel: 'hook' },
      ],
    },
  };
}

interface SlackMessage {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
}

async function slackCards(slack: Emulator): Promise<readonly SlackCard[]> {
  const { messages } = (await slack.call('conversations.history', { channel: CHANNEL, limit: '200' })) as {
    messages: readonly SlackMessage[];
  };
  const roots = messages.filter(({ ts, thread_ts }) => thread_ts === undefined || thread_ts === ts);
  return Promise.all(
    [...roots].reverse().map(async ({ ts, blocks, attachments }) => {
      const answer = await slack.call('conversations.replies', { channel: CHANNEL, ts, limit: '200' });
      const replies = (answer['messages'] as readonly SlackMessage[]).filter((reply) => reply.ts !== ts);
      return { ts, words: JSON.stringify([blocks, attachments]), thread: replies.map(({ text }) => text) };
    }),
  );
}
