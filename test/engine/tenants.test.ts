import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseMatcher } from '../../src/lib/matchers.js';
import type { Incident } from '../../src/model/incident.js';
import { HOUR, MINUTE, SECOND } from '../../src/model/time.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { aDefaultRoute, openTenants, type Tenants } from '../support/tenants.js';
import { anIssue, post } from '../support/world.js';

let store: Store;
let runs = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());

const tenantsOf = (count: number): string[] => {
  runs += 1;
  return Array.from({ length: count }, (_, i) => `t${runs}-${String(i + 1).padStart(2, '0')}`);
};
const issue = (id: string, over = {}) =>
  anIssue(id, { service: 'Microsoft Teams', title: 'Users cannot place calls', ...over });
const all = (world: Tenants, facts: Parameters<Tenants['answers']>[1], names = world.names): void => {
  for (const name of names) world.answers(name, facts);
};
const about = async (id: string): Promise<readonly Incident[]> => store.incidents({ subject: `issue:${id}` });
const at = (ms: number) => ({ lastModified: new Date(ms).toISOString() });

describe('one Microsoft issue in fifty tenants', () => {
  it('is one incident and one card that counts them, edited and not posted again', async () => {
    const names = tenantsOf(50);
    const world = openTenants({ store, names, root: aDefaultRoute(), channels: ['noc'] });
    await world.poll();
    world.wait(MINUTE);
    // Half of them are polled within the wait of the group, the others later.
    all(world, [issue('TM50')]);
    await world.poll(names.slice(0, 25));
    world.wait(30 * SECOND);
    await world.announce();
    const noc = world.channel('noc');
    expect(noc.calls).toEqual(['post']);
    for (const name of names.slice(25)) {
      await world.poll([name]);
      await world.announce();
      world.wait(SECOND);
    }
    world.wait(30 * SECOND);
    await world.announce();
    expect(noc.calls).toEqual(['post', 'edit']);
    const [incident, ...others] = await about('TM50');
    expect(others).toEqual([]);
    expect(new Set(incident?.alerts.map(({ tenant }) => tenant)).size).toBe(50);
    expect(noc.shown()).toContain('50: ');
    expect(noc.shown()).toContain('Microsoft Teams: Users cannot place calls (TM50)');
    expect(noc.shown()).not.toMatch(/and \d+ more\b.*\(TM50\)/);
    expect(await world.audit()).toBe(0);

    // The same post reaches all of them; the thread tells it once, and only the first of them touches the incident.
    world.wait(10 * MINUTE);
    const before = (await about('TM50'))[0]?.revision ?? 0;
    all(world, [issue('TM50', post('We restart call control.', world.now()))]);
    await world.poll();
    await world.announce();
    expect((await about('TM50'))[0]?.revision).toBe(before + 1);
    expect(noc.cards()[0]?.match(/We restart call control/g)).toHaveLength(1);

    // It ends for one after the other, and is resolved with the last.
    world.wait(10 * MINUTE);
    const over = { status: 'serviceRestored', active: false, level: 'ok', ...at(world.now()) };
    all(world, [issue('TM50', over)]);
    await world.poll(names.slice(0, 49));
    world.wait(MINUTE);
    await world.announce();
    expect((await about('TM50'))[0]?.state).toBe('open');
    expect(noc.shown()).toContain('50, 1 of them still: ');
    await world.poll(names.slice(49));
    await world.announce();
    expect((await about('TM50'))[0]?.state).toBe('resolved');
    expect(noc.cards()).toEqual([expect.stringMatching(/^resolved resolved/)]);
    expect(noc.calls.filter((call) => call === 'post')).toHaveLength(1);
    expect(noc.calls.filter((call) => call === 'edit').length).toBeLessThanOrEqual(5);
    expect(noc.cards()[0]?.match(/Resolved:/g)).toHaveLength(1);
    // The report comes days later, and is told once.
    world.wait(60 * HOUR);
    all(world, [
      issue('TM50', { ...over, ...at(world.now()), pir: true, status: 'postIncidentReviewPublished' }),
    ]);
    await world.poll();
    await world.announce();
    expect(noc.cards()[0]?.match(/post-incident report/g)).toHaveLength(1);
  });

  it('pages nobody when all of them are new, and gives one summary to each', async () => {
    const names = tenantsOf(5);
    const world = openTenants({ store, names, root: aDefaultRoute(), channels: ['noc'] });
    all(world, [issue('TM51')]);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    expect(
      world
        .channel('noc')
        .cards()
        .map((card) => /watches (\S+):/.exec(card)?.[1]),
    ).toEqual(expect.arrayContaining(names.slice(0, 1)));
    expect(
      world
        .channel('noc')
        .cards()
        .every((card) => card.includes('now watches')),
    ).toBe(true);
    const [incident] = await about('TM51');
    expect([incident?.alerts.length, incident?.baselineOf === undefined]).toEqual([5, false]);
  });

  it('is fifty incidents where the operator groups by tenant', async () => {
    const names = tenantsOf(5);
    const root = aDefaultRoute({ acrossTenants: false });
    const world = openTenants({ store, names, root, channels: ['noc'] });
    await world.poll();
    all(world, [issue('TM52')]);
    await world.poll();
    expect(await about('TM52')).toHaveLength(5);
  });
});

