import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { openPace } from '../../src/engine/pace.js';
import { Fault } from '../../src/lib/fault.js';
import { MINUTE, SECOND, type Instant } from '../../src/model/time.js';
import type { Act, Channel, Rate } from '../../src/notify/adapter.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aRoute, aService, aWorld, forgetEarlier, type World } from '../support/world.js';

let store: Store;
let world: World;
let deps: AnnounceDeps;
let noc: Channel;
let n = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  n += 1;
  world = await aWorld({ store, key: `contoso/service-health/${n}` });
  world.set.root = aRoute({ channel: 'noc' });
  deps = { ...world.announceDeps, pace: openPace({ now: () => world.now(), real: (ms) => ms }) };
  noc = { ...world.noc.channel, rates };
  await forgetEarlier(store);
});

/** One message a second, two edits a minute, and an edit of each card every three seconds. */
function rates(act: Act, ref: unknown): readonly Rate[] {
  if (act !== 'edit')
    return [{ scope: 'noc', windows: [{ max: 1, perMs: SECOND }], says: 'one message a second here' }];
  return [
    { scope: 'edits', windows: [{ max: 2, perMs: MINUTE }], says: 'two edits a minute here' },
    {
      scope: `card/${JSON.stringify(ref)}`,
      windows: [{ max: 1, perMs: 3 * SECOND }],
      says: 'one edit a card',
    },
  ];
}

const id = (letter: string): string => `${letter}${n}`;
const issues = (...letters: readonly string[]) => letters.map((letter) => anIssue(id(letter)));

async function known(facts: readonly ReturnType<typeof anIssue>[] = []): Promise<void> {
  world.answers([aService('Exchange')]);
  await world.poll();
  if (facts.length > 0) await news(...facts);
}

async function news(...facts: readonly ReturnType<typeof anIssue>[]): Promise<void> {
  world.answers([aService('Exchange'), ...facts]);
  await world.poll();
}

const heldBack = async (): Promise<string[]> =>
  (await store.deliveries({ channel: 'noc' }))
    .filter(({ outcome }) => outcome === 'held')
    .map(({ reason }) => reason);

const drain = (): Promise<Instant | undefined> => drainChannel(noc, deps);

/** Which issues the cards are about, in the order in which they came. */
const told = (): string[] =>
  world.noc.messages.map(({ card }) => /\((\w+)\)/.exec(card.title)?.[1] ?? card.title);

