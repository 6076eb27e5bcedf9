import type { RespondFn } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Card } from '../../src/model/card.js';
import type { Ask, Inbox, Reply, Speaker } from '../../src/notify/adapter.js';
import { ANSWER_BLOCK } from './buttons.js';
import { withoutTokens } from './log.js';
import type { Pictures } from './pictures.js';
import { renderCard, renderPlain, withoutImages, type SlackMessage } from './render.js';
import { isTooMuch, type Transport } from './transport.js';
import type { Workspaces } from './workspaces.js';

/** What hearing and answering need. */
export interface Ear {
  readonly inbox: Inbox;
  readonly workspaces: Workspaces;
  readonly pictures: Pictures;
  readonly log: Log;
  /** The configured channel's name of a conversation. */
  readonly channelName: (conversation: string, team: string | undefined) => string | undefined;
  /** The names of a workspace's channels. */
  readonly channelsOf: (team: string) => readonly string[];
}

/** Where in the settings a conversation is. */
export function placeOf(
  { channelName, channelsOf }: Pick<Ear, 'channelName' | 'channelsOf'>,
  { team }: Transport,
  conversation: string | undefined,
): Pick<Ask, 'channel' | 'near' | 'conversation'> {
  const channel = conversation === undefined ? undefined : channelName(conversation, team);
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(conversation === undefined ? {} : { conversation }),
    ...(team === undefined ? {} : { near: channelsOf(team) }),
  };
}

export interface Answered extends Pick<Reply, 'audience' | 'replaces' | 'form' | 'file'> {
  /** What its card says first. */
  readonly title: string;
  readonly body: SlackMessage;
}

/** The inbox answers whatever a person typed; should it fail itself, the person is told so. */
export async function asked(
  deps: Ear,
  transport: Transport,
  conversation: string | undefined,
  ask: Ask,
): Promise<Answered | undefined> {
  try {
    const reply = await deps.inbox.ask({ ...ask, ...placeOf(deps, transport, conversation) });
    if (reply === undefined) return undefined;
    return {
      ...reply,
      title: reply.card.title,
      body: renderAnswer(await deps.pictures.illustrate(reply.card, transport)),
    };
  } catch (error) {
    deps.log.error({ error: messageOf(error) }, 'A question from Slack could not be answered.');
    const text = renderPlain('Tocsin could not answer that just now; its log says why. Please try again.');
    return { audience: 'asker', replaces: false, title: text, body: { text, blocks: [], attachments: [] } };
  }
}

/** Through the response_url, which needs no membership; else as an ephemeral message of the bot. */
export async function answer(
  { log }: Ear,
  transport: Transport,
  respond: RespondFn,
  message: SlackMessage & { response_type: 'in_channel' | 'ephemeral'; replace_original?: boolean },
  channel: string | undefined,
  user: string,
): Promise<void> {
  const plainer = withoutImages(message);
  try {
    await respond(message).catch(async (error: unknown) => {
      if (plainer === undefined) throw error;
      log.warn({ error: messageOf(error) }, 'Slack took no answer with its picture; sending its words.');
      await respond({ ...message, ...plainer });
    });
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'The response_url took no answer; answering as the bot.');
    const { text, blocks, attachments } = plainer ?? message;
    // Pressed in the home tab: there is no conversation but the one with the bot.
    if (channel === undefined) {
      const direct = { channel: user, text, blocks, attachments, unfurl_links: false, unfurl_media: false };
      await transport.call('post', 'chat.postMessage', (client) => client.chat.postMessage(direct));
      return;
    }
    await transport.call('post', 'chat.postEphemeral', (client) =>
      client.chat.postEphemeral({ channel, user, text, blocks, attachments }),
    );
  }
}

/** A card that is no living one: what its buttons do is shown by whoever hears them. */
export function renderAnswer(card: Card): SlackMessage {
  const message = renderCard(card);
  const marked = (block: KnownBlock): KnownBlock =>
    block.type === 'actions' ? { ...block, block_id: ANSWER_BLOCK } : block;
  const attachments = message.attachments.map((part) => ({ ...part, blocks: part.blocks.map(marked) }));
  return { ...message, attachments };
}

/** The file of an answer, where its words were said; the words say where else it is. Never rejects. */
export async function giveFile(
  { log }: Pick<Ear, 'log'>,
  transport: Transport,
  file: NonNullable<Reply['file']>,
  place: { readonly channel: string; readonly thread?: string | undefined },
): Promise<void> {
  const { name, text } = file;
  const where =
    place.thread === undefined
      ? { channel_id: place.channel }
      : { channel_id: place.channel, thread_ts: place.thread };
  try {
    await transport.call('edit', 'files.uploadV2', (client) =>
      client.files.uploadV2({ file: Buffer.from(text), filename: name, title: name, ...where }),
    );
  } catch (error) {
    log.warn(
      { error: messageOf(error) },
      'Slack took no file (files:write, or the bot is not in the channel).',
    );
  }
}

export interface Said {
  readonly transport: Transport;
  readonly speaker: Speaker;
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
}

/** Where it was said: in the thread, or to the asker alone what is nobody else's. */
export async function inThread(deps: Ear, said: Said, text: string): Promise<void> {
  const { speaker, transport } = said;
  const reply = await asked(deps, transport, said.channel, { text, speaker, button: false });
  if (reply === undefined) return;
  const direct = said.channel.startsWith('D');
  const { file } = reply;
  const post = (body: SlackMessage): Promise<unknown> =>
    reply.audience === 'asker' && !direct ? whisper(said, body) : speakUp(said, body);
  const plainer = withoutImages(reply.body);
  await post(reply.body).catch(async (error: unknown) => {
    if (plainer === undefined || !isTooMuch(error)) throw error;
    deps.log.warn({ error: messageOf(error) }, 'Slack took no answer with its picture; sending its words.');
    await post(plainer);
  });
  if (file !== undefined)
    await giveFile(deps, said.transport, file, { channel: said.channel, thread: said.thread ?? said.ts });
}

function speakUp({ transport, channel, thread, ts }: Said, body: SlackMessage): Promise<unknown> {
  const place = { channel, thread_ts: thread ?? ts, unfurl_links: false, unfurl_media: false };
  return transport.call('post', 'chat.postMessage', (client) =>
    client.chat.postMessage({ ...place, ...body }),
  );
}

/** Slack shows it in a thread only where there is one already. */
function whisper({ transport, channel, thread, user }: Said, body: SlackMessage): Promise<unknown> {
  const place = { channel, user, ...(thread === undefined ? {} : { thread_ts: thread }) };
  return transport.call('post', 'chat.postEphemeral', (client) =>
    client.chat.postEphemeral({ ...place, ...body }),
  );
}

export function messageOf(error: unknown): string {
  return withoutTokens(faultLine(error));
}
