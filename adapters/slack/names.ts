import type { Transport } from './transport.js';

const KEPT_MAX = 500;

/** Names for the ids that events carry, asked once a person. Without users:read, or when Slack fails, the id stands in. */
export function nameBook(transport: Transport): (user: string) => Promise<string> {
  const names = new Map<string, string>();
  return async (user) => {
    const known = names.get(user);
    if (known !== undefined) return known;
    const name = await ask(transport, user);
    if (name === undefined) return user;
    if (names.size >= KEPT_MAX) names.clear();
    names.set(user, name);
    return name;
  };
}

async function ask(transport: Transport, user: string): Promise<string | undefined> {
  try {
    const { user: found } = await transport.call('read', 'users.info', (client) =>
      client.users.info({ user }),
    );
    return found?.profile?.display_name || found?.real_name || found?.name;
  } catch {
    return undefined;
  }
}
