import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { actOn } from '../../src/engine/act.js';
import { drainChannel } from '../../src/engine/announce.js';
import { escalate } from '../../src/engine/escalate.js';
import type { EscalateDeps } from '../../src/engine/escalate/deps.js';
import { Fault } from '../../src/lib/fault.js';
import type { Person } from '../../src/model/person.js';
import type { Escalation } from '../../src/model/schedule.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { Store } from '../../src/store/store.js';
import { T0 } from '../support/builders.js';
import { escalating } from '../support/escalating.js';
import { aPerson, aSchedule } from '../support/on-call.js';
import { memoryStore } from '../support/record.js';
import {
  anIssue,
  aRoute,
  aService,
  aWorld,
  forgetEarlier,
  recorder,
  type Recorder,
  type World,
} from '../support/world.js';

const POLICY: Escalation = {
  name: 'voice',
  steps: [
    { notify: [{ kind: 'schedule', name: 'voice' }], wait: 5 * MINUTE },
    { notify: [{ kind: 'person', name: 'carol' }], wait: 10 * MINUTE },
  ],
  repeat: 1,
};

let store: Store;
let world: World;
let people: Person[];
let phones: Record<string, Recorder>;
let deps: EscalateDeps;
let n = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  n += 1;
  world = await aWorld({ store, key: `contoso/service-health/${n}` });
  world.set.root = aRoute({ escalation: 'voice' });
  await forgetEarlier(store);
  people = [
    aPerson('alice', {
      slack: 'U-alice',
      email: 'alice@contoso.test',
      notify: [
        { via: 'slack', after: 0, severities: [] },
        { via: 'email', after: 2 * MINUTE, severities: [] },
      ],
    }),
    aPerson('carol', { slack: 'U-carol' }),
  ];
  phones = Object.fromEntries(
    ['@alice/slack', '@alice/email', '@carol/slack'].map((name) => [
      name,
      recorder(name, { find: true, edit: !name.endsWith('email') }),
    ]),
  );
  deps = escalating(world, {
    people: () => people,
    schedules: [aSchedule('voice', ['alice'])],
    escalations: [POLICY],
    reachable: ['noc', ...Object.keys(phones)],
  });
});

const id = `EX`;
const subject = (): string => `issue:${id}${n}`;
const theIncident = async () => {
  const [incident] = await store.incidents({ subject: subject() });
  if (incident === undefined) throw new Error('no incident');
  return incident;
};

/** A problem that Microsoft posts now; the poll before was well. */
async function trouble(): Promise<number> {
  world.answers([aService('Exchange')]);
  await world.poll();
  world.answers([aService('Exchange', { openIssues: [`${id}${n}`] }), anIssue(`${id}${n}`)]);
  await world.poll();
  return (await theIncident()).id;
}

/** Everything that is due: steps, then cards and pages. */
async function settle(): Promise<void> {
  await escalate((await theIncident()).id, deps);
  await world.announce();
  for (const { channel } of Object.values(phones))
    await drainChannel(
      channel.update === undefined ? { ...channel, sparing: true } : channel,
      world.announceDeps,
    );
}

const heard = (): string[] =>
  Object.entries(phones).flatMap(([name, phone]) => phone.calls.map((call) => `${name} ${call}`));

const actAs = (name: string, id: number, act: Parameters<World['act']>[1]) =>
  actOn(
    id,
    act,
    { name, via: 'slack' },
    { store, clock: { now: () => world.now(), real: (ms) => ms }, kick: async () => undefined },
  );

