import { Fault, faultLine, isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Card } from '../../src/model/card.js';
import type { MessageRef } from '../../src/model/telling.js';
import type { Channel } from '../../src/notify/adapter.js';
import { baseConversation, isChannel, readRef, type Place, type TeamsRef } from './activity.js';
import type { Memory } from './memory.js';
import { renderLine, renderMessage } from './render.js';
import type { TeamsChannelSettings } from './settings.js';
import type { Transport } from './transport.js';

export interface ChannelParts {
  readonly transport: Transport;
  readonly memory: Memory;
  /** The service address to use until a real one has been heard. */
  readonly serviceUrl: string;
  readonly tenantId: string | undefined;
  readonly log: Log;
}

/** A team's channel, a group chat or a chat with one person. Teams cannot look a message up, so there is no `find`. */
export function openChannel(name: string, settings: TeamsChannelSettings, parts: ChannelParts): Channel {
  const { transport, memory, log } = parts;
  const where = (): Promise<Place> => placeOf(settings, parts);

  async function told(topic: string, ref: TeamsRef, card: Card): Promise<MessageRef> {
    try {
      await memory.keepLiving(topic, { ref, card, adopted: false });
    } catch (error) {
      // The message is out: failing now would only post it twice.
      log.warn(
        { channel: name, topic, reason: faultLine(error) },
        'the living Teams card was not remembered',
      );
    }
    return { ...ref };
  }

  return {
    name,
    kind: 'teams',
    async post({ topic, card }) {
      const activity = renderMessage(card, { living: true });
      const adopted = await adoptedRef(memory, settings.conversation, topic);
      if (adopted !== undefined) {
        const ref = await updateUnlessGone(transport, adopted, activity);
        if (ref !== undefined) return told(topic, ref, card);
      }
      const place = await where();
      const ref = isChannel(place.conversation)
        ? await transport.createPost(place, activity)
        : await transport.send(place, activity);
      return told(topic, ref, card);
    },
    async update(ref, { topic, card }) {
      const living = await current(ref, settings.conversation, memory);
      return told(topic, await transport.update(living, renderMessage(card, { living: true })), card);
    },
    async thread(ref, line) {
      const root = await current(ref, settings.conversation, memory);
      await transport.send({ ...root, conversation: threadOf(root) }, renderLine(line));
    },
    async check() {
      const place = await where();
      const members = await transport.roster(place);
      const others = members.length === 0 ? 'nobody else' : members.slice(0, 3).join(', ');
      return `The bot is in the conversation (with ${others}).`;
    },
  };
}

async function placeOf(settings: TeamsChannelSettings, parts: ChannelParts): Promise<Place> {
  const heard = await parts.memory.place(settings.conversation);
  const tenantId = settings.tenantId ?? heard?.tenantId ?? parts.tenantId;
  return {
    conversation: settings.conversation,
    serviceUrl: heard?.serviceUrl ?? settings.serviceUrl ?? parts.serviceUrl,
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

async function adoptedRef(
  memory: Memory,
  conversation: string,
  topic: string,
): Promise<TeamsRef | undefined> {
  const living = await memory.living(conversation, topic);
  return living?.adopted === true ? living.ref : undefined;
}

async function updateUnlessGone(
  transport: Transport,
  ref: TeamsRef,
  activity: Parameters<Transport['update']>[1],
): Promise<TeamsRef | undefined> {
  try {
    return await transport.update(ref, activity);
  } catch (error) {
    if (isFault(error, 'channel.message-gone')) return undefined;
    throw error;
  }
}

/** The stored address, with the service address where the conversation is now. */
async function current(stored: MessageRef, conversation: string, memory: Memory): Promise<TeamsRef> {
  const ref = readRef(stored);
  if (ref === undefined || baseConversation(ref.conversation) !== baseConversation(conversation)) {
    throw new Fault('channel.message-gone', 'The message belongs to another conversation than the channel.');
  }
  const heard = await memory.place(ref.conversation);
  return heard === undefined ? ref : { ...ref, serviceUrl: heard.serviceUrl };
}

/** A channel's thread is named after its root; a chat has none. */
function threadOf(ref: TeamsRef): string {
  const base = baseConversation(ref.conversation);
  return isChannel(base) ? `${base};messageid=${ref.activityId}` : base;
}
