import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { openDesk } from '../../src/engine/desk.js';
import { escalate } from '../../src/engine/escalate.js';
import type { EscalateDeps } from '../../src/engine/escalate/deps.js';
import { openEars } from '../../src/engine/inbox.js';
import { pollOnce } from '../../src/engine/poll.js';
import { passTime } from '../../src/engine/pass-time.js';
import { silentLog } from '../../src/lib/log.js';
import type { Person } from '../../src/model/person.js';
import type { Escalation } from '../../src/model/schedule.js';
import { MINUTE } from '../../src/model/time.js';
import type { Store } from '../../src/store/store.js';
import { Death, mortal, type Doom } from '../support/mortal.js';
import { escalating } from '../support/escalating.js';
import { aPerson, aSchedule } from '../support/on-call.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aRoute, aService, aWorld, recorder, type Recorder } from '../support/world.js';
import { noBacktests } from '../support/no-backtests.js';

let store: Store;
let nights = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());

/** One night: what was heard, what is written, and how often the process died. */
interface Night {
  readonly heard: Readonly<Record<string, readonly string[]>>;
  readonly timeline: readonly string[];
  readonly pages: readonly string[];
  readonly died: number;
}

/**
 * Alice is called and does not answer, then Bob, who acknowledges in Teams, gives it back, and the trouble ends. The process dies
 * in each step as it is doomed to; what comes after it begins with nothing but the record.
 */
async function night(doom: Doom | undefined): Promise<Night> {
  const tag = `-${(nights += 1)}x`;
  const life = mortal();
  const world = await aWorld({ store, key: `contoso${tag}/service-health` });
  world.set.root = aRoute({ channel: `noc${tag}`, escalation: `voice${tag}` });
  const kept = life.wrap(store);
  const shared = { store: kept, clock: { now: () => world.now(), real: (ms: number) => ms } };
  const [alice, bob] = [person(`alice${tag}`, ['slack', 'email']), person(`bob${tag}`, ['teams'])];
  const people = [alice, bob];
  const ends = [`noc${tag}`, `@alice${tag}/slack`, `@alice${tag}/email`, `@bob${tag}/teams`].map(anEnd);
  const root = (): typeof world.set.root => world.set.root;
  const schedule = aSchedule(`voice${tag}`, [alice.name]);
  const deps: EscalateDeps = {
    ...escalating(world, {
      people: () => people,
      schedules: [schedule],
      escalations: [policy(schedule.name, bob.name)],
      reachable: ends.map(({ channel }) => channel.name),
    }),
    ...shared,
  };
  const announceDeps: AnnounceDeps = { ...world.announceDeps, ...shared };
  const kick = async (): Promise<void> => undefined;
  const ears = openEars({
    store: kept,
    desk: openDesk({
      ...shared,
      kick,
      tenants: () => [],
      sources: () => [],
      channels: () => [],
      rules: () => [],
      backtest: noBacktests,
      schedules: () => [schedule],
      roster: deps.roster,
    }),
    log: silentLog,
    url: '',
    people: () => people,
    metrics: { commanded: () => undefined },
  });
  const theId = async (): Promise<number> =>
    (await store.incidents({ subject: `issue:EX${tag}`, limit: 1 }))[0]?.id ?? 0;
  /** What a process does by itself: it looks at the record for whatever is due. */
  const work = async (): Promise<void> => {
    await passTime({ ...shared, kick });
    const own = await theId();
    const due = await kept.escalationsDue(world.now(), 0, 10_000);
    if (due.includes(own)) await escalate(own, deps);
    for (const { channel } of ends) await drainChannel(life.wrap(channel), announceDeps);
  };
  const poll = async (): Promise<void> => {
    await pollOnce(world.source, { ...world.pollDeps, ...shared, root });
  };
  // The platform tells whoever presses that nobody answered: they press again.
  const bobSays = async (words: string): Promise<void> => {
    const { ok } = await ears.answer(
      `${words} INC-${await theId()}`,
      { platform: 'teams', id: bob.teams ?? '', name: 'Bob' },
      { button: true },
    );
    if (!ok) throw new Death();
  };

  const heard: Record<string, string[]> = {};
  let died = 0;
  const step = async (name: string, act: () => Promise<void>): Promise<void> => {
    for (const end of doom === undefined ? [undefined] : [doom, undefined]) {
      life.live(end);
      try {
        await act();
        await work();
        await work();
        break;
      } catch (error) {
        if (!(error instanceof Death)) throw error;
        died += 1;
        await store.releaseAll();
      }
    }
    heard[name] = ends.flatMap((end) =>
      (end.channel.update === undefined ? once(end.cards()) : end.cards()).map((card) =>
        `${end.channel.name}: ${once(card.split(' | ')).join(' | ')}`.replaceAll(tag, ''),
      ),
    );
  };
  const later = (minutes: number) => async (): Promise<void> => world.wait(minutes * MINUTE);
  const nothing = async (): Promise<void> => undefined;

  world.answers([aService('Exchange')]);
  await step('well', poll);
  await later(1)();
  world.answers([aService('Exchange'), anIssue(`EX${tag}`)]);
  await step('called', poll);
  await later(2)();
  await step('no answer: by mail', nothing);
  await later(3)();
  await step('no answer: the second person', nothing);
  await later(1)();
  await step('acknowledged in Teams', () => bobSays('ack'));
  await later(20)();
  await step('quiet', nothing);
  await step('given back', () => bobSays('unack'));
  await later(2)();
  world.answers([aService('Exchange'), anIssue(`EX${tag}`, OVER)]);
  await step('resolved', poll);
  await later(30)();
  await step('over', nothing);

  const id = await theId();
  return {
    heard,
    died,
    timeline: (await store.timeline(id)).map(({ kind, text }) => `${kind} ${text}`.replaceAll(tag, '')),
    pages: (await store.pages({ incident: id })).map(({ key, state, dropped = '' }) =>
      `${key.replace(/^\d+/, '')} ${state} ${dropped}`.replaceAll(tag, ''),
    ),
  };
}

