interface BookedChannel {
  readonly name: string;
  /** Its workspace, where there may be several. */
  readonly team: string | undefined;
}

/** The configured channels by their conversations. */
export interface ChannelBook {
  readonly add: (conversation: string, channel: BookedChannel) => void;
  /** The name of a conversation that something came from; another workspace's of the same id is another one. */
  readonly nameOf: (conversation: string, from: string | undefined) => string | undefined;
  /** Those that a workspace, or an organisation with any of its workspaces, may be asked for. */
  readonly of: (id: string) => readonly BookedChannel[];
}

export function channelBook(): ChannelBook {
  const channels = new Map<string, BookedChannel>();
  return {
    add: (conversation, channel) => void channels.set(conversation, channel),
    nameOf(conversation, from) {
      const known = channels.get(conversation);
      const foreign = known?.team !== undefined && from !== undefined && known.team !== from;
      return foreign ? undefined : known?.name;
    },
    of(id) {
      const org = id.startsWith('E');
      return [...channels.values()].filter(({ team }) => org || team === undefined || team === id);
    },
  };
}
