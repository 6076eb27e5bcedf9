import { App, HTTPReceiver, type Logger, type RespondFn } from '@slack/bolt';
import { faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Ask, Inbox, Reply } from '../../src/notify/adapter.js';
import { BODY_LIMIT, gate } from './gate.js';
import { nameBook } from './names.js';
import { renderCard, renderPlain, type SlackMessage } from './render.js';
import { openSocket } from './socket.js';
import type { Transport } from './transport.js';
import { afterMention, typedWords } from './words.js';

const PATH = '/slack/events';

export interface ListenDeps {
  readonly inbox: Inbox;
  readonly transport: Transport;
  readonly log: Log;
  readonly logger: Logger;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  /** The configured channel's name of a conversation. */
  readonly channelName: (conversation: string) => string | undefined;
}

export interface Listening {
  /** Lets the answers under way finish, for a few seconds. */
  close(): Promise<void>;
}

export async function startListening(deps: ListenDeps): Promise<Listening> {
  const { transport, logger, log, inbox } = deps;
  const client = { slackApiUrl: transport.apiUrl, fetch: transport.fetch, retryConfig: { retries: 0 } };
  const busy = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    const done = work
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'An answer in Slack failed.'))
      .finally(() => busy.delete(done));
    busy.add(done);
  };
  const open = (receiver: HTTPReceiver | ReturnType<typeof openSocket>['receiver']): App => {
    // Every request is answered with our one token, and Slack is not asked anything before it is acknowledged.
    const app = new App({
      receiver,
      logger,
      authorize: async () => ({}),
      ignoreSelf: false,
      clientOptions: client,
    });
    hear(app, deps, track);
    return app;
  };
  const finish = (): Promise<unknown> => Promise.race([Promise.all(busy), timeout(3_000)]);

  if (deps.appToken !== undefined) {
    const socket = openSocket(deps.appToken, client, logger, log);
    await socket.connect(open(socket.receiver));
    return {
      async close() {
        await socket.close();
        await finish();
      },
    };
  }
  const signingSecret = deps.signingSecret ?? '';
  const receiver = new HTTPReceiver({ signingSecret, endpoints: [PATH], logger, bodyLimit: BODY_LIMIT });
  open(receiver);
  inbox.mount('POST', PATH, gate(signingSecret, receiver.requestListener));
  return {
    async close() {
      await finish();
    },
  };
}

type Track = (work: Promise<void>) => void;

function hear(app: App, deps: ListenDeps, track: Track): void {
  const { inbox, log } = deps;
  const nameOf = nameBook(deps.transport);

  app.command(/^\/tocsin/, async ({ command, ack, respond }) => {
    await ack();
    track(
      once(inbox, `command:${command.trigger_id}`, async () => {
        const speaker = { platform: 'slack', id: command.user_id, name: command.user_name } as const;
        const reply = await asked(deps, command.channel_id, {
          text: typedWords(command.text),
          speaker,
          button: false,
        });
        if (reply === undefined) return;
        const type = reply.audience === 'everyone' ? 'in_channel' : 'ephemeral';
        await answer(
          deps,
          respond,
          { ...reply.body, response_type: type },
          command.channel_id,
          command.user_id,
        );
      }),
    );
  });

  app.action({ type: 'block_actions', action_id: /^tocsin:/ }, async ({ action, body, ack, respond }) => {
    await ack();
    const text = action.type === 'button' ? action.value : undefined;
    // A link button has done its work in the browser.
    if (text === undefined || text === '') return;
    const { user } = body;
    const conversation = (body.container as { readonly channel_id?: unknown }).channel_id;
    const place = body.channel?.id ?? (typeof conversation === 'string' ? conversation : undefined);
    track(
      once(inbox, `action:${body.trigger_id}:${action.action_ts}:${user.id}`, async () => {
        const speaker = { platform: 'slack', id: user.id, name: user.name ?? user.username } as const;
        const reply = await asked(deps, place, { text, speaker, button: true });
        if (reply === undefined) return;
        const ephemeral = (body.container as { readonly is_ephemeral?: unknown }).is_ephemeral === true;
        // The engine edits the living card. A card that only its asker sees can be changed here alone.
        if (reply.replaces && !ephemeral) return;
        const how = reply.replaces ? { replace_original: true } : { replace_original: false };
        await answer(deps, respond, { ...reply.body, response_type: 'ephemeral', ...how }, place, user.id);
      }),
    );
  });

  app.event('app_mention', async ({ event, body }) => {
    if (event.bot_id !== undefined || event.user === undefined || 'edited' in event) return;
    const said = { user: event.user, channel: event.channel, ts: event.ts, thread: event.thread_ts };
    track(
      once(inbox, `event:${body.event_id}`, () => inThread(deps, nameOf, said, afterMention(event.text))),
    );
  });

  app.event('message', async ({ event, body }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
    const said = { user: event.user, channel: event.channel, ts: event.ts, thread: event.thread_ts };
    track(
      once(inbox, `event:${body.event_id}`, () =>
        inThread(deps, nameOf, said, afterMention(event.text ?? '')),
      ),
    );
  });

  acknowledgeTheRest(app);
  app.error(async (error) => log.error({ error: messageOf(error) }, 'Slack sent what could not be handled.'));
}

