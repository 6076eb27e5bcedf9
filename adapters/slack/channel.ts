import { z } from 'zod';
import { Fault, isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { pageOfTopic } from '../../src/model/page.js';
import type { MessageRef } from '../../src/model/telling.js';
import type { Channel, Message, ThreadLine } from '../../src/notify/adapter.js';
import { check } from './check.js';
import { EVENT_TYPE, find } from './find.js';
import { renderCard, renderLine } from './render.js';
import { isTooMuch, type Transport } from './transport.js';

const refShape = z.object({ channel: z.string(), ts: z.string() });

/** `mention`: the user group that a page into the channel calls. */
export function openChannel(
  name: string,
  conversation: string,
  transport: Transport,
  log: Log,
  mention?: string,
): Channel {
  const bodyOf = (message: Message): Body => {
    const calls = mention === undefined || pageOfTopic(message.topic) === undefined ? [] : [mention];
    return renderCard(message.card, calls);
  };
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
    post: (message) => post(transport, conversation, message, bodyOf(message), log),
    update: async (ref, message) => update(transport, parseRef(ref), message, bodyOf(message), log),
    thread: async (ref, line) => thread(transport, parseRef(ref), line),
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

async function post(
  transport: Transport,
  channel: string,
  message: Message,
  card: Body,
  log: Log,
): Promise<MessageRef> {
  const send = (body: Body) =>
    transport.call('post', 'chat.postMessage', (client) =>
      client.chat.postMessage({ channel, ...body, ...quiet, metadata: metadataOf(message) }),
    );
  const answer = await plainerIfRefused(send, card, log);
  if (answer.ts === undefined) throw noTimestamp('chat.postMessage');
  return { channel: answer.channel ?? channel, ts: answer.ts };
}

async function update(
  transport: Transport,
  ref: Ref,
  message: Message,
  card: Body,
  log: Log,
): Promise<MessageRef> {
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
  const answer = await plainerIfRefused(send, card, log);
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

type Ref = z.output<typeof refShape>;

function parseRef(ref: MessageRef): Ref {
  const parsed = refShape.safeParse(ref);
  if (parsed.success) return parsed.data;
  throw new Fault('channel.message-gone', 'The kept address of the message is not one of Slack.');
}

function noTimestamp(method: string): Fault {
  return new Fault('channel.unknown-outcome', `Slack took ${method} and did not say which message it made.`);
}
