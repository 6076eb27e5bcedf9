import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openHttp, type Http } from '../../src/lib/http.js';
import { silentLog } from '../../src/lib/log.js';
import type { Question } from '../../src/model/question.js';
import { MINUTE } from '../../src/model/time.js';
import { askStatus } from '../../src/sources/cqd/client.js';
import { openOffice365, type Office365 } from '../../src/sources/office365.js';
import { messageCenter } from '../../src/sources/message-center/index.js';
import { openInsights, type Insights } from '../../src/sources/partner-insights/client.js';
import { serviceHealth } from '../../src/sources/service-health/index.js';
import type { SourcePlug } from '../../src/sources/source.js';
import { quietDeps, startDouble, tenantOf, type Double } from '../support/graph-double.js';
import { memorySamples } from '../support/memory-keep.js';
import { memoryDatabase } from '../support/record.js';
import { keepOf, openSource } from './direct-routing/support.js';
import type { Database } from '../../src/store/database.js';

const FOLDER = '../shared/payloads';

/** Every real and documented answer of the collection, as its client reads it off the wire. */
(existsSync(FOLDER) ? describe : describe.skip)('an answer as it was recorded or documented', () => {
  let double: Double;
  let database: Database;
  let http: Http;
  let office365: Office365;
  let insights: Insights;

  beforeAll(async () => {
    [double, database] = await Promise.all([startDouble(), memoryDatabase()]);
    http = openHttp({ ca: double.ca, userAgent: 'test', log: silentLog, backoffMs: 1 });
    const token = () => Promise.resolve('a-token');
    const spend = () => undefined;
    office365 = openOffice365({ tenant: tenantOf(double), http, tokens: { token }, log: silentLog, spend });
    insights = openInsights({
      http,
      endpoint: double.url,
      access: { advice: 'sign in', token },
      now: 0,
      spend,
    });
  });
  beforeEach(() => double.answer(() => ({ status: 404, body: { error: { code: 'NotFound' } } })));
  afterAll(async () => {
    await http.close();
    await Promise.all([double.close(), database.close()]);
  });

  const file = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');

  /** The double answers with these bytes, whatever it is asked. */
  function serve(body: string, status = 200): void {
    double.answer(() => ({ status, body }));
  }

  async function polled(plug: SourcePlug, now: number): Promise<Readonly<Record<string, number>>> {
    const deps = { ...quietDeps, keep: { ...quietDeps.keep, samples: memorySamples() } };
    const source = plug.open(plug.settings.parse({}), { everyMs: MINUTE }, tenantOf(double), deps);
    try {
      const { observation } = await source.poll(undefined, now);
      expect(observation.coverage).toBe('full');
      return countsOf(observation.facts.map(({ subject }) => subject.split(':')[0] ?? ''));
    } finally {
      await source.close();
    }
  }

  async function health(): Promise<Readonly<Record<string, number>>> {
    double.answer(({ path }) => ({
      body: file(path.includes('healthOverviews') ? 'graph-healthOverviews.json' : 'graph-issues.json'),
    }));
    return polled(serviceHealth, Date.UTC(2021, 7, 7));
  }

  /** The next page lies where the answer came from; there it ends. */
  async function calls(name: string): Promise<unknown> {
    const body = file(name).replaceAll('https://graph.microsoft.com', double.url);
    let pages = 0;
    double.answer(() => ({ body: pages++ === 0 ? body : '{"value":[]}' }));
    const source = openSource(double, { keep: keepOf(database) });
    const now = Date.parse('2019-11-01T00:30:00Z');
    const question: Question = { about: 'calls', windowMs: 60 * MINUTE };
    try {
      const [all] = await source.look(question, now);
      const { attempts, answered, failed } = all?.values ?? {};
      return { attempts, answered, failed, pages };
    } finally {
      await source.close();
    }
  }

  async function office(
    name: string,
    operation: 'services' | 'currentStatus' | 'historicalStatus' | 'messages',
  ): Promise<number> {
    serve(file(name));
    const { rows, broken } = (await office365[operation]()).read();
    expect(broken).toBe(0);
    return rows.length;
  }

  const READ: Readonly<Record<string, readonly [() => Promise<unknown>, unknown]>> = {
    'graph-healthOverviews.json': [health, { service: 29, issue: 2 }],
    'graph-issues.json': [health, { service: 29, issue: 2 }],
    'graph-messages.json': [
      () => (serve(file('graph-messages.json')), polled(messageCenter, Date.UTC(2021, 3, 2))),
      { message: 4 },
    ],
    'mc-archive-MC1009932.powershell-sdk-cased.json': [
      () => {
        serve(`{"value":[${file('mc-archive-MC1009932.powershell-sdk-cased.json')}]}`);
        return polled(messageCenter, Date.UTC(2025, 3, 2));
      },
      { message: 1 },
    ],
    'graph-error-403-wrong-tenant.json': [
      async () => {
        serve(file('graph-error-403-wrong-tenant.json'), 403);
        const source = messageCenter.open({ api: 'graph' }, { everyMs: MINUTE }, tenantOf(double), quietDeps);
        const fault: unknown = await source
          .look({ about: 'message', id: 'MC1' }, 0)
          .catch((error: unknown) => error);
        await source.close();
        return fault;
      },
      expect.objectContaining({ code: 'api.not-found' }),
    ],
    'graph-getDirectRoutingCalls-docs-sample.json': [
      () => calls('graph-getDirectRoutingCalls-docs-sample.json'),
      expect.objectContaining({ attempts: 1, answered: 1, failed: 0 }),
    ],
    'documented-getDirectRoutingCalls-response.json': [
      () => calls('documented-getDirectRoutingCalls-response.json'),
      expect.objectContaining({ attempts: 1, answered: 1, failed: 0 }),
    ],
    // Of Calling Plans, which Tocsin does not watch. A row without a code and a word of success is no success.
    'graph-getPstnCalls-docs-sample.json': [
      () => calls('graph-getPstnCalls-docs-sample.json'),
      expect.objectContaining({ attempts: 1, answered: 0 }),
    ],
    'legacy-Services.json': [() => office('legacy-Services.json', 'services'), 2],
    'legacy-CurrentStatus.json': [() => office('legacy-CurrentStatus.json', 'currentStatus'), 4],
    'legacy-HistoricalStatus.json': [() => office('legacy-HistoricalStatus.json', 'historicalStatus'), 7],
    'legacy-Messages.json': [() => office('legacy-Messages.json', 'messages'), 5],
    'documented-legacy-Services.json': [() => office('documented-legacy-Services.json', 'services'), 2],
    'documented-legacy-CurrentStatus.json': [
      () => office('documented-legacy-CurrentStatus.json', 'currentStatus'),
      2,
    ],
    'documented-legacy-HistoricalStatus.json': [
      () => office('documented-legacy-HistoricalStatus.json', 'historicalStatus'),
      2,
    ],
    'documented-legacy-Messages.txt': [() => office('documented-legacy-Messages.txt', 'messages'), 2],
    'documented-legacy-error.json': [
      async () => {
        serve(file('documented-legacy-error.json'), 500);
        return office365.services().catch((error: unknown) => error);
      },
      expect.objectContaining({
        code: 'api.failed',
        message: expect.stringContaining(
          'AF5000: An internal server error occurred. Retry the request.',
        ) as unknown,
      }),
    ],
    'documented-cqd-IntegrationLog-Status.txt': [
      async () => {
        serve(file('documented-cqd-IntegrationLog-Status.txt'));
        const get = (url: string) => http.request({ url });
        const transport = { get, close: () => Promise.resolve() };
        const { status } = await askStatus(transport, double.url, { kind: 'none' }, 0);
        const { integration, cube } = status ?? {};
        return [integration, cube].map((stage) => [
          stage?.successes.length,
          stage?.failures.length,
          stage?.startedAt,
        ]);
      },
      [
        [5, 0, undefined],
        [5, 5, '01/18/2015 10:30:16'],
      ],
    ],
    'documented-partner-create-query-request.json': [
      async () => {
        serve(file('documented-partner-create-query-response.json'));
        await insights.createQuery(JSON.parse(file('documented-partner-create-query-request.json')) as never);
        return JSON.parse(double.requests.at(-1)?.body ?? '') as unknown;
      },
      existsSync(FOLDER) ? JSON.parse(file('documented-partner-create-query-request.json')) : undefined,
    ],
    'documented-partner-create-query-response.json': [
      async () => {
        serve(file('documented-partner-create-query-response.json'));
        return insights.createQuery({ Name: 'a', Query: 'b' });
      },
      expect.objectContaining({ id: 'ec8366a4-d96e-4194-8c37-d5dbc0639033', type: 'userDefined' }),
    ],
    'documented-partner-create-report-request.json': [
      async () => {
        serve(file('documented-partner-create-report-response.json'));
        await insights.createReport(
          JSON.parse(file('documented-partner-create-report-request.json')) as never,
        );
        return JSON.parse(double.requests.at(-1)?.body ?? '') as unknown;
      },
      existsSync(FOLDER) ? JSON.parse(file('documented-partner-create-report-request.json')) : undefined,
    ],
    'documented-partner-create-report-response.json': [
      async () => {
        serve(file('documented-partner-create-report-response.json'));
        return insights.createReport({ ReportName: 'a', QueryId: 'b' });
      },
      expect.objectContaining({
        name: 'Top10_CustomersReport',
        status: 'Active',
        everyHours: 24,
        count: 100,
      }),
    ],
    'documented-partner-get-executions-response.json': [
      async () => {
        serve(file('documented-partner-get-executions-response.json'));
        return insights.executions('d9548477-16d4-492a-bf9c-0cf91a9f69bf');
      },
      [expect.objectContaining({ status: 'Completed', generatedAt: '2021-03-31T18:41:00.000Z' })],
    ],
  };

  it('has a client for each file there is', () => {
    expect(readdirSync(FOLDER).filter((name) => name !== 'README.md')).toEqual(Object.keys(READ).sort());
  });

  it.each(Object.keys(READ))('%s', async (name) => {
    const [read, expected] = READ[name] ?? [];
    expect(await read?.()).toEqual(expected);
  });
});

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
