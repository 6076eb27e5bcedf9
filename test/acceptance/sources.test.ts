import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../src/model/time.js';
import { aCall, aFailure, guid } from '../sources/direct-routing/support.js';
import { T0 } from '../support/builders.js';
import { pause, until } from '../support/until.js';
import type { SlackMessage } from './slack-double.js';
import { openWhole, type Whole } from './whole.js';

let whole: Whole;

beforeAll(async () => {
  whole = await openWhole();
});
afterAll(() => whole.close());

interface HookBody {
  readonly status: string;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** `firing message-new message:MC1`, oldest first, as the webhook was told. */
function told(about: string): readonly string[] {
  return (whole.hook.bodies() as HookBody[]).flatMap(({ status, alerts }) =>
    alerts
      .filter(({ labels }) => (labels['subject'] ?? '').includes(about))
      .map(({ labels }) => `${status} ${labels['alertname'] ?? ''} ${labels['subject'] ?? ''}`),
  );
}

function slackCard(...words: readonly string[]): Promise<SlackMessage> {
  return until(() => whole.slack.cards().find(({ body }) => words.every((word) => body.includes(word))));
}

function teamsCard(...words: readonly string[]): Promise<string> {
  return until(() =>
    whole.teams
      .posts()
      .map(({ activity }) => JSON.stringify(activity))
      .find((body) => words.every((word) => body.includes(word))),
  );
}

it('a new post of the Message center is told once in each channel, and its update says what changed', async () => {
  whole.sandbox.messages.putMessage({
    id: 'MC910001',
    title: 'Microsoft Teams: meeting recordings expire sooner',
    services: ['Microsoft Teams'],
    category: 'planForChange',
    isMajorChange: true,
    html: '<p>[What is changing]</p><p>Recordings expire after <b>60 days</b>.<script>alert(1)</script></p>',
  });
  const card = await slackCard('MC910001');
  expect(card.body).toContain('meeting recordings expire sooner');
  expect(card.body).toContain('60 days');
  expect(card.body).not.toMatch(/<script|alert\(1\)|<b>/);
  expect(await teamsCard('MC910001', '60 days')).not.toContain('<script');
  await until(() => told('MC910001').includes('firing message-new message:MC910001'));

  whole.sandbox.messages.patchMessage('MC910001', {
    title: '(Updated) Microsoft Teams: meeting recordings expire sooner',
    html: '<p>[What is changing]</p><p>Recordings expire after <b>120 days</b>.</p>',
    actionRequiredByDateTime: new Date(whole.clock.now() + 5 * 24 * HOUR).toISOString(),
  });
  await until(() => told('MC910001').some((line) => line.includes('message-updated')));
  expect((await slackCard('MC910001', '120 days')).body).toMatch(/[Aa]ct by|action/i);
  await until(() => told('MC910001').some((line) => line === 'firing action-required message:MC910001'));
  const { text } = await whole.command('message MC910001');
  expect(text).toContain('120 days');
  expect(text).toContain('in 5 days');
  expect((await whole.command('messages teams')).text).toContain('MC910001');
});

it('calls that fail are counted, explained, alarmed by a rule and found again, with masked numbers', async () => {
  const now = whole.clock.now();
  const expired = Array.from({ length: 4 }, (_, i) =>
    aFailure(0x100 + i, now - (6 - i) * MINUTE, 504, 569_008, {
      trunkFullyQualifiedDomainName: 'SBC9.contoso.example',
    }),
  );
  const good = Array.from({ length: 20 }, (_, i) =>
    aCall(0x200 + i, now - (40 - i) * MINUTE, { trunkFullyQualifiedDomainName: 'sbc9.contoso.example' }),
  );
  whole.sandbox.calls.put([...good, ...expired]);
  const card = await slackCard('sbc9.contoso.example', '4 calls failed');
  expect(card.body).toMatch(/certificate/i);
  await teamsCard('sbc9.contoso.example', '4 calls failed');
  await until(() => told('sbc9').includes('firing trunk-fails-now trunk:sbc9.contoso.example'));

  const calls = await whole.command('calls sbc9 1h');
  expect(calls.text).toContain('4 of 24 calls failed');
  expect(calls.text).toContain('504/569008');
  const id = guid(0x103);
  const call = await whole.command(`call ${id}`);
  expect(call.text).toContain('+3315***34 → +4420***58');
  expect(call.raw).not.toMatch(/33155501234|442079460958/);
  expect((await whole.command('trunks')).text).toContain('sbc9.contoso.example');
});

it('rows that come twenty hours late are counted once, where they belong, and alarm as well', async () => {
  const then = T0 - 20 * HOUR;
  const late = Array.from({ length: 5 }, (_, i) =>
    aFailure(0x300 + i, then + i * SECOND, 503, 560_503, {
      trunkFullyQualifiedDomainName: 'sbc7.contoso.example',
    }),
  );
  whole.sandbox.calls.put(late);
  await until(() => told('sbc7').includes('firing trunk-fails-now trunk:sbc7.contoso.example'));
  // The same rows lie in the overlap of every further poll.
  await polled('direct-routing', 3);
  expect((await whole.command('calls sbc7 24h')).text).toContain('all 5 calls failed');
  expect((await whole.command('calls sbc7 12h')).text).not.toContain('5 calls failed');
});

it('a callback that is forged, of another report, replayed or one of ten thousand changes nothing but a counter', async () => {
  const { sandbox } = whole;
  const created = await whole.command('query create Callers SELECT CustomerName FROM TeamsUsage3PApps');
  expect(created.ok).toBe(true);
  const [query] = sandbox.insights.queries();
  expect((await whole.command(`report create Callers ${query?.queryId ?? ''} every 24h`)).ok).toBe(true);
  const report = await until(() => sandbox.insights.reports().find((one) => one.reportName === 'Callers'));
  const address = new URL(report.callbackUrl ?? '');
  const [, path = '', token = ''] = /^(.*\/)([^/]+)$/.exec(address.pathname) ?? [];
  expect(token.length).toBeGreaterThanOrEqual(32);
  await until(async () =>
    (await whole.read('/api/v1/subjects?limit=1000')).includes(`report:${report.reportId}`),
  );
  const before = await record();
  const call = async (rest: string, method = 'POST'): Promise<number> =>
    (await fetch(`${whole.program.url}${path}${rest}`, { method })).status;

  expect(await call(`${token}/${report.reportId}`)).toBe(202);
  for (let i = 0; i < 20; i += 1) expect(await call(`${token}/${report.reportId}`)).toBe(202);
  expect(await call(`${token}?reportId=${report.reportId}`, 'GET')).toBe(202);
  expect(await call(`${token}/${guid(1)}`)).toBe(202);
  expect(await call(`${token.slice(0, -1)}x/${report.reportId}`)).toBe(404);
  for (let round = 0; round < 200; round += 1) {
    const kind = [`${token}/${report.reportId}`, `${token}/${guid(round)}`, `forged/${report.reportId}`];
    await Promise.all(Array.from({ length: 50 }, (_, i) => call(kind[i % kind.length] ?? '')));
  }
  await polled('partner-insights', 3);
  await pause(300);
  expect(await record()).toEqual(before);
  expect(await metric('tocsin_callbacks_total')).toBeGreaterThanOrEqual(10_000);
  expect(await metric('tocsin_callbacks_total', 'outcome="refused"')).toBeGreaterThan(3_000);

  /** What somebody could see of it: subjects, incidents, deliveries, and the reports of Partner Center themselves. */
  async function record(): Promise<unknown> {
    const { subjects } = (await whole.api('subjects?limit=1000')) as {
      subjects: readonly { subject: string; kind: string; values: unknown }[];
    };
    const { incidents } = (await whole.api('incidents?limit=1000')) as {
      incidents: readonly { id: string; title: string }[];
    };
    return {
      subjects: subjects
        .filter(({ kind }) => kind === 'partner-insights')
        .map(({ subject, values }) => [subject, values]),
      incidents: incidents
        .map(({ id, title }) => [id, title])
        .filter(([, title]) => /report/i.test(title ?? '')),
      told: told('report:'),
      reports: sandbox.insights.reports(),
    };
  }
});

/** Resolves once such a source of contoso was polled so many times more. */
async function polled(kind: string, times: number): Promise<void> {
  const count = (): Promise<number> => metric('tocsin_polls_total', 'tenant="contoso"', `source="${kind}"`);
  const before = await count();
  await until(async () => (await count()) >= before + times);
}

/** The sum over all lines of a metric that have these labels. */
async function metric(name: string, ...labels: readonly string[]): Promise<number> {
  const lines = (await whole.read('/metrics')).split('\n');
  return lines
    .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
}
