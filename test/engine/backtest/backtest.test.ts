import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { backtest, type BacktestAsk, type BacktestDeps } from '../../../src/engine/backtest/backtest.js';
import { Fault } from '../../../src/lib/fault.js';
import { parseMatcher } from '../../../src/lib/matchers.js';
import type { Fact } from '../../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import type { Rule } from '../../../src/rules/compile.js';
import { directRouting } from '../../../src/sources/direct-routing/index.js';
import type { Source, TenantConnection } from '../../../src/sources/source.js';
import { silentLog } from '../../../src/lib/log.js';
import { openCalls } from '../../../src/store/calls.js';
import type { Database } from '../../../src/store/database.js';
import { openStore } from '../../../src/store/sql.js';
import type { Store } from '../../../src/store/store.js';
import { T0 } from '../../support/builders.js';
import { emptyKeep } from '../../support/keep.js';
import { builtinRules, rulesOf } from '../../support/pack.js';
import { memoryDatabase } from '../../support/record.js';
import { anIssue, aRoute, aService } from '../../support/world.js';
import { recordCalls, recordTurn } from './history.js';

let database: Database;
let store: Store;
let n = 0;
let source: string;
const present = builtinRules();
const root = aRoute({ groupWait: 30_000 });

beforeAll(async () => {
  database = await memoryDatabase();
  store = await openStore(database);
});
afterAll(() => store.close());
beforeEach(() => {
  n += 1;
  source = `contoso${n}/service-health`;
});

const record = (at: number, facts: readonly Fact[] | Error) =>
  recordTurn(store, { source, kind: 'service-health', at, facts, rules: present, root });

/** Of this test's source alone: tests share one record. */
function deps(over: Partial<BacktestDeps> = {}): BacktestDeps {
  return {
    store: {
      ...store,
      sources: async () => (await store.sources()).filter((row) => row.source === source),
    },
    sources: [],
    channels: [{ name: 'noc', living: true }],
    root,
    inhibitions: [],
    muteTimes: [],
    present,
    ...over,
  };
}

const ask = (rules: readonly Rule[], over: Partial<BacktestAsk> = {}): BacktestAsk => ({
  rules,
  from: T0,
  until: T0 + DAY,
  now: T0 + DAY,
  fetch: false,
  progress: () => undefined,
  ...over,
});

const only = (...names: string[]): readonly Rule[] =>
  present.filter(({ definition }) => names.includes(definition.name));

