import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import { escalate } from '../../src/engine/escalate.js';
import type { EscalateDeps } from '../../src/engine/escalate/deps.js';
import { pageByHand, type PagingDeps } from '../../src/engine/page-by-hand.js';
import { COMMANDS, runCommand } from '../../src/commands/index.js';
import type { PageOrder } from '../../src/commands/command.js';
import type { Person } from '../../src/model/person.js';
import type { Escalation, Schedule } from '../../src/model/schedule.js';
import { MINUTE } from '../../src/model/time.js';
import { cardToText } from '../../src/http/text.js';
import { escalating } from '../support/escalating.js';
import { aPerson, aSchedule } from '../support/on-call.js';
import { aRoute, aWorld, recorder, type Recorder, type World } from '../support/world.js';

const EMPTY: Schedule = { name: 'empty', timeZone: 'UTC', layers: [] };
const POLICY: Escalation = {
  name: 'voice',
  steps: [
    { notify: [{ kind: 'schedule', name: 'voice' }], wait: 5 * MINUTE },
    { notify: [{ kind: 'person', name: 'bob' }], wait: 5 * MINUTE },
  ],
  repeat: 0,
};

let world: World;
let phones: Record<string, Recorder>;
let deps: EscalateDeps & PagingDeps;

/** It is quiet hours for everybody, always. */
function sleeper(name: string): Person {
  const quiet = [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }];
  return aPerson(name, { slack: `U-${name}`, quiet });
}

beforeAll(async () => {
  world = await aWorld();
  // Its own route calls somebody else: that is for what rules find.
  world.set.root = aRoute({ escalation: 'voice', groupWait: 30_000 });
  const people = [sleeper('alice'), sleeper('bob'), aPerson('carol')];
  phones = Object.fromEntries(['@alice/slack', '@bob/slack'].map((name) => [name, recorder(name)]));
  deps = {
    ...escalating(world, {
      people: () => people,
      schedules: [aSchedule('voice', ['alice']), EMPTY],
      escalations: [POLICY],
      reachable: Object.keys(phones),
    }),
    kick: async (_channels, incidents) => {
      for (const id of incidents) await escalate(id, deps);
    },
  };
});
afterAll(() => world.close());

const call = (target: PageOrder['target'], text: string) =>
  pageByHand({ target, text }, { name: 'alice', via: 'teams' }, deps);
const toBob = { kind: 'person', name: 'bob' } as const;

async function settle(id: number): Promise<void> {
  await escalate(id, deps);
  await world.announce();
  for (const { channel } of Object.values(phones)) await drainChannel(channel, world.announceDeps);
}
const bobHas = (): readonly string[] => phones['@bob/slack']?.cards() ?? [];

it('calls one person at once in their quiet hours, again until they acknowledge, and is over when somebody resolves it', async () => {
  const { incident, called } = await call(toBob, 'please join the bridge');
  expect(called).toEqual([{ name: 'bob', why: 'by name', ways: [{ via: 'slack', after: 0 }] }]);
  await settle(incident.id);
  expect(bobHas()).toEqual(['firing critical please join the bridge']);
  expect(phones['@bob/slack']?.shown()).toContain('bob, you are called: ');
  expect(world.noc.cards()[0]).toContain('firing critical please join the bridge');
  expect(phones['@alice/slack']?.cards()).toEqual([]);

  // The same wish again is the same call.
  const again = await call(toBob, 'please join the bridge');
  expect([again.again, again.incident.id]).toEqual([true, incident.id]);

  world.wait(5 * MINUTE);
  await settle(incident.id);
  expect(bobHas()).toHaveLength(2);
  await world.act(incident.id, { do: 'ack' });
  world.wait(10 * MINUTE);
  await settle(incident.id);
  expect(bobHas()).toHaveLength(2);
  await world.act(incident.id, { do: 'resolve' });
  await settle(incident.id);
  expect(bobHas()).toEqual(Array(2).fill('resolved resolved please join the bridge'));
  expect((await call(toBob, 'please join the bridge')).again).toBe(false);
  const { card } = await runCommand(`explain INC-${incident.id}`, {
    desk: world.desk,
    asker: { actor: { name: 'alice', via: 'cli' }, role: 'admin', platformId: '' },
    tenant: undefined,
    commands: COMMANDS,
    url: '',
    button: false,
  });
  expect(cardToText(card)).toMatch(/bob \(@bob\/slack\), page person:bob, .*: called, accepted in \d+\.\d s/);
  expect((await world.store.timeline(incident.id))[0]?.text).toBe('alice called bob: please join the bridge');
});

it('goes on with the escalation that begins with the same schedule', async () => {
  const { incident, called } = await call({ kind: 'schedule', name: 'voice' }, 'no dial tone');
  expect(called[0]?.why).toBe('on call in voice, layer 1');
  await settle(incident.id);
  expect(phones['@alice/slack']?.cards()).toEqual(['firing critical no dial tone']);
  world.wait(5 * MINUTE);
  await settle(incident.id);
  expect(bobHas().at(-1)).toBe('firing critical no dial tone');
  const [row] = await world.store.escalations(incident.id);
  expect(row?.state).toMatchObject({ escalation: 'voice', state: 'exhausted' });
});

it.each([
  [{ kind: 'schedule', name: 'empty' } as const, 'Nobody would be called: nobody is on call in empty'],
  [{ kind: 'person', name: 'eve' } as const, 'Nobody would be called: eve is no longer listed'],
  [{ kind: 'person', name: 'carol' } as const, 'carol cannot be reached in any way.'],
])('is refused where it would reach nobody: %j', async (target, message) => {
  await expect(call(target, 'hello')).rejects.toMatchObject({
    code: 'command.not-found',
    message: expect.stringContaining(message),
  });
});
