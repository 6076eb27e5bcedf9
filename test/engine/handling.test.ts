import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, Incident } from '../../src/model/incident.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aService, aWorld, forgetEarlier, post, type World } from '../support/world.js';

let store: Store;
let world: World;
let n = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  n += 1;
  world = await aWorld({ store, key: `contoso/service-health/${n}` });
  for (const silence of await store.silences(0))
    await store.changeSilence(silence.id, { endsAt: 1, comment: '' });
  await store.noteSilencesOver((await store.silencesOver(world.now())).map(({ id }) => id));
  await forgetEarlier(store);
});

const well = [aService('Exchange')];
const issue = (over = {}) => [aService('Exchange', { openIssues: [`HX${n}`] }), anIssue(`HX${n}`, over)];
const newest = async (): Promise<Incident> => {
  const [found] = await store.incidents({ subject: `issue:HX${n}` });
  if (found === undefined) throw new Error('no incident');
  return found;
};
const history = async (): Promise<string[]> =>
  (await store.timeline((await newest()).id)).map(
    ({ kind, actor }) => `${kind} ${actor.name}${actor.via === 'engine' ? '' : `, ${actor.via}`}`,
  );
const open = async (): Promise<number> => {
  world.answers(well);
  await world.poll();
  world.answers(issue());
  await world.turn();
  return (await newest()).id;
};
const after = async (ms: number): Promise<void> => {
  world.wait(ms);
  await world.sweep();
  await world.announce();
};

describe('a snoozed incident', () => {
  it('is quiet, and comes back by itself with a noise when it still fires', async () => {
    const id = await open();
    await world.act(id, { do: 'snooze', durationMs: 2 * HOUR });
    await after(0);
    expect(world.noc.cards()[0]).toMatch(/^firing snoozed/);
    await after(HOUR);
    expect(world.noc.calls).toEqual(['post', 'edit', 'thread']);
    await after(HOUR);
    expect(await newest()).toMatchObject({ state: 'open' });
    expect(await newest()).not.toHaveProperty('snoozedUntil');
    expect(world.noc.cards()[0]).toMatch(
      /^firing major .*The snooze of alice is over.*is major now and nobody has it/,
    );
    expect(world.hook.calls).toEqual(['post', 'post']);
    await after(MINUTE);
    expect(world.noc.calls).toEqual(['post', 'edit', 'thread', 'edit', 'thread', 'thread']);
    expect(await history()).toEqual(['opened microsoft, source', 'snoozed alice, slack', 'woke tocsin']);
  });

  it('never comes back when it is over by then', async () => {
    const id = await open();
    await world.act(id, { do: 'snooze', durationMs: HOUR });
    world.answers(well);
    await world.turn();
    await after(2 * HOUR);
    expect(await newest()).toMatchObject({ state: 'resolved' });
    expect((await history()).at(-1)).toBe('resolved microsoft, source');
  });

  it('comes back at once when it gets worse', async () => {
    const id = await open();
    await world.act(id, { do: 'snooze', durationMs: 2 * HOUR });
    world.wait(MINUTE);
    world.answers(issue({ status: 'serviceInterruption' }));
    await world.turn();
    await world.announce();
    expect(await newest()).toMatchObject({ state: 'open', severity: 'critical' });
    expect(world.noc.cards()[0]).toMatch(/is critical now and nobody has it/);
  });

  it('waits for a silence before it makes a noise', async () => {
    const id = await open();
    await world.act(id, { do: 'snooze', durationMs: HOUR });
    await world.act(id, { do: 'silence', durationMs: 3 * HOUR, comment: '' });
    await after(2 * HOUR);
    expect(world.noc.cards()[0]).not.toMatch(/nobody has it/);
    await after(2 * HOUR);
    expect(world.noc.cards()[0]).toMatch(/is major now and nobody has it/);
  });
});

