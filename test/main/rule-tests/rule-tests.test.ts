import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runRuleTests } from '../../../src/main/rule-tests.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-rules-'));
  await mkdir(join(folder, 'fixtures'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the text as a file; what it says has the file's name alone in front. */
async function run(text: string, files: Readonly<Record<string, unknown>> = {}, json = false) {
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  await writeFile(join(folder, 'tests.yaml'), text);
  let out = '';
  let err = '';
  const exit = await runRuleTests({
    files: [join(folder, 'tests.yaml')],
    json,
    say: (words) => void (out += words),
    complain: (words) => void (err += words),
  });
  const prefix = `${relative(process.cwd(), folder)}/`;
  const lines = (said: string): string[] => said.replaceAll(prefix, '').trim().split('\n').filter(Boolean);
  return { exit, out: lines(out), err: lines(err), json: out };
}

const RULE = `
rules:
  - name: slow-trunk
    source: direct-routing
    subject: 'trunk:'
    when: now.failed >= 5
    for: 10m
    keep: 5m
    severity: major
    summary: '{{trunk}}: {{failed}} failed'
`;

const AT = '2026-11-21T03:00:00Z';

/** A row of the log as Graph writes it. */
const row = (id: number, at: string, sub: number): object => ({
  id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  startDateTime: at,
  failureDateTime: at,
  endDateTime: '0001-01-01T00:00:00Z',
  callType: 'ByotOut',
  successfulCall: false,
  finalSipCode: 504,
  callEndSubReason: sub,
  trunkFullyQualifiedDomainName: 'SBC1.contoso.com',
});

describe('rules test', () => {
  it('says nothing but how many there were when all is as expected', async () => {
    const { exit, out, err } = await run(`
tests:
  - name: an issue opens, worsens and closes
    at:
      - { t: 0m, source: service-health, services: [Exchange], issues: [] }
      - { t: 5m, source: service-health, issues: [{ id: EX1, classification: advisory }] }
      - { t: 20m, source: service-health, issues: [{ id: EX1 }] }
      - { t: 90m, source: service-health, issues: [{ id: EX1, status: serviceRestored, resolved: true }] }
    expect:
      - { t: 4m, silent: true }
      - { t: 5m, alert: service-issue, subject: 'issue:EX1', state: firing, severity: warning }
      - { t: 20m, alert: service-issue, state: firing, severity: major, summary: Exchange Online }
      - { t: 90m, alert: service-issue, state: resolved }
      - { alert: service-status, silent: true }
`);
    expect({ exit, out, err }).toEqual({ exit: 0, out: ['1 test, all as expected.'], err: [] });
  });

  it('tells each failure with its line, what was expected, and what came instead and why', async () => {
    const { exit, out } = await run(`
tests:
  - name: wrong in every way
    at:
      - { t: 0m, source: service-health, services: [Exchange], issues: [] }
      - { t: 5m, source: service-health, services: [{ id: Exchange, name: Exchange Online, status: serviceDegradation }], issues: [{ id: EX1 }] }
    expect:
      - { t: 5m, alert: service-issue, state: firing, severity: critical }
      - { t: 5m, alert: service-status, state: firing }
      - { t: 10m, channel: noc, told: edit }
      - { silent: true }
`);
    expect(exit).toBe(1);
    expect(out).toEqual([
      expect.stringMatching(
        /^tests\.yaml:8: wrong in every way: at 5m expected service-issue firing critical, got service-issue on issue:EX1 firing major “Exchange Online: .*”$/,
      ),
      expect.stringMatching(
        /^tests\.yaml:9: .*expected service-status firing, got none \(on service:Exchange: .*explained.*true.*\); there were service-issue on issue:EX1/,
      ),
      expect.stringMatching(/^tests\.yaml:10: .*expected noc told edit, got post at 5m30s \(first\)/),
      expect.stringMatching(
        /^tests\.yaml:11: .*at the end expected silence, got service-issue on issue:EX1 major at 5m/,
      ),
      '1 test, 1 failed.',
    ]);
  });

  it('reads rows and answers from files beside the test, and begins when they happened', async () => {
    const text = `
tests:
  - name: with files
    rules: [rules.yaml]
    at:
      - { t: 0m, source: direct-routing, rows: fixtures/none.json }
      - { t: 5m, source: direct-routing, rows: fixtures/failed.json }
    expect:
      - { t: 5m, alert: slow-trunk, subject: 'trunk:sbc1.contoso.com', state: pending }
      - { t: 15m, alert: slow-trunk, state: firing, severity: major, summary: '6 failed' }
`;
    const failed = Array.from({ length: 6 }, (_, i) => row(i, AT, 569008));
    const files = { 'rules.yaml': RULE, 'fixtures/none.json': [], 'fixtures/failed.json': failed };
    expect((await run(text, files)).out).toEqual(['1 test, all as expected.']);
  });

  it('polls between the steps as in life: what waits for time to pass ripens', async () => {
    const { out } = await run(
      `
tests:
  - name: for and keep
    rules: [rules.yaml]
    at:
      - { t: 0m, source: direct-routing, calls: [{ before: 2h, for: 3h, every: 20s }] }
      - { t: 20m, source: direct-routing, calls: [{ for: 20m, every: 1m, code: 504/569008 }] }
    expect:
      - { t: 20m, silent: true }
      - { t: 25m, alert: slow-trunk, state: pending }
      - { t: 35m, alert: slow-trunk, state: firing }
      - { t: 55m, alert: slow-trunk, state: firing }
      - { t: 1h, alert: slow-trunk, state: resolved }
`,
      { 'rules.yaml': RULE },
    );
    expect(out).toEqual(['1 test, all as expected.']);
  });

  it('follows acts, silences, restarts and failures', async () => {
    const { out } = await run(`
tests:
  - name: people and trouble
    settings:
      route: { channel: noc, groupWait: 0s, repeatInterval: 1h }
    at:
      - { t: 0m, source: service-health, services: [Exchange], issues: [] }
      - { t: 5m, source: service-health, issues: [{ id: EX1 }] }
      - { t: 6m, restart: true }
      - { t: 10m, act: ack, subject: 'issue:EX1', by: bob }
      - { t: 20m, silence: ['tenant="contoso"'], for: 1h }
      - { t: 30m, source: service-health, issues: [{ id: EX1 }, { id: EX2 }] }
      - { t: 3h, source: service-health, fails: 403 }
    expect:
      - { t: 5m, channel: noc, told: post, subject: 'issue:EX1' }
      - { t: 10m, channel: noc, told: edit, subject: 'issue:EX1' }
      - { t: 79m, channel: noc, told: hold, reason: silenced, subject: 'issue:EX2' }
      - { t: 81m, channel: noc, told: edit, subject: 'issue:EX2' }
      - { t: 175m, channel: noc, told: remind, subject: 'issue:EX2' }
      - { t: 175m, channel: noc, told: edit, subject: 'issue:EX1' }
      - { t: 3h, alert: source-blind, subject: 'source:contoso/service-health', state: firing }
      - { t: 3h, alert: service-issue, subject: 'issue:EX1', state: firing }
`);
    expect(out).toEqual(['1 test, all as expected.']);
  });

  it('takes the answers of every kind of source, and of both APIs where there are two', async () => {
    const legacy = {
      value: [
        {
          Id: 'EX9',
          MessageType: 'Incident',
          Title: 'Mail is slow',
          Status: 'Service degradation',
          Workload: 'Exchange',
          WorkloadDisplayName: 'Exchange Online',
          Classification: 'Incident',
          StartTime: '2026-11-21T02:30:00Z',
          EndTime: null,
          LastUpdatedTime: '2026-11-21T03:00:00Z',
          Messages: [],
        },
      ],
    };
    const status = {
      value: [
        {
          Id: 'Exchange',
          Workload: 'Exchange',
          WorkloadDisplayName: 'Exchange Online',
          Status: 'ServiceOperational',
          IncidentIds: [],
          StatusTime: '2026-11-20T03:00:00Z',
          FeatureStatus: [],
        },
      ],
    };
    const { out, err } = await run(
      `
tests:
  - name: the retired API
    at:
      - { t: 0m, source: service-health, body: fixtures/status.json }
      - { t: 1m, source: service-health, body: [fixtures/status.json, fixtures/messages.json] }
    expect:
      - { t: 1m, alert: service-issue, subject: 'issue:EX9', state: firing, severity: major }
  - name: the Message center
    at:
      - { t: 0m, source: message-center, messages: [{ id: MC1 }] }
      - { t: 1h, source: message-center, messages: [{ id: MC1, modified: 1h }, { id: MC2, actIn: 5d }] }
    expect:
      - { t: 1h, alert: message-new, subject: 'message:MC2', state: firing }
      - { t: 1h, alert: action-required, subject: 'message:MC2', state: firing, severity: warning }
      - { alert: message-new, subject: 'message:MC1', silent: true }
  - name: a dashboard
    settings:
      tenants: [{ name: contoso, sources: [{ kind: cqd, name: paris, timeZone: Europe/Paris }] }]
    at:
      - { t: 0m, source: cqd, name: paris, runs: { integration: { before: 2h }, cube: { before: 2h } } }
      - { t: 30m, source: cqd, name: paris, runs: { cube: { ends: failure } } }
      - { t: 90m, source: cqd, name: paris, body: fixtures/page.html }
    expect:
      - { t: 29m, silent: true }
      - { t: 60m, alert: cqd-failing, subject: 'cqd:paris/cube', state: firing }
      - { t: 105m, alert: source-blind, subject: 'source:contoso/cqd/paris', state: firing }
  - name: reports
    at:
      - { t: 0m, source: partner-insights, reports: [{ id: r1, started: 46h, runs: [21h] }] }
      - { t: 3h, source: partner-insights, reports: [{ id: r1, started: 49h, runs: [24h, 30m] }] }
    expect:
      - { t: 3h, alert: report-finished, subject: 'report:r1', state: firing }
      - { alert: report-overdue, silent: true }
`,
      {
        'fixtures/messages.json': legacy,
        'fixtures/status.json': status,
        'fixtures/page.html': '<html>sign in</html>',
      },
    );
    expect([...err, ...out]).toEqual(['4 tests, all as expected.']);
  });

  it('finds everything that is wrong with a file at once, with its lines', async () => {
    const { exit, out, err } = await run(
      `tests:
  - name: bad
    rulez: [builtin]
    rules: [nothing.yaml]
    at:
      - { t: 5, source: service-helth, body: x.json }
      - { t: 5m, source: direct-routing, rows: gone.json }
      - { t: 5m, source: cqd, calls: [{ every: 1m }] }
      - { t: 5m }
    expect:
      - { t: 5m, alert: x, state: fired }
      - { t: 5m, alert: x }
  - name: better
    at: [{ t: 0m, source: service-health, rows: [] }]
    expect: [{ t: 0m, alert: service-isue, state: none }]
  - name: wrong channel
    settings: { route: { channel: nok } }
    at: [{ t: 0m, source: service-health, body: rows.txt }]
    expect: [{ silent: true }]
`,
      { 'rows.txt': 'no json' },
    );
    expect(exit).toBe(1);
    expect(out).toEqual([]);
    expect(err.join('\n')).toMatch(/tests\.yaml:3: .*rulez: unknown key; did you mean rules\?/);
    expect(err).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^tests\.yaml:6: .*t: expected text, got a number/),
        expect.stringMatching(/^tests\.yaml:6: .*source: must be one of service-health/),
        expect.stringMatching(/^tests\.yaml:8: .*calls: is for source direct-routing, not cqd/),
        expect.stringMatching(/^tests\.yaml:9: .*a step has one of source, act, silence and restart/),
        expect.stringMatching(/^tests\.yaml:11: .*state: must be one of firing/),
        expect.stringMatching(/^tests\.yaml:12: .*expects one of an alert/),
        expect.stringMatching(
          /^tests\.yaml:15: .*no rule is called service-isue; did you mean service-issue\?/,
        ),
        expect.stringMatching(/^tests\.yaml:17: .*nok/),
      ]),
    );
  });

  it('tells an answer that is none, a missing file and broken YAML apart', async () => {
    const one = (step: string): string => `tests:
  - name: one
    at: [${step}]
    expect: [{ silent: true }]
`;
    expect(
      (await run(one('{ t: 0m, source: service-health, body: rows.txt }'), { 'rows.txt': 'no json' })).err,
    ).toEqual(['tests.yaml:3: tests[0].at[0].body: The body is no JSON.']);
    expect((await run(one('{ t: 0m, source: direct-routing, rows: gone.json }'))).err).toEqual([
      'tests.yaml:3: tests[0].at[0].rows: there is no file gone.json beside the test',
    ]);
    expect((await run('tests: [')).err).toEqual([expect.stringMatching(/^tests\.yaml:1: /)]);
    expect((await run(one('{ t: 1m, act: ack, subject: "issue:EX1" }'))).out).toEqual([
      'tests.yaml:2: one: at 1m there is no incident about issue:EX1 to ack',
      '1 test, 1 failed.',
    ]);
  });

  it('prints JSON alone when asked to', async () => {
    const { json } = await run(
      `
tests:
  - name: one
    at: [{ t: 0m, source: service-health, services: [Exchange], issues: [] }]
    expect: [{ silent: true }]
`,
      {},
      true,
    );
    expect(JSON.parse(json)).toEqual({
      tests: [{ name: 'one', file: expect.stringMatching(/tests\.yaml:3$/), failures: [] }],
      problems: [],
    });
  });
});
