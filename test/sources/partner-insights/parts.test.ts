import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { DAY, HOUR } from '../../../src/model/time.js';
import { callbackAddress } from '../../../src/sources/partner-insights/callback.js';
import { openDownloads } from '../../../src/sources/partner-insights/download.js';
import { checkQuery, datasetOf, startOf } from '../../../src/sources/partner-insights/limits.js';
import type { Report } from '../../../src/sources/partner-insights/schema.js';
import { timetableOf } from '../../../src/sources/partner-insights/slots.js';

const START = Date.UTC(2026, 10, 1, 3, 0, 0);
const report: Report = {
  id: 'a',
  name: 'a',
  description: '',
  queryId: '',
  query: '',
  user: '',
  createdAt: null,
  modifiedAt: null,
  executeNow: false,
  startAt: new Date(START).toISOString(),
  status: 'Active',
  everyHours: 24,
  count: null,
  callbackUrl: '',
  format: 'csv',
};

describe('the timetable', () => {
  const at = (hours: number): number => START + hours * HOUR;
  it.each<[string, Parameters<typeof timetableOf>[0] extends infer I ? Partial<I> : never, object]>([
    ['before its first run', { now: at(-1) }, { expectedAt: at(0), overdue: false }],
    ['in its grace', { now: at(2) }, { expectedAt: at(0), overdue: false }],
    ['after its grace', { now: at(2.1) }, { overdue: true, overdueHours: 2 }],
    ['run', { lastRunAt: at(0.2), now: at(20) }, { expectedAt: at(24), overdue: false }],
    [
      'run a little before its slot',
      { lastRunAt: at(23.9), now: at(40) },
      { expectedAt: at(48), overdue: false },
    ],
    [
      'two slots late',
      { lastRunAt: at(0.2), now: at(50) },
      { expectedAt: at(24), overdue: true, overdueHours: 26 },
    ],
    [
      'resumed',
      { lastRunAt: at(0.2), resumedAt: at(100), now: at(101) },
      { expectedAt: at(120), overdue: false },
    ],
    [
      'paused',
      { report: { ...report, status: 'Paused' }, now: at(99) },
      { expectedAt: null, overdue: false },
    ],
    [
      'every four hours',
      { report: { ...report, everyHours: 4 }, lastRunAt: at(0.2), now: at(6.1) },
      { overdue: true, overdueHours: 2 },
    ],
    [
      'over by its count',
      { report: { ...report, count: 2 }, runs: 2, lastRunAt: at(24.2), now: at(99) },
      { ended: true, expectedAt: null },
    ],
    [
      'over by its calendar',
      { report: { ...report, count: 3 }, runs: 1, lastRunAt: at(48.2), now: at(99) },
      { ended: true },
    ],
    [
      'asked to run at once',
      { report: { ...report, executeNow: true, createdAt: new Date(START).toISOString() }, now: at(15) },
      { expectedAt: at(12), overdue: true },
    ],
  ])('of a report that is %s', (_what, over, expected) => {
    const input = {
      report,
      lastRunAt: null,
      runs: 0,
      resumedAt: null,
      graceMs: 2 * HOUR,
      now: START,
      ...over,
    };
    expect(timetableOf(input)).toMatchObject(expected);
  });
});

describe('what is asked for', () => {
  it.each([
    ["SELECT a FROM b WHERE c = 'O'Neil'"],
    ["SELECT a FROM b WHERE c = 'x''y'"],
    ["SELECT a FROM b WHERE c = 'x"],
    ["SELECT a FROM b WHERE c = 'x\\' OR d = 'y'"],
    ['SELECT a FROM b WHERE c = "x"'],
    ['DELETE FROM b'],
  ])('is refused: %s', (query) => {
    expect(() => checkQuery(query)).toThrow(/quotes|reads SELECT/);
  });

  it('is taken with quoted values, and its dataset found outside of them', () => {
    const query = "SELECT a FROM OfficeUsage WHERE b = 'from x' AND c LIKE '%a b-%' TIMESPAN LAST_MONTH";
    expect(() => checkQuery(query)).not.toThrow();
    expect(datasetOf(query)).toBe('OfficeUsage');
  });

  it('begins at least four hours ahead', () => {
    expect(startOf(undefined, START + 1)).toBe(START + 4 * HOUR + 15 * 60_000);
    expect(startOf(START + DAY, START)).toBe(START + DAY);
    expect(() => startOf(START + 3 * HOUR, START)).toThrow(/2026-11-01T07:05:00Z/);
  });

  it('is called back at an address to which the service can add an id', () => {
    expect(callbackAddress('https://t.example/', 'tok')).toBe(
      'https://t.example/callbacks/partner-insights/tok',
    );
    expect(callbackAddress('http://t.example', 'tok')).toBeUndefined();
    expect(callbackAddress('https://t.example?a=b', 'tok')).toBeUndefined();
  });
});

