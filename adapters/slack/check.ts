import { Fault, isFault } from '../../src/lib/fault.js';
import type { Transport } from './transport.js';

/** For `doctor`: who the token belongs to and whether the channel can be posted to. */
export async function check(transport: Transport, conversation: string): Promise<string> {
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
