import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { Fault, isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { MessageRef } from '../../src/model/telling.js';
import { SECOND, type Instant } from '../../src/model/time.js';
import type { Channel, Message, ThreadLine } from '../../src/notify/adapter.js';
import { renderCard, renderLine } from './render.js';
import { isTooMuch, type Transport } from './transport.js';

const EVENT_TYPE = 'tocsin_card';
const PAGE = 200;
/** 1 000 messages back: a channel in which more was said since the lost post is no alarm channel. */
const PAGES_MAX = 5;
/** Slack's clock and ours may differ. */
const CLOCK_SLACK = 60 * SECOND;

const refShape = z.object({ channel: z.string(), ts: z.string() });

export function openChannel(name: string, conversation: string, transport: Transport, log: Log): Channel {
  let warned = false;
  const warnOnce = (fault: Fault): void => {
    if (!warned) {
      log.warn(
        { channel: name },
        `${fault.message} With channels:history (groups:history for a private channel) and the bot as a member, a post ` +
          'whose answer was lost can be found again; without, it may appear twice.',
      );
    }
    warned = true;
  };
  return {
    name,
    kind: 'slack',
    post: (message) => post(transport, conversation, message, log),
    update: (ref, message) => update(transport, parseRef(ref), message, log),
    thread: (ref, line) => thread(transport, parseRef(ref), line),
    async find(message, since) {
      try {
        return await find(transport, conversation, message.key, since);
      } catch (error) {
        if (!isFault(error, 'channel.refused')) throw error;
        warnOnce(error);
        return undefined;
      }
    },
    check: () => check(transport, conversation),
  };
}

async function post(transport: Transport, channel: string, message: Message, log: Log): Promise<MessageRef> {
  const send = (body: Body) =>
    transport.call('post', 'chat.postMessage', (client) =>
      client.chat.postMessage({ channel, ...body, ...quiet, metadata: metadataOf(message) }),
    );
  const answer = await plainerIfRefused(send, renderCard(message.card), log);
  if (answer.ts === undefined) throw noTimestamp('chat.postMessage');
  return { channel: answer.channel ?? channel, ts: answer.ts };
}

async function update(transport: Transport, ref: Ref, message: Message, log: Log): Promise<MessageRef> {
  const send = (body: Body) =>
    transport.call('edit', 'chat.update', (client) =>
      // Unlike chat.postMessage, chat.update makes links and mentions of plain text unless told not to.
      client.chat.update({
        ...ref,
        ...body,
        parse: 'none',
        link_names: false,
        metadata: metadataOf(message),
      }),
    );
  const answer = await plainerIfRefused(send, renderCard(message.card), log);
  return { channel: answer.channel ?? ref.channel, ts: answer.ts ?? ref.ts };
}

async function thread(transport: Transport, ref: Ref, line: ThreadLine): Promise<void> {
  const broadcast = line.broadcast === true ? ({ reply_broadcast: true } as const) : {};
  await transport.call('post', 'chat.postMessage', (client) =>
    client.chat.postMessage({
      channel: ref.channel,
      thread_ts: ref.ts,
      ...renderLine(line),
      ...quiet,
      ...broadcast,
    }),
  );
}

type Body = Pick<ReturnType<typeof renderCard>, 'text' | 'blocks' | 'attachments'>;

const quiet = { unfurl_links: false, unfurl_media: false } as const;

/** An alarm that Slack will not draw is still an alarm: its plain words are told instead. */
async function plainerIfRefused<T>(send: (body: Body) => Promise<T>, body: Body, log: Log): Promise<T> {
  try {
    return await send(body);
  } catch (error) {
    if (!isTooMuch(error)) throw error;
    log.warn(
      { error: error instanceof Error ? error.message : '' },
      'Slack refused the card; telling it as plain text.',
    );
    return send({ text: body.text, blocks: [], attachments: [] });
  }
}

function metadataOf(message: Message): { event_type: string; event_payload: { key: string } } {
  return { event_type: EVENT_TYPE, event_payload: { key: message.key } };
}

const historyShape = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        metadata: z
          .object({
            event_type: z.string(),
            event_payload: z.looseObject({ key: z.unknown().optional() }).optional(),
          })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Our own message of this key since then: the newest, should a crash have made two. */
async function find(
  transport: Transport,
  channel: string,
  key: string,
  since: Instant,
): Promise<MessageRef | undefined> {
  const { botId, userId } = await transport.identity();
  const oldest = (Math.max(0, since - CLOCK_SLACK) / 1_000).toFixed(6);
  let cursor = '';
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await transport.call('read', 'conversations.history', (client) =>
      history(client, channel, oldest, cursor),
    );
    const read = historyShape.safeParse(answer);
    if (!read.success) {
      throw new Fault('channel.failed', "Slack's conversations.history could not be understood.");
    }
    const { messages, response_metadata: more } = read.data;
    const ours = messages.find(
      ({ bot_id, user, metadata }) =>
        metadata?.event_type === EVENT_TYPE &&
        metadata.event_payload?.key === key &&
        ((botId !== undefined && bot_id === botId) || (userId !== undefined && user === userId)),
    );
    if (ours !== undefined) return { channel, ts: ours.ts };
    cursor = more?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}

function history(client: WebClient, channel: string, oldest: string, cursor: string) {
  return client.conversations.history({
    channel,
    oldest,
    inclusive: true,
    include_all_metadata: true,
    limit: PAGE,
    ...(cursor === '' ? {} : { cursor }),
  });
}

async function check(transport: Transport, conversation: string): Promise<string> {
  const { user, team, scopes } = await transport.identity();
  const who = `Signed in to ${team} as ${user}.`;
  const missing =
    scopes.length === 0 ? [] : ['chat:write', 'commands'].filter((scope) => !scopes.includes(scope));
  const lacks = missing.length === 0 ? '' : ` Missing scopes: ${missing.join(', ')}.`;
  try {
    const { channel } = await transport.call('read', 'conversations.info', (client) =>
      client.conversations.info({ channel: conversation }),
    );
    if (channel?.is_archived === true) {
      throw new Fault('channel.refused', `${who} #${channel.name ?? conversation} is archived.`, {
        advice: 'Unarchive the channel or route to another one.',
      });
    }
    const member =
      channel?.is_member === false
        ? 'not a member: posts need chat:write.public, finding lost posts needs /invite @Tocsin'
        : 'may post';
    return `${who} #${channel?.name ?? conversation}: ${member}.${lacks}`;
  } catch (error) {
    if (!isFault(error, 'channel.refused') || !error.message.includes('missing_scope')) throw error;
    return `${who} The channel was not looked at: ${error.advice}${lacks}`;
  }
}

type Ref = z.output<typeof refShape>;

function parseRef(ref: MessageRef): Ref {
  const parsed = refShape.safeParse(ref);
  if (parsed.success) return parsed.data;
  throw new Fault('channel.message-gone', 'The kept address of the message is not one of Slack.');
}

function noTimestamp(method: string): Fault {
  return new Fault('channel.unknown-outcome', `Slack took ${method} and did not say which message it made.`);
}