describe('an escalation on the record', () => {
  it('calls who is on, by each way in its time, then the next, and shows everybody that somebody has it', async () => {
    const incident = await trouble();
    await settle();
    expect(heard()).toEqual(['@alice/slack post']);
    world.wait(2 * MINUTE);
    await settle();
    expect(heard()).toEqual(['@alice/slack post', '@alice/email post']);
    world.wait(3 * MINUTE);
    await settle();
    expect(heard()).toEqual(['@alice/slack post', '@alice/email post', '@carol/slack post']);
    world.wait(MINUTE);
    await world.act(incident, { do: 'ack' });
    await settle();
    expect(heard()).toEqual([
      '@alice/slack post',
      '@alice/slack edit',
      '@alice/email post',
      '@alice/email post',
      '@carol/slack post',
      '@carol/slack edit',
    ]);
    expect(phones['@alice/slack']?.cards()[0]).toMatch(/^firing acknowledged/);
    world.wait(HOUR);
    await settle();
    expect(heard()).toHaveLength(6);
    const lines = (await store.timeline(incident)).map(({ text }) => text);
    expect(lines).toContain('Called alice (on call in voice, layer 1): step 1 of 2 of voice.');
    expect(lines).toContain('Called carol (by name): step 2 of 2 of voice.');
  });

  it('does not send what is no longer needed, and says why', async () => {
    const incident = await trouble();
    await settle();
    world.wait(MINUTE);
    await world.act(incident, { do: 'ack' });
    await settle();
    world.wait(5 * MINUTE);
    await settle();
    expect(heard()).toEqual(['@alice/slack post', '@alice/slack edit']);
    const pages = await store.pages({ incident });
    expect(pages.map(({ channel, state, dropped }) => [channel, state, dropped])).toEqual([
      ['@alice/slack', 'told', undefined],
      ['@alice/email', 'dropped', 'acknowledged by alice before it was due'],
    ]);
  });

  it('is the same however often each step runs, and whatever was cut off in the middle', async () => {
    await trouble();
    const phone = phones['@alice/slack'];
    phone?.fail.push({ error: new Fault('channel.unknown-outcome', 'the answer was lost'), lost: true });
    await Promise.all([escalate((await theIncident()).id, deps), escalate((await theIncident()).id, deps)]);
    await settle();
    world.wait(10_000);
    await settle();
    await settle();
    expect(phone?.cards()).toHaveLength(1);
    expect((await store.pages({ incident: (await theIncident()).id })).map(({ channel }) => channel)).toEqual(
      ['@alice/slack', '@alice/email'],
    );
  });

  it('begins anew when it is given back', async () => {
    const incident = await trouble();
    await settle();
    await world.act(incident, { do: 'ack' });
    await settle();
    world.wait(MINUTE);
    await world.act(incident, { do: 'unack' });
    await settle();
    expect(phones['@alice/slack']?.calls).toEqual(['post', 'edit', 'edit', 'post']);
    const [row] = await store.escalations(incident);
    expect(row?.state).toMatchObject({ run: 2, state: 'running', step: 1 });
  });

  it('goes on until as many different people have acknowledged as it wants, and calls those who have not', async () => {
    const policy = { ...POLICY, acknowledgements: 2 };
    deps = { ...deps, escalations: () => [policy] };
    const incident = await trouble();
    await settle();
    // Pressed twice by one is one.
    await actAs('alice', incident, { do: 'ack' });
    await settle();
    await actAs('alice', incident, { do: 'ack' });
    world.wait(5 * MINUTE);
    await settle();
    expect(heard().filter((call) => call.endsWith('post'))).toEqual([
      '@alice/slack post',
      '@carol/slack post',
    ]);
    expect(phones['@carol/slack']?.shown()).toContain('carol, you are called: ');
    await actAs('carol', incident, { do: 'ack' });
    world.wait(HOUR);
    await settle();
    expect(heard().filter((call) => call.endsWith('post'))).toHaveLength(2);
    const [row] = await store.escalations(incident);
    expect(row?.state).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'carol', needed: 2 });
    expect((await store.timeline(incident)).map(({ text }) => text)).toContain(
      '1 of 2 have acknowledged (alice): voice goes on.',
    );
    expect((await store.pages({ incident })).map(({ channel, dropped }) => [channel, dropped])).toEqual([
      ['@alice/slack', undefined],
      ['@alice/email', 'acknowledged by alice before it was due'],
      ['@carol/slack', undefined],
    ]);
  });

  it('reminds whoever has it and has not resolved it, and says so where nobody can be reminded', async () => {
    deps = { ...deps, escalations: () => [{ ...POLICY, renotify: 2 * HOUR }] };
    const incident = await trouble();
    await settle();
    await actAs('alice', incident, { do: 'ack' });
    await settle();
    world.wait(2 * HOUR);
    await settle();
    await settle();
    expect(phones['@alice/slack']?.calls.filter((call) => call === 'post')).toHaveLength(2);
    expect(phones['@alice/slack']?.shown()).toContain(
      'alice, you have it, and it is still not resolved: resolve it, snooze it, or give it back.',
    );
    await actAs('cli', incident, { do: 'ack' });
    await settle();
    world.wait(2 * HOUR);
    await settle();
    const lines = (await store.timeline(incident)).map(({ text }) => text);
    expect(lines).toContain('Reminded alice (has it): still not resolved.');
    expect(lines).toContain(
      'Nobody was reminded that it is still not resolved: cli is not listed under people.',
    );
  });

  it('waits while the incident is silenced, and calls when the silence is over', async () => {
    const incident = await trouble();
    await world.act(incident, { do: 'silence', durationMs: HOUR, comment: 'known' });
    await settle();
    expect(heard()).toEqual([]);
    world.wait(HOUR + MINUTE);
    await settle();
    expect(heard()).toEqual(['@alice/slack post']);
  });

  it('goes to the next step at once when it reaches nobody, and says so', async () => {
    people = people.filter(({ name }) => name !== 'alice');
    const incident = await trouble();
    await settle();
    expect(heard()).toEqual(['@carol/slack post']);
    expect((await store.timeline(incident)).map(({ text }) => text)).toContain(
      'Nobody was called at step 1 of 2 of voice: nobody is on call in voice: no layer has anybody at this time.',
    );
  });

  it('pages nobody for what was there at the first poll', async () => {
    world.answers([anIssue(`${id}${n}`)]);
    await world.poll();
    await settle();
    expect(heard()).toEqual([]);
  });

  it('drops a way that leads nowhere, and says so', async () => {
    people = [
      aPerson('alice', { notify: [{ via: 'fax', after: 0, severities: [] }] }),
      aPerson('carol', { slack: 'U-carol' }),
    ];
    const incident = await trouble();
    await settle();
    expect((await store.pages({ incident })).map(({ state, dropped }) => [state, dropped])).toEqual([
      ['dropped', 'there is no channel fax'],
    ]);
  });

  it('an override wins', async () => {
    await store.addOverride({
      schedule: 'voice',
      person: 'carol',
      from: T0,
      to: T0 + 365 * 24 * HOUR,
      author: 'lead',
      comment: '',
      at: T0,
    });
    await trouble();
    await settle();
    expect(heard()).toEqual(['@carol/slack post']);
  });
});
