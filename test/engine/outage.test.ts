import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { teams } from '../../adapters/teams/index.js';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { openPace } from '../../src/engine/pace.js';
import { silentLog } from '../../src/lib/log.js';
import { MINUTE, SECOND } from '../../src/model/time.js';
import type { Adapter, Channel } from '../../src/notify/adapter.js';
import { startConnector, type Connector } from '../support/connector.js';
import { anIssue, aRoute, aService, aWorld, type World } from '../support/world.js';

/** The engine's sweep. */
const SWEEP = 5 * SECOND;
const critical = { status: 'serviceInterruption', level: 'critical' };

describe.each([
  ['answers 503', 503],
  ['throttles', 429],
])('Teams %s for ten minutes', (_words, status) => {
  let connector: Connector;
  let adapter: Adapter;
  let world: World;
  let deps: AnnounceDeps;
  let noc: Channel;

  beforeAll(async () => {
    [connector, world] = await Promise.all([startConnector(), aWorld()]);
    adapter = await teams.open(teams.settings?.parse({ insecureLocal: true }), {
      log: silentLog,
      now: () => world.now(),
      publicUrl: '',
    });
    noc = adapter.channel('noc-teams', { conversation: connector.conversation, serviceUrl: connector.url });
    world.set.root = aRoute({ channel: 'noc-teams' });
    const fallback = {
      of: (channel: string) => (channel === 'noc-teams' ? 'noc' : undefined),
      routed: () => false,
    };
    deps = {
      ...world.announceDeps,
      pace: openPace({ now: () => world.now(), real: (ms) => ms }),
      fallback: { ...fallback, kick: async () => undefined },
    };
    world.answers([aService('Exchange')]);
    await world.poll();
  });
  afterAll(async () => {
    await adapter.close();
    await Promise.all([connector.close(), world.close()]);
  });

  /** Lives through `ms` as the engine does: each channel when something is due there, and at every sweep. */
  async function live(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const end = world.now() + ms;
    while (world.now() < end && !isOver()) {
      const dues = [await drainChannel(noc, deps), await drainChannel(world.noc.channel, deps)];
      const next = Math.min(...dues.map((due) => due ?? Infinity), world.now() + SWEEP, end);
      world.wait(Math.max(next - world.now(), 100));
    }
  }

  const inSlack = (id: string): boolean => world.noc.cards().some((card) => card.includes(`(${id})`));
  const shown = (): string[] => connector.posts().map(({ activity }) => JSON.stringify(activity));

  it('has what is critical in Slack within 15 seconds, with the reason, and is right within a minute of its return', async () => {
    world.answers([anIssue('EX1')]);
    await world.poll();
    await live(30 * SECOND);
    expect(shown()).toHaveLength(1);

    connector.down(status);
    const down = world.now();
    for (const [at, id] of [
      [0, 'EX2'],
      [3 * MINUTE, 'EX3'],
      [7 * MINUTE, 'EX4'],
    ] as const) {
      await live(down + at - world.now());
      const known = ['EX2', 'EX3', 'EX4'].filter((one) => one <= id);
      world.answers([anIssue('EX1', critical), ...known.map((one) => anIssue(one, critical))]);
      await world.poll();
      const seen = world.now();
      await live(MINUTE, () => inSlack(id));
      expect(world.now() - seen).toBeLessThanOrEqual(15 * SECOND);
      const [incident] = await world.store.incidents({ subject: `issue:${id}` });
      const lines = (await world.store.timeline(incident?.id ?? 0)).map(({ text }) => text);
      expect(lines.join()).toMatch(/Told in noc too: noc-teams does not take messages: Teams answered/);
    }
    await live(down + 10 * MINUTE - world.now());
    expect(shown()).toHaveLength(1);

    connector.down(undefined);
    await live(MINUTE);
    // Beside them stands what was said of the channel itself.
    const cards = shown().filter((card) => /\(EX\d\)/.test(card));
    for (const id of ['EX1', 'EX2', 'EX3', 'EX4'])
      expect(cards.filter((card) => card.includes(`(${id})`) && card.includes('CRITICAL'))).toHaveLength(1);
    expect(cards.filter((card) => /sent \d+ min late/.test(card))).toHaveLength(4);
  });
});
