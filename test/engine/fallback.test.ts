import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { Fault, type FaultCode } from '../../src/lib/fault.js';
import { MINUTE, SECOND } from '../../src/model/time.js';
import { routedElsewhere } from '../../src/notify/fallback.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aRoute, aService, aWorld, forgetEarlier, type World } from '../support/world.js';

let store: Store;
let world: World;
let deps: AnnounceDeps;
let kicked: string[];
let standIn: string | undefined;
let n = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  n += 1;
  world = await aWorld({ store, key: `contoso/service-health/${n}` });
  world.set.root = aRoute({ channel: 'noc' });
  kicked = [];
  standIn = 'hook';
  deps = {
    ...world.announceDeps,
    fallback: {
      of: (channel) => (channel === 'noc' ? standIn : undefined),
      routed: (channel) => routedElsewhere(world.set.root, channel),
      kick: async (channels) => void kicked.push(...channels),
    },
  };
  await forgetEarlier(store);
});

async function trouble(over = {}): Promise<number> {
  world.answers([aService('Exchange')]);
  await world.poll();
  world.answers([aService('Exchange', { openIssues: [`EX${n}`] }), anIssue(`EX${n}`, over)]);
  await world.poll();
  const [incident] = await store.incidents({ subject: `issue:EX${n}` });
  return incident?.id ?? 0;
}

async function tell(kind = 'recorder'): Promise<void> {
  await drainChannel({ ...world.noc.channel, kind }, deps);
  await drainChannel(world.hook.channel, deps);
}

const down = (code: FaultCode) => ({ error: new Fault(code, 'Nobody answers at noc.') });
const lines = async (id: number) => (await store.timeline(id)).map(({ text }) => text);

describe('a channel that another one stands in for', () => {
  it('cannot be reached twice: the incident is told elsewhere within seconds, with the reason, and here when it is back', async () => {
    const id = await trouble();
    world.noc.fail.push(
      down('channel.unreachable'),
      down('channel.unreachable'),
      down('channel.unreachable'),
    );
    await tell();
    expect(world.hook.cards()).toEqual([]);
    world.wait(2 * SECOND);
    await tell();
    expect(world.hook.cards()).toHaveLength(1);
    expect(kicked).toEqual(['hook']);
    expect(await lines(id)).toContain('Told in hook too: noc does not take messages: Nobody answers at noc.');
    world.wait(10 * MINUTE);
    await tell();
    world.wait(10 * MINUTE);
    await tell();
    expect(world.noc.cards()).toHaveLength(1);
    expect(world.noc.cards()[0]).toMatch(/late/);
    expect(world.hook.cards()).toHaveLength(1);
  });

  it('refuses: it is told elsewhere at once, and so is what comes while it is left alone', async () => {
    await trouble();
    world.noc.fail.push(down('channel.refused'));
    await tell();
    // With it the alarm about the channel itself, which nobody would hear there.
    expect(world.hook.cards()).toEqual([
      expect.stringContaining(`(EX${n})`),
      expect.stringContaining('Channel noc refuses messages'),
    ]);
    n += 1;
    const second = await aWorld({ store, key: `contoso/service-health/${n}` });
    second.set.root = aRoute({ channel: 'noc' });
    second.answers([aService('Exchange')]);
    await second.poll();
    second.answers([anIssue(`EX${n}`)]);
    await second.poll();
    await tell();
    expect(world.hook.cards()).toHaveLength(3);
    expect(world.noc.calls).toEqual(['post']);
  });

  it('shows the incident already: a failed edit is no reason to tell it elsewhere', async () => {
    await trouble();
    await tell();
    expect(world.noc.cards()).toHaveLength(1);
    world.noc.fail.push(down('channel.refused'));
    world.answers([anIssue(`EX${n}`, { classification: 'advisory' })]);
    await world.poll();
    await tell();
    expect(world.hook.cards()).toEqual([]);
  });

  it('is carried by what is itself in an incident: what is bad is told in both', async () => {
    await trouble({ service: 'Microsoft Teams', serviceId: 'microsoftteams' });
    await tell('teams');
    expect(world.noc.cards()).toHaveLength(1);
    expect(world.hook.cards()).toHaveLength(1);
  });

  it('is named by the route alone: what came that way is told there', async () => {
    standIn = undefined;
    world.set.root = aRoute({ channel: 'noc', fallback: 'hook' });
    await trouble();
    world.noc.fail.push(down('channel.refused'));
    await tell();
    expect(world.hook.cards()).toContainEqual(expect.stringContaining(`(EX${n})`));
  });

  it('is named by the route and by the channel: the route, which knows what it carries, is believed', async () => {
    standIn = 'attic';
    world.set.root = aRoute({ channel: 'noc', fallback: 'hook' });
    const id = await trouble();
    world.noc.fail.push(down('channel.refused'));
    await tell();
    expect((await store.incident(id))?.destinations.map(({ channel }) => channel)).toEqual(['noc', 'hook']);
  });

  it('works: nothing is told elsewhere', async () => {
    await trouble();
    await tell();
    expect([world.noc.cards().length, world.hook.cards().length]).toEqual([1, 0]);
  });
});