describe('an incident that gets worse', () => {
  it('makes a noise although somebody has it, and is offered again', async () => {
    const id = await open();
    await world.act(id, { do: 'ack' });
    await after(MINUTE);
    world.answers(issue({ status: 'serviceInterruption' }));
    await world.turn();
    await after(MINUTE);
    expect(world.noc.cards()[0]).toMatch(/^firing critical, acknowledged .*is critical now and alice has it/);
    await world.act(id, { do: 'ack' });
    expect((await history()).at(-1)).toBe('acknowledged alice, slack');
    await after(5 * HOUR);
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(1);
    expect(world.noc.cards()[0]).not.toMatch(/still critical/);
  });

  it('may be taken over by somebody else', async () => {
    const id = await open();
    await world.act(id, { do: 'ack' });
    await world.desk.act(id, { do: 'ack' }, { name: 'bob', via: 'teams' });
    expect(await newest()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'bob' });
  });
});

describe('whatever is done twice', () => {
  it.each([
    ['ack', { do: 'ack' }],
    ['unack', { do: 'unack' }],
    ['resolve', { do: 'resolve' }],
    ['snooze', { do: 'snooze', durationMs: HOUR }],
    ['note', { do: 'note', text: 'called the carrier' }],
    ['silence', { do: 'silence', durationMs: HOUR, comment: '' }],
  ] as const)('%s is done once', async (_name, act) => {
    const id = await open();
    await world.act(id, act);
    const once = { incident: await newest(), lines: await history(), silences: await store.silences(0) };
    world.wait(20_000);
    await world.act(id, act);
    expect(await newest()).toEqual(once.incident);
    expect(await history()).toEqual(once.lines);
    expect(await store.silences(0)).toEqual(once.silences);
  });
});

describe('a silence', () => {
  const carol: Actor = { name: 'carol', via: 'teams' };

  it('survives the end of the incident and holds back the next one', async () => {
    const id = await open();
    await world.act(id, { do: 'silence', durationMs: 12 * HOUR, comment: 'carrier' });
    await after(0);
    world.answers(well);
    await world.turn();
    await after(3 * HOUR);
    world.answers(issue());
    await world.turn();
    const again = await newest();
    expect(again.id).not.toBe(id);
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(1);
    await after(10 * HOUR);
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(2);
  });

  it('says on the card that it is over, once, and in whose name it was ended', async () => {
    const id = await open();
    await world.act(id, { do: 'silence', durationMs: HOUR, comment: '' });
    await after(2 * HOUR);
    await after(MINUTE);
    expect(await history()).toEqual([
      'opened microsoft, source',
      'silenced alice, slack',
      'unsilenced tocsin',
    ]);
    const silence = await store.addSilence({
      matchers: [{ name: 'subject', op: '=', value: `issue:HX${n}` }],
      startsAt: world.now(),
      endsAt: world.now() + DAY,
      author: carol,
      comment: '',
    });
    await world.desk.changeSilence(silence.id, { endsAt: world.now() + 2 * DAY, comment: 'longer' }, carol);
    await world.desk.endSilence(silence.id, carol);
    await after(3 * DAY);
    expect((await history()).slice(3)).toEqual(['silenced carol, teams', 'unsilenced carol, teams']);
  });

  it('that was set for an incident ends with it, and a wider one does not', async () => {
    const id = await open();
    const matchers = [{ name: 'tenant', op: '=', value: 'contoso' }] as const;
    await world.desk.setSilence({ matchers, durationMs: HOUR, comment: '' }, carol);
    await world.act(id, { do: 'silence', durationMs: HOUR, comment: '' });
    await world.act(id, { do: 'unsilence' });
    expect((await store.silences(world.now())).map(({ author }) => author.name)).toEqual(['carol']);
  });

  it('is changed, not doubled, when the same is silenced again', async () => {
    const matchers = [{ name: 'tenant', op: '=', value: 'contoso' }] as const;
    const first = await world.desk.setSilence({ matchers, durationMs: HOUR, comment: 'a' }, carol);
    const second = await world.desk.setSilence({ matchers, durationMs: 4 * HOUR, comment: '' }, carol);
    expect(second).toMatchObject({ id: first.id, endsAt: world.now() + 4 * HOUR, comment: 'a' });
  });

  it('tells what it would have cost: alerts of the last week, and how many somebody acknowledged', async () => {
    const id = await open();
    await world.act(id, { do: 'ack' });
    world.answers(well);
    await world.turn();
    world.wait(3 * HOUR);
    world.answers(issue());
    await world.turn();
    world.answers(well);
    await world.turn();
    world.wait(3 * HOUR);
    world.answers(issue());
    await world.turn();
    const { id: last } = await newest();
    const reach = await world.desk.reach([{ name: 'subject', op: '=', value: `issue:HX${n}` }]);
    expect(reach).toMatchObject({ fired: 3, acknowledged: 1, subjects: [`issue:HX${n}`], unknownLabels: [] });
    expect(reach.now.map(({ incident, alerts, of }) => [incident.id, alerts, of])).toEqual([[last, 1, 1]]);
    const none = await world.desk.reach([{ name: 'trunc', op: '=', value: 'x' }]);
    expect(none).toMatchObject({ fired: 0, unknownLabels: ['trunc'] });
  });
});

