import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import { noteShiftChanges } from '../../src/engine/shift-change.js';
import { Fault } from '../../src/lib/fault.js';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import type { Schedule } from '../../src/model/schedule.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { T0 } from '../support/builders.js';
import { aRoster, aSchedule } from '../support/on-call.js';
import { anIssue, aRoute, aService, aWorld, recorder, type Recorder, type World } from '../support/world.js';

const VOICE: Schedule = { ...aSchedule('voice', ['alice', 'bob'], { unit: 'day' }), channel: 'noc' };

let world: World;
let customer: Recorder;
let schedule = VOICE;

beforeAll(async () => {
  world = await aWorld();
  world.set.root = aRoute({
    routes: [
      aRoute({ channel: 'fabrikam', matchers: [parseMatcher('tenant="fabrikam"')] }),
      aRoute({ channel: 'noc' }),
    ],
  });
  customer = recorder('fabrikam');
});
afterAll(() => world.close());

const roster = async () => aRoster(['alice', 'bob'], await world.store.overrides(T0 - 40 * DAY));
const schedules = () => [schedule];

/** What a process does from time to time. */
async function pass(channel = world.noc): Promise<void> {
  const clock = { now: () => world.now(), real: (ms: number) => ms };
  await noteShiftChanges({ store: world.store, clock, schedules, roster });
  await drainChannel(channel.channel, {
    ...world.announceDeps,
    shifts: {
      schedules,
      roster,
      matches,
      root: () => world.set.root,
      tenants: () => ['contoso', 'fabrikam'],
    },
  });
}
const notices = (channel = world.noc): readonly string[] =>
  channel.messages.filter(({ topic }) => topic.startsWith('handover:')).map(({ card }) => card.title);

it('tells the channel once who takes over, and what there is to know, also after a failure', async () => {
  world.answers([aService('Exchange')]);
  await world.poll();
  world.answers([
    aService('Exchange', { openIssues: ['EX1', 'EX2'] }),
    anIssue('EX1', { nextUpdateBy: new Date(T0 + 2 * HOUR).toISOString() }),
    anIssue('EX2', { title: 'Mail is late' }),
  ]);
  await world.poll();
  const [second] = await world.store.incidents({ subject: 'issue:EX2' });
  await world.act(second?.id ?? 0, { do: 'silence', durationMs: 12 * HOUR, comment: 'known' });
  await world.announce();
  // The first look is no change.
  await pass();
  expect(notices()).toEqual([]);
  world.wait(6 * HOUR - MINUTE);
  await pass();
  expect(notices()).toEqual([]);
  world.wait(MINUTE);
  world.noc.fail.push({ error: new Fault('channel.unreachable', 'no network') });
  await pass();
  world.wait(5 * MINUTE);
  await pass();
  await pass();
  expect(new Set(notices())).toEqual(new Set(['voice: bob takes over from alice']));
  expect(world.noc.cards().filter((card) => card.includes('takes over'))).toHaveLength(1);
  const said = world.noc.shown();
  expect(said).toMatch(/voice: bob until .*2026-11-22 09:00.*, then alice/);
  expect(said).toMatch(/2 incidents opened and 0 resolved since .*2026-11-20 09:00/);
  expect(said).toMatch(/EX1 .* · next update by .*05:00.*, overdue/);
  expect(said).toMatch(/#1 .* until .*15:00.* · alice: known · holds back INC-\d+/);
});

it('tells of an override as of any other change', async () => {
  const at = world.now();
  await world.store.addOverride({
    schedule: 'voice',
    person: 'alice',
    from: at,
    to: at + HOUR,
    author: 'alice',
    comment: '',
    at,
  });
  await pass();
  world.wait(HOUR);
  await pass();
  expect(notices().slice(-2)).toEqual([
    'voice: alice takes over from bob',
    'voice: bob takes over from alice',
  ]);
});

it('shows a customer’s channel nothing of others', async () => {
  schedule = { ...VOICE, name: 'fabrikam', channel: 'fabrikam' };
  await pass(customer);
  world.wait(DAY);
  await pass(customer);
  expect(notices(customer)).toEqual(['fabrikam: alice takes over from bob']);
  expect(customer.shown()).toContain('Nothing is open, nothing is silenced');
});
