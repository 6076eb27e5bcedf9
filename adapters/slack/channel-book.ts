export interface BookedChannel {
  readonly name: string;
  /** Its workspace, where there may be several. */
  readonly team: string | undefined;
}

/** The configured channels by their conversations. */
export function channelBook() {
  const channels = new Map<string, BookedChannel>();
  return {
    add(conversation: string, channel: BookedChannel): void {
      channels.set(conversation, channel);
    },
    /** The name of a conversation that something came from; another workspace's of the same id is another one. */
    nameOf(this: void, conversation: string, from: string | undefined): string | undefined {
      const known = channels.get(conversation);
      const foreign = known?.team !== undefined && from !== undefined && known.team !== from;
      return foreign ? undefined : known?.name;
    },
    /** Those that a workspace, or an organisation with any of its workspaces, may be asked for. */
    of(id: string): readonly BookedChannel[] {
      const org = id.startsWith('E');
      return [...channels.values()].filter(({ team }) => org || team === undefined || team === id);
    },
  };
}
