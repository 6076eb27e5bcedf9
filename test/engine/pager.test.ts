import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pagerduty } from '../../adapters/pagerduty/index.js';
import { drainChannel } from '../../src/engine/announce.js';
import { silentLog } from '../../src/lib/log.js';
import { parseMatcher } from '../../src/lib/matchers.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { Adapter, Channel } from '../../src/notify/adapter.js';
import { ROUTING_KEY, startPagerDuty, type PagerDuty } from '../support/pagerduty.js';
import { anIssue, aRoute, aService, aWorld, type World } from '../support/world.js';

let pager: PagerDuty;
let adapter: Adapter;
let channel: Channel;
let world: World;

beforeAll(async () => {
  pager = await startPagerDuty();
  world = await aWorld();
  world.set.root = aRoute({ channel: 'pd' });
  adapter = await pagerduty.open(undefined, {
    log: silentLog,
    now: () => world.now(),
    publicUrl: 'https://tocsin.example',
  });
  channel = adapter.channel('pd', { routingKey: ROUTING_KEY, url: pager.url });
});
afterAll(async () => {
  await adapter.close();
  await world.close();
  await pager.close();
});

const well = [aService('Exchange')];
const ill = [aService('Exchange', { openIssues: ['EX1'] }), anIssue('EX1')];
const over = { active: false, level: 'ok', status: 'serviceRestored', statusText: 'Service restored' };
const ended = [aService('Exchange'), anIssue('EX1', over)];

async function turn(minutes: number, facts: readonly ReturnType<typeof anIssue>[]): Promise<void> {
  world.wait(minutes * MINUTE);
  world.answers(facts);
  await world.poll();
  await drainChannel(channel, world.announceDeps);
}

const states = (): string[] => pager.alerts().map(({ state }) => state);

it('a pager is not told what was open before, wakes once, and wakes again for what comes back unless it is silenced', async () => {
  await turn(0, [...well, anIssue('EX9')]);
  expect(pager.events).toEqual([]);
  await turn(1, ill);
  expect(states()).toEqual(['triggered']);
  const [incident] = await world.store.incidents({ subject: 'issue:EX1' });
  await world.act(incident?.id ?? 0, { do: 'ack' });
  await turn(1, ill);
  expect(states()).toEqual(['acknowledged']);
  await turn(1, ended);
  expect(states()).toEqual(['resolved']);
  await world.store.addSilence({
    matchers: [parseMatcher('subject="issue:EX1"')],
    startsAt: world.now(),
    endsAt: world.now() + HOUR / 2,
    author: { name: 'alice', via: 'slack' },
    comment: 'known',
  });
  await turn(5, ill);
  expect(states()).toEqual(['resolved']);
  await turn(31, ill);
  expect(states()).toEqual(['resolved', 'triggered']);
});