describe('a report file', () => {
  let server: Server;
  let base = '';
  const seen: (string | undefined)[] = [];
  const files: Record<string, { body: string | Buffer; headers?: Record<string, string>; status?: number }> =
    {
      '/a.csv': {
        body: '\uFEFFName,"Amount, EUR"\r\n"Fabrikam, ""Works""",1\r\n\r\n=HYPERLINK("x"),2,extra\r\n',
      },
      '/a.tsv': { body: 'Name\tNote\nA "quoted\t1\nB\t2\n' },
      '/gzip': { body: gzipSync('A,B\n1,2\n'), headers: { 'content-encoding': 'gzip' } },
      '/header': { body: 'A,B\n' },
      '/none': { body: '' },
      '/page': { body: '<html><body>sign in</body></html>' },
      '/large': { body: `A\n${'x\n'.repeat(2_000)}` },
      '/gone': { body: 'secret', status: 403 },
      '/moved': { body: '', status: 302, headers: { location: 'https://evil.example/' } },
    };
  beforeAll(async () => {
    server = createServer((req, res) => {
      seen.push(req.headers.authorization);
      const file = files[(req.url ?? '').split('?')[0] ?? ''];
      if (file === undefined) return;
      res.writeHead(file.status ?? 200, file.headers);
      res.end(file.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const downloads = openDownloads(undefined, { maxBytes: 1_000, timeoutMs: 8_000 });
  const read = (path: string, format: 'csv' | 'tsv' = 'csv') =>
    downloads.read(`${base}${path}?sig=topsecret`, format);
  afterAll(() => downloads.close());

  it('is counted, whatever its quotes and line ends, and asked for without a token', async () => {
    expect(await read('/a.csv')).toEqual({
      rows: 2,
      columns: 2,
      columnNames: ['Name', 'Amount, EUR'],
      first: [
        ['Fabrikam, "Works"', '1'],
        ['=HYPERLINK("x")', '2', 'extra'],
      ],
    });
    expect(await read('/a.tsv', 'tsv')).toMatchObject({
      rows: 2,
      columns: 2,
      first: [
        ['A "quoted', '1'],
        ['B', '2'],
      ],
    });
    expect(await read('/gzip')).toMatchObject({ rows: 1, columnNames: ['A', 'B'] });
    expect(await read('/header')).toMatchObject({ rows: 0, columns: 2 });
    expect(await read('/none')).toMatchObject({ rows: 0, columns: 0 });
    expect(seen.every((header) => header === undefined)).toBe(true);
  });

  it.each([
    ['/large', 'api.unreadable', /larger than 1000 bytes/],
    ['/page', 'api.unreadable', /web page/],
    ['/gone', 'api.failed', /403/],
    ['/moved', 'api.rejected', /302/],
    ['/hangs', 'api.unreachable', /not read in time/],
  ])('that cannot be read (%s) is a fault that says nothing of the link', async (path, code, words) => {
    const fault: unknown = await read(path).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(
      `${(fault as Error).message} ${String((fault as Error).cause)} ${(fault as Error).stack ?? ''}`,
    ).not.toMatch(/topsecret/);
  });

  it('is asked for under https, or on this machine', async () => {
    await expect(downloads.read('http://files.example/x?sig=topsecret', 'csv')).rejects.toMatchObject({
      code: 'api.rejected',
    });
    await expect(downloads.read('file:///etc/passwd', 'csv')).rejects.toMatchObject({ code: 'api.rejected' });
    await expect(downloads.read('not a link', 'csv')).rejects.toMatchObject({ code: 'api.rejected' });
  });
});
