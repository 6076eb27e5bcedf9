import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { incidentView } from '../../src/http/views.js';
import { parseMatcher } from '../../src/lib/matchers.js';
import type { Incident } from '../../src/model/incident.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE } from '../../src/model/time.js';
import type { Store } from '../../src/store/store.js';
import { aFact } from '../support/builders.js';
import { memoryStore } from '../support/record.js';
import { aDefaultRoute, openTenants, type Tenants } from '../support/tenants.js';
import { anIssue } from '../support/world.js';

let store: Store;
// A burst is one incident over all tenants of the record: each test has its own.
beforeEach(async () => {
  store = await memoryStore();
});
afterEach(() => store.close());

const KINDS = ['service-health', 'direct-routing'] as const;
const RULES = ['service-issue', 'microsoft-side-burst'];

/** The tenant's calls as a poll tells them: `failing` of a hundred, on Microsoft's side and on both trunks. */
const polled = (tenant: string, failing: number): Fact =>
  aFact(
    `tenant:${tenant}`,
    {
      type: 'calls',
      available: true,
      attempts: 100,
      answered: 100 - failing,
      failed: failing,
      attempts1h: 100,
      failed1h: failing,
      ner1h: 1 - failing / 100,
      microsoftFailures: failing,
      microsoftTrunks: failing > 0 ? 2 : 0,
      trunks: 2,
      topCode: '503/540998',
      topCodes: [`503/540998 ×${failing}`],
      nextStep: 'Wait for Microsoft.',
      lagSeconds: 0,
    },
    'direct-routing',
  );

/** The same out of the record of the log. */
const recalled = (tenant: string, failing: number, from: number, to: number): readonly Fact[] => [
  aFact(`calls:${tenant}`, {
    type: 'window',
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    attempts: 100,
    failed: failing,
    ner: 1 - failing / 100,
    microsoftShare: failing > 0 ? 1 : 0,
    codes: [
      { code: '503/540998', count: failing, failure: true, owner: 'microsoft', meaning: 'Microsoft failed' },
    ],
  }),
  ...(failing === 0
    ? []
    : ['sbc1', 'sbc2'].map((trunk) =>
        aFact(`trunk:${trunk}.${tenant}`, { trunk: `${trunk}.${tenant}`, failed: failing / 2, attempts: 50 }),
      )),
];

const fails = (world: Tenants, tenant: string, failing: number): void => {
  world.answers(tenant, [polled(tenant, failing)], 'direct-routing');
  world.recalls(tenant, recalled(tenant, failing, world.now() - 30 * MINUTE, world.now()));
};
const teams = (id: string, at: number) =>
  anIssue(id, {
    title: 'Users cannot place calls',
    service: 'Microsoft Teams',
    serviceId: 'microsoftteams',
    startedAt: new Date(at - 30 * MINUTE).toISOString(),
    postedAt: new Date(at).toISOString(),
  });
const turn = async (world: Tenants, names = world.names): Promise<void> => {
  await world.poll(names);
  world.wait(MINUTE);
  await world.announce();
};
const incidents = async (subject: string): Promise<readonly Incident[]> => store.incidents({ subject });

