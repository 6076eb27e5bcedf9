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
  /** One of its people is listed in the settings. */
  readonly addTeam: (team: string) => void;
  /** The settings name a channel or a person of this workspace. */
  readonly knows: (team: string) => boolean;
  /** The names of the channels that the settings say are in this workspace. */
  readonly namesIn: (team: string) => readonly string[];
  /** Those that a workspace, or an organisation with any of its workspaces, may be asked for. */
  readonly of: (id: string) => readonly BookedChannel[];
}

export function channelBook(): ChannelBook {
  const channels = new Map<string, BookedChannel>();
  const teams = new Set<string>();
  const namesIn = (id: string): readonly string[] =>
    [...channels.values()].filter(({ team }) => team === id).map(({ name }) => name);
  return {
    add: (conversation, channel) => void channels.set(`${channel.team ?? ''}/${conversation}`, channel),
    addTeam: (team) => void teams.add(team),
    knows: (team) => teams.has(team) || namesIn(team).length > 0,
    namesIn,
    nameOf: (conversation, from) =>
      (channels.get(`${from ?? ''}/${conversation}`) ?? channels.get(`/${conversation}`))?.name,
    of(id) {
      const org = id.startsWith('E');
      return [...channels.values()].filter(({ team }) => org || team === undefined || team === id);
    },
  };
}
