import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.js';
import { parseMatcher } from '../../src/lib/matchers.js';
import { incidentName, type Incident } from '../../src/model/incident.js';
import { MINUTE } from '../../src/model/time.js';
import { heardBy } from '../../src/notify/scope.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { aDefaultRoute, openTenants, type Tenants } from '../support/tenants.js';
import { anIssue, aService } from '../support/world.js';

/** Whatever of this is heard in the channel of alpha is a leak. */
const SECRETS = ['bravo', 'charlie', 'Contracts unreadable', 'Payroll', 'merger'];

let store: Store;
let world: Tenants;
let own: Incident;
let theirs: Incident;
let operators: Incident;

const issuesOf = (tenant: string) =>
  tenant === 'alpha'
    ? [anIssue('TM1', { title: 'Calls drop' }), anIssue('EX1', { title: 'Mail is late' })]
    : [
        anIssue('TM1', { title: 'Calls drop', latestPost: `Only ${tenant}.` }),
        anIssue('EX2', { title: 'Contracts unreadable', service: 'Payroll', serviceId: 'Payroll' }),
        aService('Payroll', {
          name: 'Payroll',
          status: 'serviceInterruption',
          active: true,
          level: 'critical',
        }),
      ];
const hasDestination = (channel: string) => (incident: Incident) =>
  incident.destinations.some((known) => known.channel === channel);

beforeAll(async () => {
  store = await memoryStore();
  const forTenant = (channel: string, tenants: string) =>
    aDefaultRoute({ matchers: [parseMatcher(`tenant=~"${tenants}"`)], channel, continue: true });
  world = openTenants({
    store,
    names: ['alpha', 'bravo', 'charlie'],
    root: aDefaultRoute({
      routes: [forTenant('a', 'alpha'), forTenant('bc', 'bravo|charlie'), aDefaultRoute()],
    }),
    channels: ['noc', 'a', 'bc'],
  });
  await world.poll();
  for (const name of world.names) world.answers(name, issuesOf(name));
  await world.poll();
  world.wait(MINUTE);
  await world.announce();
  const [ex1] = await store.incidents({ subject: 'issue:EX1' });
  const ex2 = await store.incidents({ subject: 'issue:EX2' });
  const tm1 = await store.incidents({ subject: 'issue:TM1' });
  const [a, bc, noc] = [
    [ex1, ...tm1].find((one) => one !== undefined && hasDestination('a')(one)),
    ex2.find(hasDestination('bc')),
    tm1.find(hasDestination('noc')),
  ];
  if (a === undefined || bc === undefined || noc === undefined) throw new Error('not told');
  [own, theirs, operators] = [a, bc, noc];
  await world.act(theirs.id, { do: 'note', text: 'before the merger' });
  await world.act(operators.id, { do: 'note', text: 'bravo called' });
  await world.ask('silence subject="issue:EX2" 2h merger');
  await world.ask('silence subject=~"issue:.*" tenant=~".*" 3h bravo asked for it --yes');
});
afterAll(() => store.close());

describe('what is typed outside of all channels of a workspace', () => {
  it('is answered about what its channels are about', async () => {
    expect(await world.ask('incidents', undefined, ['a'])).not.toContain('Contracts unreadable');
    const both = await world.ask('incidents', undefined, ['a', 'bc']);
    for (const words of ['Mail is late', 'Contracts unreadable']) expect(both).toContain(words);
  });

  it('is answered about everything where one of them is the operator’s', async () => {
    expect(await world.ask('incidents', undefined, ['a', 'noc'])).toContain('Contracts unreadable');
    expect(await world.ask('incidents', undefined, [])).toContain('Contracts unreadable');
  });
});