describe('earlier than Microsoft', () => {
  it('is said on the card, and by how much once Microsoft posts it: on both cards, in both threads', async () => {
    const world = openTenants({
      store,
      names: ['early'],
      root: aDefaultRoute(),
      channels: ['noc'],
      kinds: KINDS,
      rules: RULES,
    });
    fails(world, 'early', 0);
    await turn(world);
    fails(world, 'early', 40);
    await turn(world);
    const noc = world.channel('noc');
    expect(noc.shown()).toContain(
      'Earlier than Microsoft: probably a fault on Microsoft’s side, not posted yet',
    );
    expect(noc.shown()).toContain('Microsoft or you: Microsoft, not you: 100 % of 40 failures');
    expect(noc.shown()).toContain('Failed on: sbc1.early 20 of 50, sbc2.early 20 of 50');
    const [burst] = await incidents('tenant:early');
    const seenAt = burst?.alerts[0]?.firingAt ?? 0;

    world.wait(seenAt + 23 * MINUTE - world.now());
    world.answers('early', [teams('TM70', world.now())]);
    fails(world, 'early', 40);
    await turn(world);
    await turn(world);
    const [issue] = await incidents('issue:TM70');
    expect(noc.shown()).toContain(`Earlier than Microsoft: seen 23 min before Microsoft posted TM70`);
    expect(
      noc.cards().map((card) => card.match(/Seen 23 min before Microsoft posted TM70/g)?.length),
    ).toEqual([1, 1]);
    expect(issue?.insight?.early).toMatchObject([{ tenant: 'early', issue: 'TM70', incident: burst?.id }]);
    expect((await incidents('tenant:early'))[0]?.insight?.issues).toMatchObject([
      { id: 'TM70', calling: true },
    ]);

    const views = (await incidents('issue:TM70')).map(incidentView);
    expect(views[0]?.insight?.early).toMatchObject([{ issue: 'TM70', leadSeconds: 23 * 60 }]);
    expect(views[0]?.tenants).toEqual(['early']);

    // Looking again changes nothing, and no card is edited for it.
    const calls = noc.calls.length;
    const revisions = async () =>
      (await store.incidents({ tenant: 'early' })).map(({ revision }) => revision);
    const before = await revisions();
    for (let i = 0; i < 5; i += 1) await turn(world);
    expect(await revisions()).toEqual(before);
    expect(noc.calls.length).toBe(calls);
  });

  it('weighs one step more when several tenants see it at once, on one card', async () => {
    const names = ['twice-1', 'twice-2', 'twice-3'];
    const world = openTenants({
      store,
      names,
      root: aDefaultRoute(),
      channels: ['noc'],
      kinds: KINDS,
      rules: RULES,
    });
    for (const name of names) fails(world, name, 0);
    await turn(world);
    fails(world, 'twice-1', 20);
    await turn(world);
    expect((await incidents('tenant:twice-1')).map(({ severity }) => severity)).toEqual(['major']);
    for (const name of names) fails(world, name, 20);
    await turn(world);
    world.wait(MINUTE);
    await world.announce();
    const [incident] = await incidents('tenant:twice-3');
    expect([incident?.severity, incident?.alerts.length]).toEqual(['critical', 3]);
    const [card = ''] = world.channel('noc').cards();
    expect(card).toContain('Severity raised from major to critical: 2 tenants at once.');
    expect(world.channel('noc').calls.filter((call) => call === 'post')).toHaveLength(1);
    expect(world.channel('noc').shown()).toContain('3: twice-1, twice-2, twice-3');
    expect(world.channel('noc').shown()).toContain('Calls: fail on Microsoft’s side in 3 of 3 tenants');
  });
});

describe('Microsoft or you, in channels of different customers', () => {
  it('shows each customer the figures of their own tenants alone', async () => {
    const names = ['own-a', 'own-b', 'own-c'];
    const root = aDefaultRoute({
      routes: [
        aDefaultRoute({ matchers: [parseMatcher('tenant="own-a"')], channel: 'a', continue: true }),
        aDefaultRoute({ matchers: [parseMatcher('tenant="own-b"')], channel: 'b', continue: true }),
        aDefaultRoute(),
      ],
    });
    const world = openTenants({
      store,
      names,
      root,
      channels: ['noc', 'a', 'b'],
      kinds: KINDS,
      rules: RULES,
    });
    for (const name of names) fails(world, name, 0);
    await turn(world);
    for (const name of names) world.answers(name, [teams('TM71', world.now())]);
    fails(world, 'own-a', 40);
    await turn(world);
    await turn(world);
    const [a, b, noc] = ['a', 'b', 'noc'].map((name) => {
      const recorder = world.channel(name);
      return `${recorder.shown()}\n${recorder.cards().join('\n')}`;
    });
    expect(a).toContain('Your calls: 40 of 100 calls failed');
    expect(b).toContain('no effect seen');
    for (const other of ['own-b', 'own-c', 'sbc1.own-b']) expect(a).not.toContain(other);
    for (const other of ['own-a', 'own-c', '40 of 100']) expect(b).not.toContain(other);
    expect(noc).toContain('Calls: fail on Microsoft’s side in 1 of 3 tenants: own-a 40 of 100');
  });
});
