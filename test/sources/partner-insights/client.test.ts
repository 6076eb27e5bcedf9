import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openHttp, type Http } from '../../../src/lib/http.js';
import { silentLog } from '../../../src/lib/log.js';
import { openInsights, type Insights } from '../../../src/sources/partner-insights/client.js';
import { startDouble, type Double } from '../../support/graph-double.js';

const ID = 'd9548477-16d4-492a-bf9c-0cf91a9f69bf';
const NONE = {
  value: [],
  nextLink: null,
  totalCount: 0,
  message: 'No execution has occurred yet.',
  statusCode: 404,
};

let double: Double;
let http: Http;
let insights: Insights;
let renewals: boolean[];

beforeEach(async () => {
  double = await startDouble();
  http = openHttp({ ca: double.ca, userAgent: 'Tocsin', log: silentLog, backoffMs: 1 });
  renewals = [];
  insights = openInsights({
    http,
    endpoint: double.url,
    access: { advice: 'sign in', token: async (_now, renew = false) => (renewals.push(renew), 'a-token') },
    now: 0,
    spend: () => undefined,
  });
});

afterEach(async () => {
  await http.close();
  await double.close();
});

const ok = (value: object[]) => ({
  body: { value, nextLink: null, totalCount: value.length, message: null, statusCode: 200 },
});

describe('the operations', () => {
  it('ask as the documentation says', async () => {
    double.answer(() => ok([{ reportId: ID, queryId: ID, executionId: ID, datasetName: 'X' }]));
    await insights.datasets('OfficeUsage');
    await insights.createQuery({ Name: 'a', Query: 'b' });
    await insights.queries({ includeSystemQueries: false });
    await insights.deleteQuery(ID);
    await insights.testQuery(
      { exportQuery: "SELECT a FROM b WHERE c = 'x;y'" },
      { startTime: '2026-01-01T00:00:00Z' },
    );
    await insights.createReport({ ReportName: 'r', QueryId: ID });
    await insights.reports();
    await insights.updateReport(ID, { ReportName: 'r', StartTime: '2026-01-01T00:00:00Z' });
    await insights.deleteReport(ID);
    await insights.pauseReport(ID);
    await insights.resumeReport(ID);
    await insights.executions(ID);
    await insights.executions(ID, { executionId: ['a', 'b'], executionStatus: ['Pending'], latest: true });
    const root = '/insights/v1/mpn';
    expect(double.requests.map(({ method, path }) => `${method} ${path.replace(root, '')}`)).toEqual([
      'GET /ScheduledDataset?datasetName=OfficeUsage',
      'POST /ScheduledQueries',
      'GET /ScheduledQueries?includeSystemQueries=false',
      `DELETE /ScheduledQueries/${ID}`,
      'GET /ScheduledQueries/testQueryResult?exportQuery=SELECT%20a%20FROM%20b%20WHERE%20c%20%3D%20%27x%3By%27&startTime=2026-01-01T00%3A00%3A00Z',
      'POST /ScheduledReport',
      'GET /ScheduledReport',
      `PUT /ScheduledReport/${ID}`,
      `DELETE /ScheduledReport/${ID}`,
      `PUT /ScheduledReport/pause/${ID}`,
      `PUT /ScheduledReport/resume/${ID}`,
      `GET /ScheduledReport/execution/${ID}?executionStatus=Pending%3BRunning%3BPaused%3BCompleted&getLatestExecution=false`,
      `GET /ScheduledReport/execution/${ID}?executionId=a%3Bb&executionStatus=Pending&getLatestExecution=true`,
    ]);
    expect(
      double.requests.every(
        ({ headers }) =>
          headers['authorization'] === 'Bearer a-token' && headers['content-type'] === 'application/json',
      ),
    ).toBe(true);
  });

  it('take 404 for "none yet" where there may be none, by status or by envelope', async () => {
    double.answer(() => ({ status: 404, body: NONE }));
    expect(await insights.executions(ID)).toEqual([]);
    double.answer(() => ({ status: 200, body: NONE }));
    expect(await insights.executions(ID)).toEqual([]);
    double.answer(() => ({ status: 404, body: { error: { code: 'NotFound', message: 'No execution' } } }));
    expect(await insights.executions(ID)).toEqual([]);
    await expect(insights.deleteReport(ID)).rejects.toMatchObject({ code: 'api.not-found' });
  });

  it("do not take a proxy's 404, a web page or half a list for an answer", async () => {
    double.answer(() => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<html>404</html>',
    }));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.not-found' });
    double.answer(() => ({ body: '<html>hello {"value":[]}</html>' }));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.unreadable' });
    double.answer(() => ok([{ nothing: 1 }]));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.unreadable' });
  });

  it('believe the envelope when it speaks of failure under 200', async () => {
    double.answer(() => ({ body: { value: [], message: 'Invalid column name', statusCode: 400 } }));
    await expect(insights.createQuery({ Name: 'a', Query: 'b' })).rejects.toMatchObject({
      code: 'api.rejected',
      status: 400,
      message: expect.stringContaining('Invalid column name'),
    });
  });

  it('follow a next page on their own host alone', async () => {
    let next = `${double.url}/insights/v1/mpn/ScheduledReport?page=2`;
    double.answer(({ path }) => ({
      body: { value: [{ reportId: path }], nextLink: path.includes('page') ? null : next, statusCode: 200 },
    }));
    expect(await insights.reports()).toHaveLength(2);
    next = 'https://127.0.0.1:1/insights';
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.rejected' });
    expect(double.requests).toHaveLength(3);
  });

  it('renew a refused token once, and not for a missing second factor', async () => {
    double.answer(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="MFA required"' },
    }));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.sign-in', advice: 'sign in' });
    expect(renewals.filter(Boolean)).toEqual([]);
    double.answer(() => ({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.unauthorized' });
    expect(renewals.filter(Boolean)).toEqual([true]);
  });

  it('never repeat what may have been done', async () => {
    double.answer(() => ({ status: 503, body: '' }));
    await expect(insights.createReport({ ReportName: 'r', QueryId: ID })).rejects.toMatchObject({
      code: 'api.failed',
    });
    expect(double.requests).toHaveLength(1);
  });

  it('take no answer to a test for a query whose syntax is fine', async () => {
    double.answer(() => ({ hang: true }));
    expect(await insights.testQuery({ queryId: ID }, {}, 60)).toBeUndefined();
    double.answer(() => ({ status: 504, body: '' }));
    const before = double.requests.length;
    expect(await insights.testQuery({ queryId: ID })).toBeUndefined();
    expect(double.requests).toHaveLength(before + 1);
  });

  it('wait as long as the service asks', async () => {
    double.answer(() => ({ status: 429, headers: { 'retry-after': '120' }, body: {} }));
    await expect(insights.reports()).rejects.toMatchObject({ code: 'api.throttled', retryAfterMs: 120_000 });
  });
});
