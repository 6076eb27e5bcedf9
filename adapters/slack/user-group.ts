import { z } from 'zod';
import { HOUR, type Instant } from '../../src/model/time.js';
import type { AdapterMemory, PeopleGroup } from '../../src/notify/adapter.js';
import type { Workspaces } from './workspaces.js';

/** Somebody may change a user group by hand: it is looked at again after this, though nothing changed here. */
const LOOK_AGAIN = HOUR;

const setShape = z.object({ members: z.array(z.string()), at: z.number() });

export interface UserGroupDeps {
  readonly workspaces: Workspaces;
  readonly memory?: AdapterMemory;
  readonly now: () => Instant;
}

/** A user group (`S0123`, with several workspaces `T0123/S0123`) that is to be whoever is on call in a schedule. */
export function userGroup(
  schedule: string,
  id: string,
  { workspaces, memory, now }: UserGroupDeps,
): PeopleGroup {
  const [usergroup = id, team] = id.split('/', 2).reverse();
  const transport = workspaces.of({ team });
  const key = `slack/group/${id}`;
  return {
    schedule,
    id,
    kind: 'slack',
    async keep(people) {
      // Slack has no empty user group: while nobody is on call it stays as it was.
      const members = [...new Set(people.map((person) => person.split('/').at(-1) ?? person))].sort();
      if (members.length === 0) return;
      const before = setShape.safeParse(await memory?.get(key)).data;
      const at = now();
      if (before !== undefined && same(before.members, members) && at - before.at < LOOK_AGAIN) return;
      const { users } = await transport.call('read', 'usergroups.users.list', (client) =>
        client.usergroups.users.list({ usergroup, include_disabled: true }),
      );
      if (!same([...(users ?? [])].sort(), members))
        await transport.call('edit', 'usergroups.users.update', (client) =>
          client.usergroups.users.update({ usergroup, users: members.join(',') }),
        );
      await memory?.put(key, { members, at });
    },
  };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