describe('what is typed in the channel of one customer', () => {
  const ASKED: Readonly<Record<string, (of: Incident) => readonly string[]>> = {
    help: () => ['help', 'help status'],
    status: () => ['status', 'status payrol', 'status exchange'],
    history: () => ['history', 'history payrol'],
    services: () => ['services'],
    issue: () => ['issue EX2', 'issue TM1', 'issue EX3'],
    messages: () => ['messages'],
    message: () => ['message MC1'],
    calls: () => ['calls', 'calls sbc'],
    call: () => ['call 9e8bba57-dc14-533a-a7dd-f0da6575eed1'],
    trunks: () => ['trunks'],
    cqd: () => ['cqd', 'cqd paris'],
    reports: () => ['reports'],
    report: () => ['report nightly', 'report pause nightly'],
    queries: () => ['queries'],
    query: () => ['query test 6664daf3-c161-423a-92a1-0ea6db2c0384'],
    incidents: () => ['incidents', 'incidents all', 'incidents mine'],
    incident: ({ id }) => [`incident ${id}`, 'incident EX2'],
    explain: ({ id }) => [
      `explain INC-${id}`,
      'explain EX2',
      'explain payrol',
      'explain service-issue',
      'explain noc',
    ],
    ack: ({ id }) => [`ack ${id}`, 'ack'],
    unack: ({ id }) => [`unack ${id}`],
    resolve: ({ id }) => [`resolve ${id}`],
    snooze: ({ id }) => [`snooze ${id}`],
    note: ({ id }) => [`note ${id} hello`],
    silence: ({ id }) => [
      `silence ${id}`,
      'silence severity=~".*" 1h --yes',
      'silence #1 +1h',
      'silence #2 +1h',
    ],
    silences: () => ['silences'],
    unsilence: ({ id }) => [`unsilence ${id}`, 'unsilence #1', 'unsilence #2'],
    noise: () => ['noise', 'noise service-issue'],
    postmortem: ({ id }) => [`postmortem ${id}`, 'postmortem EX2'],
    backtest: () => ['backtest service-issue', 'backtest service-status 30'],
    rules: () => ['rules'],
    rule: () => ['rule service-issue'],
    oncall: () => ['oncall'],
    override: () => ['override end #1'],
    page: () => ['page nobody hello'],
    handover: () => ['handover'],
    tenants: () => ['tenants', 'tenants --tenant delta'],
    doctor: () => ['doctor'],
    audit: () => ['audit 30d'],
    whoami: () => ['whoami'],
  };

  it('is tried with every command', () => {
    expect(Object.keys(ASKED).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it('says nothing of the others, whatever is asked about whatever', async () => {
    for (const one of [theirs, operators, own])
      for (const text of Object.values(ASKED).flatMap((asked) => asked(one))) {
        const heard = await world.ask(text, 'a');
        for (const secret of SECRETS)
          expect({ text, heard }).not.toEqual({ text, heard: expect.stringContaining(secret) });
      }
  });

  it('does nothing to what is the others’', async () => {
    const [theirsNow, operatorsNow] = await Promise.all([
      store.incident(theirs.id),
      store.incident(operators.id),
    ]);
    expect([theirsNow?.state, operatorsNow?.state]).toEqual(['open', 'open']);
    for (const { id } of [theirs, operators])
      expect((await store.timeline(id)).map(({ text }) => text).join()).not.toContain('hello');
    const silences = await store.silences(world.now());
    expect(silences.map(({ id, comment }) => [id, comment]).sort()).toEqual(
      expect.arrayContaining([
        [1, 'merger'],
        [2, 'bravo asked for it'],
      ]),
    );
    const made = silences.filter(({ id }) => id > 2);
    expect(made.length).toBeGreaterThan(0);
    for (const { matchers } of made)
      expect(matchers).toContainEqual({ name: 'tenant', op: '=', value: 'alpha' });
  });

  it('shows what is theirs: incidents, tenants, and of a wide silence the part that is about them', async () => {
    expect(await world.ask('incidents all', 'a')).toContain(incidentName(own.id));
    expect(await world.ask('tenants', 'a')).toContain('alpha');
    expect(await world.ask('issue EX1', 'a')).toContain('Mail is late');
    expect(await world.ask('rule service-issue', 'a')).toContain('issue:');
    expect(await world.ask('unsilence #2', 'a')).toContain('about more than alpha');
    expect(await world.ask('silence tenant=bravo 1h --yes', 'a')).toContain(
      'This channel is about alpha alone.',
    );
    expect(await world.ask('audit 30d', 'a')).not.toContain(`incident ${theirs.id}`);
  });
});

it('a channel of several customers, and one that is nobody’s, hear what is theirs', async () => {
  const bc = await world.ask('incidents all', 'bc');
  for (const word of ['bravo', 'charlie', 'Contracts unreadable']) expect(bc).toContain(word);
  for (const word of ['alpha', 'Mail is late']) expect(bc).not.toContain(word);
  expect(await world.ask('incidents all --tenant charlie', 'bc')).toContain('charlie');
  for (const channel of ['noc', undefined]) {
    const all = await world.ask('incidents all', channel);
    for (const word of ['alpha', 'Contracts unreadable', 'Mail is late']) expect(all).toContain(word);
  }
});

it('a channel that stands in for a customer’s, and to which nothing else comes, is that customer’s', () => {
  const scopeOf = (channel: string) =>
    ({ a: ['alpha'], noc: undefined, spare: [], attic: [], quiet: [] })[channel];
  const channels = [{ name: 'a', fallback: 'spare' }, { name: 'noc' }, { name: 'spare' }, { name: 'quiet' }];
  const inPlace = (channel: string) => (channel === 'attic' ? ['bravo'] : []);
  expect(
    ['a', 'noc', 'spare', 'attic', 'quiet'].map((name) => heardBy(name, scopeOf, channels, inPlace)),
  ).toEqual([['alpha'], undefined, ['alpha'], ['bravo'], undefined]);
});
