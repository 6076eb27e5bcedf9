import type { Speaker } from '../../src/notify/adapter.js';
import type { Transport } from './transport.js';

const KEPT_MAX = 500;

/** People by the ids that events carry, asked once each. Without users:read, or when Slack fails, the id stands for the name. */
export interface PeopleBook {
  /** `name` as the event has it; it is asked for where it has none. */
  speaker(transport: Transport, user: string, name?: string): Promise<Speaker>;
}

interface Known {
  readonly name: string | undefined;
  /** As Slack shows it; whose word it is, is another matter. */
  readonly email: string | undefined;
  readonly guest: boolean;
  readonly teams: readonly string[];
}

export function peopleBook(): PeopleBook {
  const books = new WeakMap<Transport, Map<string, Known>>();
  const look = async (transport: Transport, user: string): Promise<Known | undefined> => {
    const people = books.get(transport) ?? new Map<string, Known>();
    books.set(transport, people);
    const known = people.get(user);
    if (known !== undefined) return known;
    const found = await ask(transport, user);
    if (found === undefined) return undefined;
    if (people.size >= KEPT_MAX) people.clear();
    people.set(user, found);
    return found;
  };
  return {
    speaker: async (transport, user, name) => ({
      platform: 'slack',
      ...(await transport.idsOf(user)),
      name: name ?? (await look(transport, user))?.name ?? user,
      emails: async () => {
        const found = await look(transport, user);
        return found?.email !== undefined && (await isOurs(found, transport)) ? [found.email] : [];
      },
    }),
  };
}

/** What another workspace says of its people (Slack Connect) is that workspace's word, and a guest is not one of ours. */
async function isOurs({ guest, teams }: Known, transport: Transport): Promise<boolean> {
  if (guest) return false;
  try {
    return teams.includes((await transport.identity()).teamId);
  } catch {
    return false;
  }
}

async function ask(transport: Transport, user: string): Promise<Known | undefined> {
  try {
    const { user: found } = await transport.call('read', 'users.info', (client) =>
      client.users.info({ user }),
    );
    const team = found?.team_id;
    return {
      name: found?.profile?.display_name || found?.real_name || found?.name,
      email: found?.is_email_confirmed === false ? undefined : found?.profile?.email,
      guest: found?.is_stranger === true || found?.is_restricted === true,
      teams: [...(team === undefined ? [] : [team]), ...(found?.enterprise_user?.teams ?? [])],
    };
  } catch {
    return undefined;
  }
}