describe('two customers with channels of their own', () => {
  const rig = (hooks: readonly string[] = []) => {
    const names = tenantsOf(6);
    const [a = '', b = ''] = names;
    const root = aDefaultRoute({
      routes: [
        aDefaultRoute({ matchers: [parseMatcher(`tenant="${a}"`)], channel: 'a', continue: true }),
        aDefaultRoute({ matchers: [parseMatcher(`tenant="${b}"`)], channel: 'b', continue: true }),
        aDefaultRoute(),
      ],
    });
    return { a, b, names, world: openTenants({ store, names, root, channels: ['noc', 'a', 'b'], hooks }) };
  };

  it('see nothing of each other, on the card, in the thread, and by who has it', async () => {
    const { a, b, names, world } = rig();
    await world.poll();
    for (const name of names)
      world.answers(name, [
        issue('TM60', { latestPost: `Only ${name} is told this.`, impact: `Of ${name}.` }),
      ]);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    const incidents = await about('TM60');
    const of = (channel: string) =>
      incidents.find(({ destinations }) => destinations.some((known) => known.channel === channel));
    expect(incidents).toHaveLength(3);
    expect(of('noc')?.alerts).toHaveLength(6);
    expect(of('a')?.alerts.map(({ tenant }) => tenant)).toEqual([a]);

    await world.act(of('a')?.id ?? 0, { do: 'ack' });
    await world.act(of('noc')?.id ?? 0, { do: 'note', text: `${b} called about it` });
    for (const name of names) world.answers(name, [issue('TM60', post(`News for ${name}.`, world.now()))]);
    await world.poll();
    await world.announce();
    for (const [channel, own] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const recorder = world.channel(channel);
      const everything = `${recorder.shown()} ${recorder.cards().join(' ')}`;
      for (const other of names.filter((name) => name !== own)) expect(everything).not.toContain(other);
      expect(everything).toContain(own);
      expect(everything).toContain(`News for ${own}.`);
      expect(recorder.calls.filter((call) => call === 'post')).toHaveLength(1);
    }
    expect(world.channel('noc').shown()).toContain('6: ');
    // Who has it at one customer does not quiet the others.
    expect((await about('TM60')).map(({ state }) => state).sort()).toEqual(['acknowledged', 'open', 'open']);
    expect(world.channel('b').cards().join()).not.toContain('alice');

    // It ends for one of them, and so it does on the one's card alone.
    world.wait(MINUTE);
    world.answers(a, [
      issue('TM60', { active: false, status: 'serviceRestored', level: 'ok', ...at(world.now()) }),
    ]);
    await world.poll([a]);
    await world.announce();
    expect(world.channel('a').cards()[0]).toMatch(/^resolved/);
    expect(world.channel('b').cards()[0]).toMatch(/^firing/);
    world.wait(MINUTE);
    await world.announce();
    expect(world.channel('noc').shown()).toContain('6, 5 of them still: ');
  });

  it('are posted their own alerts alone, where a channel is a webhook', async () => {
    const { a, world } = rig(['a', 'noc']);
    await world.poll();
    all(world, [issue('TM61')]);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    expect(world.channel('a').messages.map(({ alerts }) => alerts.map(({ tenant }) => tenant))).toEqual([
      [a],
    ]);
    expect(world.channel('noc').messages.at(-1)?.alerts).toHaveLength(6);
    expect(world.channel('a').messages[0]?.groupLabels).toEqual({ subject: 'issue:TM61' });
  });

  it('are silenced each for themselves', async () => {
    const { a, world } = rig();
    await world.poll();
    all(world, [issue('TM62')]);
    await world.poll();
    const own = (await about('TM62')).find(({ destinations }) => destinations[0]?.channel === 'a');
    await world.act(own?.id ?? 0, { do: 'silence', durationMs: HOUR, comment: 'known' });
    const silences = await store.silences(world.now());
    expect(silences.flatMap(({ matchers }) => matchers.filter(({ name }) => name === 'tenant'))).toEqual([
      { name: 'tenant', op: '=', value: a },
    ]);
    world.wait(MINUTE);
    await world.announce();
    expect(world.channel('a').cards()).toEqual([]);
    expect(world.channel('b').cards()).toHaveLength(1);
    expect(world.channel('noc').cards()).toHaveLength(1);
  });

  it('share a card with nobody where nothing is common: no channel, no incident', async () => {
    const names = tenantsOf(4);
    const { channel: _, ...nowhere } = aDefaultRoute();
    const root = {
      ...nowhere,
      routes: [
        aDefaultRoute({ matchers: [parseMatcher(`tenant=~"${names[0]}|${names[1]}"`)], channel: 'a' }),
        aDefaultRoute({ matchers: [parseMatcher(`tenant=~"${names[2]}|${names[3]}"`)], channel: 'b' }),
      ],
    };
    const world = openTenants({ store, names, root, channels: ['a', 'b'] });
    await world.poll();
    all(world, [issue('TM63')]);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    expect((await about('TM63')).map(({ alerts }) => alerts.length)).toEqual([2, 2]);
    expect(world.channel('a').shown()).toContain(`2: ${names[0]}, ${names[1]}`);
    expect(world.channel('b').shown()).not.toContain(names[0]);
  });

  it('get a card when it becomes bad enough for their channel, and only of their own', async () => {
    const names = tenantsOf(3);
    const critical = parseMatcher('severity="critical"');
    const root = aDefaultRoute({
      routes: [
        aDefaultRoute({
          matchers: [parseMatcher(`tenant="${names[0]}"`), critical],
          channel: 'a',
          continue: true,
        }),
        aDefaultRoute(),
      ],
    });
    const world = openTenants({ store, names, root, channels: ['noc', 'a'] });
    await world.poll();
    all(world, [issue('TM64')]);
    await world.poll();
    expect(await about('TM64')).toHaveLength(1);
    all(world, [issue('TM64', { status: 'serviceInterruption', ...at(world.now() + 1) })]);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    expect(world.channel('a').shown()).toContain(names[0]);
    expect(world.channel('a').shown()).not.toContain(names[1]);
    expect(
      world
        .channel('noc')
        .cards()[0]
        ?.match(/Severity raised/g),
    ).toHaveLength(1);
  });
});