const OVER = { active: false, level: 'ok', status: 'serviceRestored', statusText: 'Service restored' };

function policy(schedule: string, second: string): Escalation {
  return {
    name: schedule,
    steps: [
      { notify: [{ kind: 'schedule', name: schedule }], wait: 5 * MINUTE },
      { notify: [{ kind: 'person', name: second }], wait: 10 * MINUTE },
    ],
    repeat: 1,
  };
}

function person(name: string, ways: readonly ('slack' | 'teams' | 'email')[]): Person {
  return aPerson(name, {
    ...Object.fromEntries(ways.map((way) => [way, `${way} of ${name}`])),
    notify: ways.map((via, i) => ({ via, after: i * 2 * MINUTE, severities: [] })),
  });
}

/** Mail cannot be changed or looked for, and is sparing. */
function anEnd(name: string): Recorder {
  if (!name.endsWith('email')) return recorder(name, { find: true });
  const mail = recorder(name, { edit: false });
  return { ...mail, channel: { ...mail.channel, sparing: true } };
}

/** A message that cannot be looked for may come again when nobody knows whether it arrived. */
function once(list: readonly string[]): string[] {
  return list.filter((item, i) => item !== list[i - 1]);
}

const CARD = 'Exchange Online: Some users cannot open their mailboxes (EX)';

it('calls one, then the next, and shows everybody who has it, that it was given back, and that it is over', async () => {
  const { heard, timeline, pages } = await night(undefined);
  const people = (when: string): readonly string[] | undefined =>
    heard[when]?.filter((line) => line.startsWith('@')).map((line) => line.replace(` ${CARD}`, ''));
  expect(people('called')).toEqual(['@alice/slack: firing major']);
  expect(people('no answer: by mail')).toEqual(['@alice/slack: firing major', '@alice/email: firing major']);
  expect(people('no answer: the second person')).toEqual([
    '@alice/slack: firing major',
    '@alice/email: firing major',
    '@bob/teams: firing major',
  ]);
  expect(heard['no answer: the second person']?.[0]).toMatch(
    / \| Called bob \(by name\): step 2 of 2 of voice\.$/,
  );
  expect(people('acknowledged in Teams')).toEqual([
    '@alice/slack: firing acknowledged',
    '@alice/email: firing major',
    '@alice/email: firing acknowledged',
    '@bob/teams: firing acknowledged',
  ]);
  expect(heard['acknowledged in Teams']?.[0]).toMatch(/^noc: firing acknowledged .* \| Acknowledged\.$/);
  expect(people('quiet')).toEqual(people('acknowledged in Teams'));
  expect(people('given back')?.filter((line) => line === '@alice/slack: firing major')).toHaveLength(2);
  expect(people('resolved')?.filter((line) => line === '@bob/teams: resolved resolved')).toHaveLength(1);
  expect(people('over')).toEqual(people('resolved'));
  expect(timeline.slice(1, 6)).toEqual([
    'called Called alice (on call in voice, layer 1): step 1 of 2 of voice.',
    'called Called bob (by name): step 2 of 2 of voice.',
    'acknowledged Acknowledged by bob.',
    'unacknowledged bob gave it back.',
    'called Called alice (on call in voice, layer 1): step 1 of 2 of voice.',
  ]);
  expect(pages.at(-1)).toBe('/2/0/0/schedule:voice/alice/1 dropped resolved by microsoft before it was due');
});

it('is heard the same when the process is killed in each step, whatever it was about to do or had just done', async () => {
  const { died: _, ...smooth } = await night(undefined);
  let deaths = 0;
  // Each of a hundred calls would be a minute of nights; every twelfth is another place of each step.
  for (let call = 2; ; call += 12) {
    const { died, ...rough } = await night({ call, done: call % 2 === 0 });
    if (died === 0) break;
    deaths += died;
    expect(rough).toEqual(smooth);
  }
  expect(deaths).toBeGreaterThan(40);
});