/** What is not ours is acknowledged all the same: Slack shows its user a warning otherwise. */
function acknowledgeTheRest(app: App): void {
  app.command(/^\/(?!tocsin)/, async ({ ack }) => ack({ text: 'This bot answers to `/tocsin help`.' }));
  app.action(/^(?!tocsin:)/, async ({ ack }) => ack());
  app.shortcut(/^/, async ({ ack }) => ack());
  app.view({ callback_id: /^/, type: 'view_submission' }, async ({ ack }) => ack());
  app.view({ callback_id: /^/, type: 'view_closed' }, async ({ ack }) => ack());
}

async function once(inbox: Inbox, id: string, work: () => Promise<void>): Promise<void> {
  if (await inbox.firstSeen(`slack:${id}`)) await work();
}

interface Answered extends Pick<Reply, 'audience' | 'replaces'> {
  readonly body: SlackMessage;
}

/** The inbox answers whatever a person typed; should it fail itself, the person is told so. */
async function asked(
  deps: ListenDeps,
  conversation: string | undefined,
  ask: Ask,
): Promise<Answered | undefined> {
  const channel = conversation === undefined ? undefined : deps.channelName(conversation);
  try {
    const reply = await deps.inbox.ask({ ...ask, ...(channel === undefined ? {} : { channel }) });
    return reply === undefined
      ? undefined
      : { audience: reply.audience, replaces: reply.replaces, body: renderCard(reply.card) };
  } catch (error) {
    deps.log.error({ error: messageOf(error) }, 'A question from Slack could not be answered.');
    const text = renderPlain('Tocsin could not answer that just now; its log says why. Please try again.');
    return { audience: 'asker', replaces: false, body: { text, blocks: [], attachments: [] } };
  }
}

/** Through the response_url, which needs no membership; else as an ephemeral message of the bot. */
async function answer(
  deps: ListenDeps,
  respond: RespondFn,
  message: SlackMessage & { response_type: 'in_channel' | 'ephemeral'; replace_original?: boolean },
  channel: string | undefined,
  user: string,
): Promise<void> {
  try {
    await respond(message);
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, 'The response_url took no answer; answering as the bot.');
    if (channel === undefined) throw error;
    const { text, blocks, attachments } = message;
    await deps.transport.call('post', 'chat.postEphemeral', (client) =>
      client.chat.postEphemeral({ channel, user, text, blocks, attachments }),
    );
  }
}

interface Said {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
}

async function inThread(
  deps: ListenDeps,
  nameOf: (user: string) => Promise<string>,
  said: Said,
  text: string,
): Promise<void> {
  const speaker = { platform: 'slack', id: said.user, name: await nameOf(said.user) } as const;
  const reply = await asked(deps, said.channel, { text, speaker, button: false });
  if (reply === undefined) return;
  await deps.transport.call('post', 'chat.postMessage', (client) =>
    client.chat.postMessage({
      channel: said.channel,
      thread_ts: said.thread ?? said.ts,
      ...reply.body,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
}

function messageOf(error: unknown): string {
  return faultLine(error);
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
