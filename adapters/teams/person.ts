import { Fault } from '../../src/lib/fault.js';
import type { Channel } from '../../src/notify/adapter.js';
import type { Place } from './activity.js';
import { openChannel, type ChannelParts } from './channel.js';

/** The chat with one person, `id` as `29:…` or the object id of Entra. It is made when it is first needed. */
export function openPerson(name: string, id: string, parts: ChannelParts): Channel {
  const chat = async (): Promise<Channel> => openChannel(name, { ...(await chatOf(id, parts)) }, parts);
  return {
    name,
    kind: 'teams',
    post: async (message) => (await chat()).post(message),
    update: async (ref, message) => (await (await chat()).update?.(ref, message)) ?? ref,
    thread: async (ref, line) => (await chat()).thread?.(ref, line),
    check: async () => {
      await chatOf(id, parts);
      return `The bot can write to ${id}.`;
    },
  };
}

async function chatOf(id: string, { memory, transport, serviceUrl, tenantId }: ChannelParts): Promise<Place> {
  const known = await memory.chatWith(id);
  if (known !== undefined) return known;
  const made = await transport.createChat(id, {
    serviceUrl,
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  if (made.conversation === '') throw new Fault('channel.failed', `Teams opened no chat with ${id}.`);
  await memory.keepChat(id, made);
  return made;
}
