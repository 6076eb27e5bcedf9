import { Fault } from '../../src/lib/fault.js';
import type { Inbox } from '../../src/notify/adapter.js';
import { baseConversation, type Inbound } from './activity.js';
import type { Memory } from './memory.js';

export interface PresenceParts {
  readonly inbox: Inbox;
  readonly memory: Memory;
  /** The configured channels by their conversations. */
  readonly channels: ReadonlyMap<string, string>;
}

/** What is gone: one conversation, or all of a team's. */
type Gone = { readonly why: string; readonly advice?: string } & (
  { readonly conversation: string } | { readonly team: string; readonly conversation?: string }
);

/**
 * Hands on what activities say of the configured channels: the app was removed, the team or the channel deleted (Microsoft Learn,
 * "Conversation events in your Teams bot"); whatever else is heard says that the app is there, in all of a team's channels.
 */
export async function tellPresence(
  activity: Inbound,
  { inbox, memory, channels }: PresenceParts,
): Promise<void> {
  const gone = whatIsGone(activity);
  const team = activity.channelData?.team?.id;
  const heard = baseConversation(activity.conversation?.id ?? '');
  const about = gone ?? { conversation: heard, ...(team === undefined ? {} : { team }) };
  for (const [conversation, name] of channels) {
    if (!(await isAbout(conversation, about, memory))) continue;
    await inbox.channelIs(name, gone === undefined ? undefined : lost(gone));
  }
}

function lost({ why, advice }: Gone): Fault {
  return new Fault('channel.refused', why, advice === undefined ? {} : { advice });
}

function whatIsGone(activity: Inbound): Gone | undefined {
  const { type, action, conversation, recipient, channelData } = activity;
  const heard = baseConversation(conversation?.id ?? '');
  const team = channelData?.team?.id;
  const event = channelData?.eventType;
  if (type !== 'conversationUpdate' && type !== 'installationUpdate') return undefined;
  if (event === 'channelDeleted')
    return { conversation: channelData?.channel?.id ?? heard, why: 'The channel was deleted in Teams.' };
  if (event === 'teamDeleted' || event === 'teamHardDeleted')
    return { team: team ?? heard, conversation: heard, why: 'The team was deleted in Teams.' };
  const removed = activity.membersRemoved?.some(({ id }) => id === recipient?.id) ?? false;
  if (!removed && action?.startsWith('remove') !== true) return undefined;
  return {
    conversation: heard,
    ...(team === undefined ? {} : { team }),
    why: 'The app was removed in Teams.',
    advice: 'Add it there again: Apps → Tocsin.',
  };
}

async function isAbout(
  conversation: string,
  about: { readonly conversation?: string; readonly team?: string },
  memory: Memory,
): Promise<boolean> {
  const { team } = about;
  // A team is called like its first channel.
  if (conversation === about.conversation || conversation === team) return true;
  return team !== undefined && (await memory.teamOf(conversation)) === team;
}