describe('a backtest', () => {
  it('plays the record to the rules in force and comes to what they did', async () => {
    await record(T0 + HOUR, [aService('Exchange')]);
    await record(T0 + 2 * HOUR, [aService('Exchange'), anIssue('EX1', { classification: 'advisory' })]);
    await record(T0 + 3 * HOUR, [aService('Exchange'), anIssue('EX1')]);
    await record(T0 + 5 * HOUR, [aService('Exchange'), anIssue('EX1', { active: false })]);
    const { these, present: before } = await backtest(ask(only('service-issue')), deps());
    expect(these).toEqual(before);
    expect(these.firings).toEqual([
      expect.objectContaining({
        rule: 'service-issue',
        subject: 'issue:EX1',
        severity: 'major',
        from: T0 + 2 * HOUR,
        until: T0 + 5 * HOUR,
        before: false,
        told: ['noc'],
      }),
    ]);
    expect(these.rules).toEqual([
      {
        rule: 'service-issue',
        firings: 1,
        firingMs: 3 * HOUR,
        noisiest: { subject: 'issue:EX1', firings: 1 },
      },
    ]);
    expect(these.channels).toEqual([expect.objectContaining({ channel: 'noc', posts: 1, held: 0 })]);
  });

  it('shows what a changed rule would have done instead', async () => {
    await record(T0 + HOUR, [aService('Teams')]);
    const down = (minutes: number): Fact[] => [
      aService('Teams', { status: 'serviceDegradation', active: true, level: minutes > 0 ? 'major' : 'ok' }),
    ];
    for (const [from, to] of [
      [120, 124],
      [200, 260],
    ] as const) {
      await record(T0 + from * MINUTE, down(from));
      await record(T0 + to * MINUTE, [aService('Teams')]);
    }
    const patient = rulesOf(`
- name: service-status
  source: service-health
  subject: 'service:'
  when: now.active && !now.explained
  for: 10m
  keep: 15m
  severity: major
  summary: '{{name}}: {{statusText}}'
`);
    const { these, present: before } = await backtest(ask(patient), deps());
    expect(before.firings.map(({ from, until }) => [from - T0, (until ?? 0) - T0])).toEqual([
      [120 * MINUTE, 124 * MINUTE],
      [200 * MINUTE, 260 * MINUTE],
    ]);
    expect(these.firings.map(({ from, until }) => [from - T0, (until ?? 0) - T0])).toEqual([
      [210 * MINUTE, 275 * MINUTE],
    ]);
  });

  it('begins in the middle: what held already is known, and told to nobody as new', async () => {
    await record(T0 - 3 * HOUR, [aService('Exchange')]);
    await record(T0 - 2 * HOUR, [aService('Exchange'), anIssue('EX1')]);
    await record(T0 - HOUR, [aService('Exchange'), anIssue('EX1'), anIssue('EX2')]);
    await record(T0 + HOUR, [aService('Exchange'), anIssue('EX2')]);
    await record(T0 + 2 * DAY, [aService('Exchange'), anIssue('EX2', { active: false })]);
    const { these, notes } = await backtest(ask(only('service-issue')), deps());
    expect(these.firings.map(({ subject, before, until }) => [subject, before, until])).toEqual([
      ['issue:EX1', true, T0 + HOUR],
      ['issue:EX2', true, undefined],
    ]);
    expect(these.rules[0]?.firingMs).toBe(HOUR + DAY);
    expect(notes.join()).not.toContain('the record begins');
  });

  it('says since when it knows anything', async () => {
    await record(T0 + 5 * HOUR, [aService('Exchange')]);
    const { notes } = await backtest(ask(only('service-issue')), deps());
    expect(notes).toContain(
      `${source}: the record begins at 2026-11-21 08:00 UTC; nothing is known of it before.`,
    );
  });

  it('keeps failures of the source apart from what it sees', async () => {
    await record(T0 + HOUR, [aService('Exchange')]);
    for (let i = 0; i < 4; i += 1)
      await record(T0 + 2 * HOUR + i * MINUTE, new Fault('api.unreachable', 'no answer'));
    await record(T0 + 3 * HOUR, [aService('Exchange'), anIssue('EX1')]);
    const { these } = await backtest(ask(only('service-issue', 'source-blind')), deps());
    expect(these.firings.map(({ rule, from, until }) => [rule, from - T0, until && until - T0])).toEqual([
      ['source-blind', 2 * HOUR + 2 * MINUTE, 3 * HOUR],
      ['service-issue', 3 * HOUR, undefined],
    ]);
  });

  it('asks rules that read the clock, and holds what people silenced', async () => {
    const promised = new Date(T0 + 2 * HOUR).toISOString();
    await record(T0 + HOUR, [aService('Exchange'), anIssue('EX1', { nextUpdateBy: promised })]);
    await record(T0 + 6 * HOUR, [aService('Exchange'), anIssue('EX1')]);
    await store.addSilence({
      matchers: [parseMatcher('alertname="next-update-missed"'), parseMatcher(`tenant="contoso${n}"`)],
      startsAt: T0 + 2 * HOUR,
      endsAt: T0 + 4 * HOUR,
      author: { name: 'alice', via: 'slack' },
      comment: 'known',
    });
    const { these } = await backtest(ask(only('next-update-missed')), deps());
    expect(these.firings.map(({ from, until, told }) => [from - T0, (until ?? 0) - T0, told])).toEqual([
      [155 * MINUTE, 6 * HOUR, ['noc']],
    ]);
    expect(these.channels[0]).toMatchObject({ posts: 1, held: 1 });
  });

  it('counts calls anew for windows that nobody had asked for', async () => {
    source = `contoso${n}/direct-routing`;
    const calls = Array.from({ length: 24 * 60 }, (_, i) => ({
      at: T0 - 3 * HOUR + i * MINUTE,
      trunk: 'sbc1.contoso.com',
      code: i >= 600 && i < 660 && i % 2 === 0 ? '503/560503' : '',
    }));
    await recordCalls(openCalls(database), source, calls);
    const rules = rulesOf(
      `
- name: two-hours
  source: direct-routing
  by: [trunk]
  window: 2h
  when: now.failed2h >= 20
  severity: warning
  summary: '{{trunk}}: {{failed2h}}'
`
        .replaceAll('2h >=', ' >=')
        .replaceAll('{{failed2h}}', '{{failed}}'),
    );
    const { these, notes } = await backtest(ask(rules), deps({ sources: [aCallLog()] }));
    expect(these.firings).toHaveLength(1);
    const [firing] = these.firings;
    // 20 failures after 40 minutes; the last of them are two hours back at 21:59 of the log.
    expect(firing?.from).toBe(T0 - 3 * HOUR + 640 * MINUTE);
    expect(firing?.until).toBeGreaterThan(T0 - 3 * HOUR + 730 * MINUTE);
    expect(notes.join()).toContain('how late each row came is not known');
  });

  it('shows how far it has come, and lets others work meanwhile', async () => {
    for (let i = 0; i < 200; i += 1)
      await record(T0 + i * 5 * MINUTE, [aService('Exchange', { status: i % 2 === 0 ? 'a' : 'b' })]);
    const shares: number[] = [];
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await backtest(ask(present, { progress: (share) => void shares.push(share) }), deps());
    clearInterval(timer);
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(ticks).toBeGreaterThan(0);
  });
});

function aCallLog(): Source {
  const tenant: TenantConnection = {
    name: `contoso${n}`,
    tenantId: 'contoso.example',
    cloud: 'global',
    clientId: 'x',
    credential: { secret: 'none' },
    endpoints: {
      login: 'https://127.0.0.1:1',
      graph: 'https://127.0.0.1:1',
      manage: 'https://127.0.0.1:1',
      partner: 'https://127.0.0.1:1',
    },
    customHosts: true,
  };
  return directRouting.open(directRouting.settings.parse({}), { everyMs: 5 * MINUTE }, tenant, {
    log: silentLog,
    random: () => 0,
    keep: { ...emptyKeep, calls: openCalls(database) },
    publicUrl: 'http://127.0.0.1:3978',
    privacy: { numbers: 'mask', users: 'mask' },
  });
}
