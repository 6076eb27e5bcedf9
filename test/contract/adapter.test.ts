import { email } from '../../adapters/email/index.js';
import { pagerduty } from '../../adapters/pagerduty/index.js';
import { slack } from '../../adapters/slack/index.js';
import { teams } from '../../adapters/teams/index.js';
import { webhook } from '../../adapters/webhook/index.js';
import { silentLog } from '../../src/lib/log.js';
import type { AdapterDeps, AdapterPlug } from '../../src/notify/adapter.js';
import { BOT_TOKEN, CHANNEL, startEmulator } from '../adapters/slack/emulator.js';
import { openStore } from '../adapters/teams/fixtures.js';
import { makeTls } from '../../src/sandbox/tls.js';
import { startConnector } from '../support/connector.js';
import { startGate, type Fate, type Gate } from '../support/gate.js';
import { startMailServer, type MailFate } from '../support/mail-server.js';
import { ROUTING_KEY, startPagerDuty } from '../support/pagerduty.js';
import { freePort } from '../support/servers.js';
import { startSink } from '../support/sink.js';
import { channelContract, type FarEnd, type Trouble } from './adapter.js';

const deps: AdapterDeps = { log: silentLog, now: () => Date.now(), publicUrl: 'https://tocsin.example' };

const THROTTLED: Fate = { status: 429, headers: { 'retry-after': '7' } };

/** Fates by trouble; what a platform says in words of its own is `over`. */
function trouble(gate: Gate, over: Partial<Record<Trouble, Fate>> = {}): FarEnd['next'] {
  const fates: Record<Trouble, Fate> = {
    throttled: THROTTLED,
    refused: { status: 403 },
    failed: { status: 503 },
    unanswered: 'lost',
    ...over,
  };
  return (next) => gate.next(fates[next]);
}

