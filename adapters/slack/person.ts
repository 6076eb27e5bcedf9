import { Fault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Channel } from '../../src/notify/adapter.js';
import { openChannel } from './channel.js';
import type { Transport } from './transport.js';

/** The direct messages of one person, `id` as `U0123456`. Slack opens the conversation when it is first needed (`im:write`). */
export function openPerson(name: string, id: string, transport: Transport, log: Log): Channel {
  let opened: Promise<Channel> | undefined;
  const chat = async (): Promise<Channel> => {
    opened ??= openChat(name, id, transport, log);
    try {
      return await opened;
    } catch (error) {
      // Asked again the next time.
      opened = undefined;
      throw error;
    }
  };
  return {
    name,
    kind: 'slack',
    post: async (message) => (await chat()).post(message),
    update: async (ref, message) => (await (await chat()).update?.(ref, message)) ?? ref,
    thread: async (ref, line) => (await chat()).thread?.(ref, line),
    find: async (message, since) => (await chat()).find?.(message, since),
    check: async () => {
      await chat();
      return `The bot can write to ${id}.`;
    },
  };
}

async function openChat(name: string, users: string, transport: Transport, log: Log): Promise<Channel> {
  const { channel } = await transport.call('read', 'conversations.open', (client) =>
    client.conversations.open({ users }),
  );
  if (channel?.id === undefined)
    throw new Fault('channel.failed', `Slack opened no conversation with ${users}.`);
  return openChannel(name, channel.id, transport, log);
}