describe('a channel whose platform takes so much and no more', () => {
  it('is told one after the other, and says when the next may come', async () => {
    await known(issues('A', 'B', 'C'));
    const next = await drain();
    expect(world.noc.cards()).toHaveLength(1);
    expect(next).toBe(world.now() + SECOND);
    world.wait(999);
    expect(await drain()).toBe(world.now() + 1);
    expect(world.noc.cards()).toHaveLength(1);
    world.wait(1);
    await drain();
    world.wait(SECOND);
    await drain();
    expect(told().sort()).toEqual([id('A'), id('B'), id('C')]);
  });

  it('is told what is critical before what has waited longer', async () => {
    await known(issues('A', 'B'));
    await drain();
    await news(...issues('A', 'B'), anIssue(id('C'), { status: 'serviceInterruption', level: 'critical' }));
    world.wait(SECOND);
    await drain();
    expect(told()[1]).toBe(id('C'));
  });

  it('has a wait that takes its time in the deliveries once, and on the card when it comes late for it', async () => {
    await known(issues('A', 'B'));
    const before = (await heldBack()).length;
    await drain();
    expect((await heldBack()).slice(before)).toEqual([]);
    await news(...issues('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'));
    for (let tick = 0; tick < 6; tick += 1) {
      world.wait(SECOND);
      await drain();
    }
    expect((await heldBack()).slice(before)).toEqual(['rate: one message a second here']);
    world.wait(5 * MINUTE);
    await drain();
    expect(world.noc.cards().at(-1)).toContain('late');
    expect(world.noc.cards().at(-1)).toContain('one message a second here');
  });

  it('shows the newest state with one edit where several came within seconds', async () => {
    await known(issues('A'));
    await drain();
    world.wait(10 * SECOND);
    for (const status of ['verifyingService', 'investigationSuspended', 'serviceInterruption']) {
      await news(anIssue(id('A'), { status, statusText: status }));
      await drain();
      world.wait(500);
    }
    expect(world.noc.calls.filter((call) => call === 'edit')).toHaveLength(1);
    world.wait(3 * SECOND);
    await drain();
    expect(world.noc.calls.filter((call) => call === 'edit')).toHaveLength(2);
    expect(world.noc.shown()).toContain('Status: Service interruption');
  });

  it('takes new cards while its edits wait', async () => {
    await known(issues('A', 'B', 'C'));
    for (let tick = 0; tick < 12; tick += 1) {
      await drain();
      world.wait(SECOND);
    }
    const worse = { status: 'serviceInterruption' };
    await news(...['A', 'B', 'C'].map((letter) => anIssue(id(letter), worse)), anIssue(id('D')));
    for (let tick = 0; tick < 9; tick += 1) {
      await drain();
      world.wait(SECOND);
    }
    expect(world.noc.calls.filter((call) => call === 'edit')).toHaveLength(2);
    expect(told()).toContain(id('D'));
    world.wait(MINUTE);
    await drain();
    expect(world.noc.calls.filter((call) => call === 'edit')).toHaveLength(3);
  });

  it('counts from the answer, for nobody knows when the request arrived', async () => {
    const post: Channel['post'] = async (message) => {
      world.wait(700);
      return world.noc.channel.post(message);
    };
    await known(issues('A', 'B'));
    const next = await drainChannel({ ...noc, post }, deps);
    expect(next).toBe(world.now() + SECOND);
  });

  it('leaves nothing of a long thread out, and lets other cards pass it', async () => {
    await known(issues('A'));
    await drain();
    const [incident] = await store.incidents({ subject: `issue:${id('A')}` });
    for (const text of ['one', 'two', 'three']) await world.act(incident?.id ?? 0, { do: 'note', text });
    await news(...issues('A', 'B'));
    for (let tick = 0; tick < 8; tick += 1) {
      world.wait(SECOND);
      await drain();
    }
    const [first] = world.noc.cards();
    expect(['one', 'two', 'three'].filter((text) => first?.includes(text))).toHaveLength(3);
    expect(world.noc.cards()).toHaveLength(2);
  });
});

describe('a platform that lets short bursts pass', () => {
  const eased: Channel['rates'] = (act, ref) =>
    rates(act, ref).map((rate) => ({ ...rate, eased: true as const }));

  it('is told at once until it refuses, then as fast as it takes, and after a while at once again', async () => {
    const soft = { ...noc, rates: eased };
    await known(issues('A', 'B'));
    await drainChannel(soft, deps);
    expect(world.noc.cards()).toHaveLength(2);
    world.noc.fail.push({ error: new Fault('channel.throttled', 'Too fast.', { retryAfterMs: SECOND }) });
    await news(...issues('A', 'B', 'C', 'D', 'E'));
    await drainChannel(soft, deps);
    world.wait(SECOND);
    await drainChannel(soft, deps);
    expect(world.noc.cards()).toHaveLength(3);
    for (let tick = 0; tick < 2; tick += 1) {
      world.wait(SECOND);
      await drainChannel(soft, deps);
    }
    expect(world.noc.cards()).toHaveLength(5);
    world.wait(11 * MINUTE);
    await news(...issues('A', 'B', 'C', 'D', 'E', 'F', 'G'));
    await drainChannel(soft, deps);
    expect(world.noc.cards()).toHaveLength(7);
  });
});

describe('a channel whose answers do not come', () => {
  it('is left alone after the third in a row, each time for longer', async () => {
    await known(issues('A', 'B', 'C', 'D', 'E'));
    const lost = { error: new Fault('channel.unknown-outcome', 'No answer came.') };
    world.noc.fail.push(...Array.from({ length: 50 }, () => lost));
    const plain = { ...world.noc.channel };
    await drainChannel(plain, deps);
    const first = await drainChannel(plain, deps);
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(3);
    expect(first).toBe(world.now() + 5 * SECOND);
    for (let round = 0; round < 5; round += 1) {
      world.wait(MINUTE);
      await drainChannel(plain, deps);
    }
    const health = (await store.channels()).find(({ channel }) => channel === 'noc');
    expect(health).toMatchObject({ state: 'broken' });
    expect((health?.retryAt ?? 0) - world.now()).toBeGreaterThan(5 * SECOND);
  });
});