async function openSlack(): Promise<FarEnd> {
  const emulator = await startEmulator();
  const gate = await startGate(emulator.apiUrl.replace(/\/api\/$/, ''));
  const addresses = { here: gate.url, nowhere: `http://127.0.0.1:${await freePort()}` };
  const held = async () => {
    const answer = await emulator.call('conversations.history', { channel: CHANNEL, limit: '200' });
    return [...(answer['messages'] as SlackMessage[])].reverse().filter(isRoot);
  };
  const clear = async (): Promise<void> => {
    for (const { ts } of await held()) await emulator.call('chat.delete', { channel: CHANNEL, ts });
  };
  return {
    adapter: async (where) =>
      slack.open({ botToken: BOT_TOKEN, signingSecret: 's', apiUrl: `${addresses[where]}/api/` }, deps),
    channelSettings: () => ({ channel: CHANNEL }),
    async seen() {
      const messages = await held();
      return Promise.all(
        messages.map(async (message) => {
          const { ts } = message;
          const answer = await emulator.call('conversations.replies', { channel: CHANNEL, ts });
          const replies = (answer['messages'] as SlackMessage[]).filter((reply) => !isRoot(reply));
          return {
            words: JSON.stringify(message.blocks) + JSON.stringify(message.attachments),
            thread: replies.map(({ text }) => text),
          };
        }),
      );
    },
    next: trouble(gate, {
      refused: { status: 200, body: JSON.stringify({ ok: false, error: 'is_archived' }) },
      failed: { status: 200, body: JSON.stringify({ ok: false, error: 'internal_error' }) },
    }),
    clear,
    secrets: [BOT_TOKEN],
    async close() {
      await gate.close();
      await emulator.close();
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

function isRoot({ ts, thread_ts }: SlackMessage): boolean {
  return thread_ts === undefined || thread_ts === ts;
}

async function openTeams(): Promise<FarEnd> {
  const connector = await startConnector();
  const gate = await startGate(connector.url);
  const addresses = { here: gate.url, nowhere: `http://127.0.0.1:${await freePort()}` };
  return {
    adapter: async () => open(teams, { insecureLocal: true }, { ...deps, memory: openStore().memory }),
    channelSettings: (where) =>
      teams.channel.parse({ conversation: connector.conversation, serviceUrl: addresses[where] }),
    seen: async () =>
      connector.posts().map(({ activity, thread }) => ({
        words: JSON.stringify(activity),
        thread: thread.map((line) => String(line['text'])),
      })),
    next: trouble(gate, {
      refused: {
        status: 403,
        body: JSON.stringify({
          error: { code: 'BotNotInConversationRoster', message: 'Not in the roster.' },
        }),
      },
    }),
    clear: async () => connector.wipe(),
    secrets: [],
    async close() {
      await gate.close();
      await connector.close();
    },
  };
}

async function openWebhook(): Promise<FarEnd> {
  const sink = await startSink();
  const gate = await startGate(sink.url);
  const addresses = { here: gate.url, nowhere: `http://127.0.0.1:${await freePort()}` };
  return {
    adapter: async () => open(webhook, undefined, deps),
    channelSettings: (where) =>
      webhook.channel.parse({ url: `${addresses[where]}/T0KEN`, secret: 's3cret', timeout: '1s' }),
    seen: async () => sink.requests.map(({ text }) => ({ words: text, thread: [] })),
    // Its patience is a setting, so here the silence itself is tried.
    next: trouble(gate, { unanswered: 'held' }),
    clear: async () => sink.clear(),
    secrets: ['s3cret', 'T0KEN'],
    async close() {
      await gate.close();
      await sink.close();
    },
  };
}

const MAIL_TROUBLE: Record<Trouble, MailFate> = {
  throttled: { at: 'from', code: 421, words: '4.7.0 Too many messages, slow down' },
  refused: { at: 'to', code: 550, words: '5.7.1 Relaying denied for s3cret' },
  failed: { at: 'data', code: 451, words: '4.3.0 Local error in processing' },
  unanswered: 'held',
};

async function openEmail(): Promise<FarEnd> {
  const tls = await makeTls(Date.now());
  const account = { user: 'tocsin', password: 's3cret' };
  const server = await startMailServer({ tls, account });
  const ports = { here: server.port, nowhere: await freePort() };
  return {
    adapter: async (where) =>
      open(
        email,
        {
          url: `smtp://tocsin:s3cret@127.0.0.1:${ports[where]}`,
          from: 'Tocsin <tocsin@contoso.com>',
          tls: 'required',
          ca: tls.caPem,
          timeout: '1s',
        },
        deps,
      ),
    channelSettings: () => ({ to: ['noc@contoso.com'] }),
    // As mail programs show them: what has the id of another is the same mail.
    seen: async () => {
      const shown = new Map(server.arrived().map(({ mail }) => [mail.messageId, mail]));
      return [...shown.values()].map(({ subject, text }) => ({
        words: `${subject ?? ''}\n${text ?? ''}`,
        thread: [],
      }));
    },
    next: (trouble) => server.next(MAIL_TROUBLE[trouble]),
    clear: async () => server.clear(),
    secrets: ['s3cret', Buffer.from('s3cret').toString('base64')],
    close: () => server.close(),
  };
}

async function openPagerDuty(): Promise<FarEnd> {
  const pager = await startPagerDuty();
  const gate = await startGate(pager.url);
  const addresses = { here: gate.url, nowhere: `http://127.0.0.1:${await freePort()}` };
  const errors = [`Invalid routing key ${ROUTING_KEY}`];
  return {
    adapter: async () => open(pagerduty, undefined, deps),
    channelSettings: (where) =>
      pagerduty.channel.parse({ url: addresses[where], routingKey: ROUTING_KEY, timeout: '1s' }),
    seen: async () =>
      pager
        .alerts()
        .map(({ summary, state }) => ({ words: `${state.toUpperCase()} ${summary}`, thread: [] })),
    next: trouble(gate, {
      refused: { status: 400, body: JSON.stringify({ message: 'Event object is invalid', errors }) },
      unanswered: 'held',
    }),
    clear: async () => pager.clear(),
    secrets: [ROUTING_KEY],
    async close() {
      await gate.close();
      await pager.close();
    },
  };
}

async function open(plug: AdapterPlug, settings: unknown, own: AdapterDeps) {
  return plug.open(plug.settings === undefined ? undefined : plug.settings.parse(settings), own);
}

channelContract('slack', { edits: true, threads: true, finds: true }, openSlack);
// Teams cannot look a message up.
channelContract('teams', { edits: true, threads: true, finds: false }, openTeams);
channelContract('webhook', { edits: false, threads: false, finds: false }, openWebhook);
channelContract(
  'email',
  { edits: false, threads: false, finds: false, saysHowLong: false, repeats: 'known' },
  openEmail,
);
channelContract(
  'pagerduty',
  { edits: true, threads: false, finds: false, repeats: 'merged', noticesLoss: false },
  openPagerDuty,
);
