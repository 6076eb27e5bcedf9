import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import type { HttpAnswer } from '../../../src/lib/http.js';
import { explainRefusal, readEnvelope } from '../../../src/sources/partner-insights/envelope.js';
import {
  readDataset,
  readExecution,
  readQuery,
  readReport,
} from '../../../src/sources/partner-insights/schema.js';

function answer(body: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status: 400, headers, body: Buffer.from(body), requestId: undefined };
}

describe('an answer of Insights', () => {
  it('is read with keys in either casing, stray blanks, trailing commas and a line of text before it', () => {
    const written = `Response payload:
    { "Value": [ { "DatasetName ": "OfficeUsage", " SelectableColumns": ["A", "B,]", ], "MinimumRecurrenceInterval": 24, }, ],
      "NextLink": null, "TotalCount": 1, "Message": "Fetched, ok }", "StatusCode": 200, }`;
    const envelope = readEnvelope(written);
    expect(envelope).toMatchObject({ message: 'Fetched, ok }', statusCode: 200, nextLink: undefined });
    expect(envelope?.value.map(readDataset)).toEqual([
      { name: 'OfficeUsage', columns: ['A', 'B,]'], metrics: [], ranges: [], minimumInterval: 24 },
    ]);
  });

  it.each([
    ['a web page', '<!doctype html><script>var a = {"value":[]}</script>'],
    ['nothing', ''],
    ['a list', '[1]'],
    ['JSON of something else', '{"odata":1}'],
    ['broken JSON', '{"value":[{]}'],
    ['the other style of error', '{"error":{"code":"x"},"message":"y"}'],
  ])('is not %s', (_what, body) => {
    expect(readEnvelope(body)).toBeUndefined();
  });

  it('may hold one thing without a list, and columns with names of their own', () => {
    expect(readEnvelope('{"value":{"reportId":"a"},"statusCode":"200"}')).toMatchObject({
      value: [{ reportId: 'a' }],
      statusCode: 200,
    });
    expect(readEnvelope('{"Value":[{"CustomerName":"x"}],"TotalCount":1}')?.rows).toEqual([
      { CustomerName: 'x' },
    ]);
  });

  it.each([
    [
      'the envelope',
      '{"message":"Recurrence interval must be between 4 and 2160.","statusCode":400}',
      /between 4 and 2160/,
      /4 to 2160 hours/,
    ],
    [
      'Partner Center',
      '{"error":{"code":"BadRequest","message":"Invalid table name","target":"x"}}',
      /BadRequest: Invalid table name/,
      /dataset after FROM/,
    ],
    ['an older one', '{"code":2000,"description":"No item"}', /No item/, /^$/],
  ])('explains a refusal in the style of %s', (_style, body, words, advice) => {
    const explained = explainRefusal(answer(body, { 'ms-requestid': 'r-1' }));
    expect(explained.words).toMatch(words);
    expect(explained.advice ?? '').toMatch(advice);
    expect(explained.requestId).toBe('r-1');
  });

  it('never repeats a link out of an error', () => {
    const explained = explainRefusal(answer('{"message":"see https://files.example/r.csv?sig=abc now"}'));
    expect(explained.words).toBe('see [link] now');
  });
});

const PAYLOADS = '../shared/payloads/documented-partner-';
const documented = existsSync(`${PAYLOADS}create-report-response.json`) ? describe : describe.skip;

documented('the documented answers', () => {
  const rows = (name: string) => readEnvelope(readFileSync(`${PAYLOADS}${name}.json`, 'utf8'))?.value ?? [];

  it('are read as what they mean', () => {
    expect(rows('create-query-response').map(readQuery)).toMatchObject([
      {
        id: 'ec8366a4-d96e-4194-8c37-d5dbc0639033',
        type: 'userDefined',
        createdAt: '2021-03-30T12:52:39.000Z',
      },
    ]);
    expect(rows('create-report-response').map(readReport)).toMatchObject([
      {
        name: 'Top10_CustomersReport',
        status: 'Active',
        everyHours: 24,
        count: 100,
        executeNow: false,
        modifiedAt: null,
        startAt: '2021-03-31T18:41:00.000Z',
        format: 'csv',
      },
    ]);
    expect(rows('get-executions-response').map(readExecution)).toMatchObject([
      {
        status: 'Completed',
        generatedAt: '2021-03-31T18:41:00.000Z',
        link: 'https://<path to report for download>',
      },
    ]);
  });

  it('have requests whose keys are those that we send', () => {
    const keys = (name: string) =>
      Object.keys(JSON.parse(readFileSync(`${PAYLOADS}${name}.json`, 'utf8')) as object);
    expect(keys('create-query-request')).toEqual(['Name', 'Description', 'Query']);
    expect(keys('create-report-request')).toEqual(
      expect.arrayContaining([
        'ReportName',
        'QueryId',
        'StartTime',
        'ExecuteNow',
        'QueryStartTime',
        'QueryEndTime',
        'RecurrenceInterval',
        'RecurrenceCount',
        'Format',
        'CallbackUrl',
        'CallbackMethod',
      ]),
    );
  });
});

describe('a report', () => {
  it('has no interval where the service gives zero, and no time where .NET gives the year 1', () => {
    expect(
      readReport({
        reportId: 'a',
        recurrenceInterval: 0,
        recurrenceCount: '12',
        startTime: '0001-01-01T00:00:00Z',
        reportStatus: 'ACTIVE',
      }),
    ).toMatchObject({ everyHours: null, count: 12, startAt: null, status: 'Active' });
  });
});