describe('an alert that comes and goes', () => {
  const flap = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      world.wait(5 * MINUTE);
      world.answers(well);
      await world.turn();
      world.wait(5 * MINUTE);
      world.answers(issue());
      await world.turn();
    }
  };

  it('becomes one flapping incident that is no longer edited each time, and says when it has calmed down', async () => {
    await open();
    await flap(3);
    expect(world.noc.cards()).toHaveLength(1);
    expect(world.noc.cards()[0]).toMatch(/^firing major, flapping/);
    const [edits, told] = [world.noc.calls.length, world.hook.calls.length];
    await flap(6);
    const more = world.noc.calls.slice(edits);
    // An hour of it: four edits to keep the card's numbers fresh, and nothing in the thread.
    expect(more.filter((call) => call !== 'edit')).toEqual([]);
    expect(more.length).toBeLessThanOrEqual(4);
    expect(world.hook.calls.length).toBe(told);
    expect((await newest()).state).toBe('open');
    world.wait(5 * MINUTE);
    world.answers(well);
    await world.turn();
    expect((await newest()).state).toBe('open');
    await after(30 * MINUTE);
    expect((await newest()).state).toBe('resolved');
    expect(world.noc.cards()[0]).toMatch(/^resolved resolved .*Calmed down, it is over now.*fired 10 times/);
    expect(world.hook.cards().at(-1)).toMatch(/^resolved/);
    await after(HOUR);
    expect((await history()).slice(-2)).toEqual(['calm tocsin', 'resolved tocsin']);
  });

  it('is noise, rule by rule: how often it fired, was acted on and flapped, and what would be quieter', async () => {
    const id = await open();
    await world.act(id, { do: 'ack' });
    await flap(4);
    const rows = await world.desk.noise({ weeks: 1, rule: 'service-issue' });
    const own = rows.flatMap(({ weeks }) => weeks);
    expect(own[0]?.flapped).toBeGreaterThanOrEqual(5);
    expect(own[0]?.acted).toBeGreaterThanOrEqual(5);
  });

  it('says that it fires steadily when it stays', async () => {
    await open();
    await flap(3);
    await after(31 * MINUTE);
    expect(world.noc.cards()[0]).toMatch(/^firing major .*Calmed down, it fires steadily now/);
    expect((await newest()).state).toBe('open');
  });

  it('stays with whoever has it', async () => {
    const id = await open();
    await flap(3);
    await world.act(id, { do: 'ack' });
    await flap(2);
    expect(await newest()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'alice' });
  });

  it('is no flapping when Microsoft only posts', async () => {
    await open();
    for (let i = 0; i < 8; i += 1) {
      world.wait(MINUTE);
      world.answers(issue(post(`News ${i}`, world.now())));
      await world.turn();
    }
    expect((await newest()).flaps?.[0]).not.toHaveProperty('since');
  });
});
