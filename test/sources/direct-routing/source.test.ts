import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import type { CallKeep } from '../../../src/sources/keep.js';
import { directRouting } from '../../../src/sources/direct-routing/index.js';
import { piecesOf } from '../../../src/sources/direct-routing/read.js';
import type { Source } from '../../../src/sources/source.js';
import type { Database } from '../../../src/store/database.js';
import { T0 } from '../../support/builders.js';
import { startDouble, type Double, type DoubleRequest } from '../../support/graph-double.js';
import { memoryDatabase } from '../../support/record.js';
import {
  aCall,
  aFailure,
  guid,
  keepOf,
  openSource,
  pageOf,
  stamp,
  type OpenOptions,
  type TestCall,
} from './support.js';

const PAYLOADS = new URL('../../../../shared/payloads/', import.meta.url);

let double: Double;
let database: Database;
let keep: CallKeep;
let opened: Source[] = [];
let rows: TestCall[];

beforeAll(async () => {
  double = await startDouble();
  database = await memoryDatabase();
});
afterAll(async () => {
  await double.close();
  await database.close();
});
beforeEach(async () => {
  keep = keepOf(database);
  await keep.forget('contoso/direct-routing', T0 + 365 * DAY);
  rows = [];
  double.answer((request) => pageOf(request.path, double.url, rows));
});
afterEach(async () => {
  await Promise.all(opened.map((source) => source.close()));
  opened = [];
});

function open(options: Partial<OpenOptions> = {}): Source {
  const source = openSource(double, { keep, ...options });
  opened.push(source);
  return source;
}

async function factsOf(source: Source, now = T0) {
  const { observation } = await source.poll(undefined, now);
  return new Map(observation.facts.map((fact) => [fact.subject, fact.values]));
}

/** Requests of the log since the double began: `from … to`. */
function ranges(since: number): string[] {
  return double
    .asked()
    .slice(since)
    .map((line) => /\(fromDateTime=(.*),toDateTime=(.*)\)/.exec(line)?.slice(1, 3).join(' … ') ?? line);
}

describe('direct routing', () => {
  it('asks for the overlap by start time, unquoted in UTC, with colons encoded and an application’s token', async () => {
    await factsOf(open());
    const request = double.requests.findLast(({ path }) => path.includes('getDirectRoutingCalls'));
    expect(request?.path).toBe(
      '/v1.0/communications/callRecords/getDirectRoutingCalls(fromDateTime=2026-11-19T03%3A00%3A00Z,toDateTime=2026-11-21T03%3A00%3A00Z)',
    );
    expect(request?.headers.authorization).toMatch(/^Bearer token-/);
  });

  it('follows next pages in either spelling; the count of a page is no total', async () => {
    rows = Array.from({ length: 25 }, (_, i) => aCall(i, T0 - HOUR + i * MINUTE));
    double.answer((request) => {
      const { body } = pageOf(request.path, double.url, rows, 10);
      const text = JSON.stringify(body);
      return { body: request.path.includes('skip=10') ? text.replace('nextLink', 'NextLink') : text };
    });
    expect((await factsOf(open())).get('tenant:contoso')).toMatchObject({ attempts1h: 20 });
    expect(sum(await keep.counts('contoso/direct-routing', T0 - DAY, T0))).toBe(25);
  });

  it('does not follow a next page to another host, nor one that leads to itself', async () => {
    double.answer(() => ({
      body: { value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/x?$skip=1' },
    }));
    await expect(open().poll(undefined, T0)).rejects.toMatchObject({ code: 'api.rejected' });
    const self = `${double.url}/v1.0/x?$skip=1`;
    double.answer(() => ({ body: { value: [], '@odata.nextLink': self } }));
    await expect(open().poll(undefined, T0)).rejects.toMatchObject({ code: 'api.unreadable' });
  });

  it('counts a call once, however often it comes, in the minute it belongs to', async () => {
    const late = aFailure(2, T0 - 40 * HOUR, 503, 560503);
    rows = [aCall(1, T0 - MINUTE)];
    const first = await open().poll(undefined, T0);
    expect(first.rows).toBe(1);
    rows = [...rows, late, aCall(3, T0 + MINUTE)];
    await open().poll(first.memory, T0 + 5 * MINUTE);
    await open().poll(undefined, T0 + 5 * MINUTE);
    const counts = await keep.counts('contoso/direct-routing', T0 - 3 * DAY, T0 + HOUR);
    expect(counts.map(({ minute, count }) => [(minute - T0) / MINUTE, count])).toEqual([
      [-2_400, 1],
      [-1, 1],
      [1, 1],
    ]);
    expect(await keep.failed('contoso/direct-routing', { limit: 10 })).toMatchObject([
      { id: guid(2), startedAt: T0 - 40 * HOUR },
    ]);
  });

  it('after an outage of its own it reads from the last good poll, less the overlap', async () => {
    const source = open({ overlap: '2h' });
    const { memory } = await source.poll(undefined, T0);
    const since = double.asked().length;
    await source.poll(memory, T0 + 5 * HOUR);
    expect(ranges(since)).toEqual(['2026-11-21T01:00:00Z … 2026-11-21T08:00:00Z']);
  });

  it('never asks for 90 days at once', async () => {
    const { memory } = await open().poll(undefined, T0 - 300 * DAY);
    const since = double.asked().length;
    await open().poll(memory, T0);
    const days = ranges(since).map((range) => {
      const [from = '', to = ''] = range.split(' … ');
      return (Date.parse(to) - Date.parse(from)) / DAY;
    });
    expect(Math.max(...days)).toBeLessThan(4);
    expect(days.reduce((a, b) => a + b, 0)).toBeLessThan(91);
    expect(piecesOf({ from: T0 - 90 * DAY, to: T0 })).toHaveLength(30);
  });

  it('an attempt that fails over to another trunk is no failure that anybody saw, in whatever order the rows come', async () => {
    const same = { correlationId: guid(77) };
    const other = { trunkFullyQualifiedDomainName: 'sbc2.contoso.example' };
    const numbers = { callerNumber: '+33100000001', calleeNumber: '+33100000002' };
    const failed = aFailure(1, T0 - 600_000, 503, 560503, same);
    const again = aFailure(3, T0 - 500_000, 503, 560503, numbers);
    const redialled = aFailure(5, T0 - 400_000, 503, 560503, { callerNumber: '+33100000003' });
    rows = [failed, again, redialled];
    const source = open();
    const first = await source.poll(undefined, T0);
    rows = [
      aCall(6, T0 - 390_000, { callerNumber: '+33100000003' }),
      aCall(4, T0 - 480_000, { ...numbers, ...other }),
      aCall(2, T0 - 599_000, { ...same, ...other }),
      ...rows,
    ];
    const { observation } = await source.poll(first.memory, T0 + MINUTE);
    await open().poll(undefined, T0 + MINUTE);
    const trunk = observation.facts.find(({ subject }) => subject === 'trunk:sbc1.contoso.example');
    // The one that was dialled again on the same trunk was seen by the person who dialled.
    expect(trunk?.values).toMatchObject({ failed: 3, userVisible: 1 });
    expect((await open().look({ about: 'call', id: guid(1) }, T0))[0]?.values).toMatchObject({
      recovered: true,
      owner: 'sbc',
    });
    expect((await open().look({ about: 'call', id: guid(5) }, T0))[0]?.values).toMatchObject({
      recovered: false,
    });
  });

  it('legs of one correlation are calls of their own', async () => {
    const correlationId = guid(9);
    rows = [
      aCall(1, T0 - MINUTE, { correlationId, callType: 'ByotIn' }),
      aFailure(2, T0 - 2 * MINUTE, 500, 510544, { correlationId, callType: 'ByotOutUserForwarding' }),
    ];
    expect((await factsOf(open())).get('tenant:contoso')).toMatchObject({
      attempts: 2,
      failed: 1,
      userVisible: 1,
    });
  });

  it('trunks that differ in case are one; calls before any trunk are the tenant’s', async () => {
    rows = [
      aCall(1, T0 - MINUTE, { trunkFullyQualifiedDomainName: 'SBC1.Contoso.Example' }),
      aCall(2, T0 - MINUTE),
      aFailure(3, T0 - MINUTE, 500, 510544, { trunkFullyQualifiedDomainName: null }),
    ];
    expect([...(await factsOf(open())).keys()]).toEqual(['trunk:sbc1.contoso.example', 'tenant:contoso']);
  });

  it('a success is one, whatever its code; what says nothing is judged by its code and time of failure', async () => {
    rows = [
      aCall(1, T0 - MINUTE, { finalSipCode: 503, callEndSubReason: 1 }),
      aCall(2, T0 - MINUTE, { successfulCall: null }),
      aCall(3, T0 - MINUTE, { successfulCall: null, finalSipCode: 504 }),
      aCall(4, T0 - MINUTE, { successfulCall: null, failureDateTime: stamp(T0) }),
      aCall(5, T0 - MINUTE, { userId: '', callType: 'ByotInUcap' }),
    ];
    expect((await factsOf(open())).get('tenant:contoso')).toMatchObject({
      attempts: 5,
      answered: 3,
      failed: 1,
    });
  });

  it('masks numbers and names wherever a call can be seen', async () => {
    const secret = {
      finalSipCodePhrase: 'No route to +442079460958 for user1@contoso.example\u0007',
      callerNumber: '+33155501234',
    };
    rows = [aFailure(1, T0 - MINUTE, 503, 560503, secret)];
    const source = open();
    await source.poll(undefined, T0);
    const seen = JSON.stringify([
      await keep.failed('contoso/direct-routing', { limit: 5 }),
      await source.look({ about: 'call', id: guid(1) }, T0),
      await source.look({ about: 'calls', windowMs: HOUR }, T0),
    ]);
    expect(seen).not.toMatch(/33155501234|442079460958|user1@|User One/);
    expect((await source.look({ about: 'call', id: guid(1) }, T0))[0]?.values).toMatchObject({
      caller: '+3315***34',
      callee: '+4420***58',
      user: 'us***@contoso.example',
    });
  });

  it('masks a number that stands for a name, although names are shown', async () => {
    const lobby = {
      userDisplayName: 'Lobby +33 1 55 50 12 34',
      userPrincipalName: '+33155501234@contoso.example',
      finalSipCodePhrase: '503 560503: 0033155501234 is busy',
    };
    rows = [aFailure(1, T0 - MINUTE, 503, 560503, lobby)];
    await open({ privacy: { numbers: 'mask', users: 'show' } }).poll(undefined, T0);
    expect((await keep.failed('contoso/direct-routing', { limit: 1 }))[0]?.values).toMatchObject({
      userName: 'Lobby +33 1***34',
      user: '+3315***34@contoso.example',
      phrase: '503 560503: 0033***34 is busy',
    });
  });

  it('hides or shows them where that is asked for', async () => {
    rows = [aFailure(1, T0 - MINUTE, 503, 560503)];
    await open({ privacy: { numbers: 'hide', users: 'hide' } }).poll(undefined, T0);
    expect((await keep.failed('contoso/direct-routing', { limit: 1 }))[0]?.values).toMatchObject({
      caller: '',
      callee: '',
      user: '',
    });
    rows = [aFailure(2, T0 - MINUTE, 503, 560503)];
    await open({ privacy: { numbers: 'show', users: 'show' } }).poll(undefined, T0);
    expect((await keep.failed('contoso/direct-routing', { id: guid(2), limit: 1 }))[0]?.values).toMatchObject(
      { caller: '+33155501234', user: 'user1@contoso.example' },
    );
  });

  it('answers a question live, with what the record has not yet, and changes nothing', async () => {
    rows = [aCall(1, T0 - 50 * MINUTE)];
    const source = open();
    await source.poll(undefined, T0 - 40 * MINUTE);
    rows = [...rows, aFailure(2, T0 - MINUTE, 504, 569008)];
    const [all, trunk] = await source.look({ about: 'calls', windowMs: HOUR }, T0);
    expect(all?.values).toMatchObject({
      type: 'window',
      attempts: 2,
      failed: 1,
      topCode: '504/569008',
      failures: [{ id: guid(2), code: '504/569008' }],
    });
    expect(all?.values['liveFrom']).not.toBeNull();
    expect(trunk?.subject).toBe('trunk:sbc1.contoso.example');
    expect(
      (await source.look({ about: 'trunks', windowMs: HOUR }, T0)).map(({ subject }) => subject),
    ).toEqual(['trunk:sbc1.contoso.example']);
    const [own] = await source.look({ about: 'calls', trunk: 'SBC1.contoso.example', windowMs: DAY }, T0);
    expect(own).toMatchObject({ subject: 'calls:sbc1.contoso.example', values: { attempts: 2 } });
    expect(sum(await keep.counts('contoso/direct-routing', T0 - DAY, T0))).toBe(1);
    expect((await source.recall({ about: 'calls', windowMs: HOUR }, [], T0))[0]?.values).toMatchObject({
      attempts: 1,
      liveFrom: null,
    });
  });

  it('finds a call that was not kept, and says so of one that is not there', async () => {
    rows = [aFailure(1, T0 - 30 * HOUR, 486, 540486)];
    expect((await open().look({ about: 'call', id: guid(1).toUpperCase() }, T0))[0]?.values).toMatchObject({
      code: '486/540486',
      owner: 'caller',
      failure: false,
    });
    await expect(open().look({ about: 'call', id: 'nothing' }, T0)).rejects.toMatchObject({
      code: 'api.not-found',
    });
  });

  it.each([
    [403, 'api.denied', /CallRecord-PstnCalls\.Read\.All or CallRecords\.Read\.All/],
    [406, 'api.rejected', /90 days/],
    [404, 'api.not-found', /./],
  ])('says what a %p means', async (status, code, advice) => {
    double.answer(() => ({
      status,
      body: {
        error: {
          code: 'x',
          message: 'no',
          innerError: { 'request-id': 'r-1', date: '2026-11-21T03:00:00' },
        },
      },
    }));
    const error: unknown = await open()
      .poll(undefined, T0)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, requestId: 'r-1' });
    expect((error as { advice: string }).advice).toMatch(advice);
  });

  it('keeps what a broken poll had, and is none the wiser for garbage', async () => {
    rows = Array.from({ length: 30 }, (_, i) => aCall(i, T0 - HOUR + i * MINUTE));
    const garbled = (request: DoubleRequest): string =>
      JSON.stringify(pageOf(request.path, double.url, rows, 20).body).replace(
        /.{40}$/,
        request.path.includes('skip') ? '[,]' : '$&',
      );
    double.answer((request) => ({ body: garbled(request) }));
    const source = open();
    await expect(source.poll(undefined, T0)).rejects.toMatchObject({ code: 'api.unreadable' });
    double.answer((request) => pageOf(request.path, double.url, rows, 20));
    await source.poll(undefined, T0);
    expect(sum(await keep.counts('contoso/direct-routing', T0 - DAY, T0))).toBe(30);
    double.answer(() => ({ headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }));
    await expect(source.poll(undefined, T0)).rejects.toThrow('a web page');
  });

  it('begins again when somebody else has counted the same calls meanwhile', async () => {
    rows = [aCall(1, T0 - MINUTE), aCall(2, T0 - MINUTE)];
    const [one, other] = [open(), open()];
    const before = await one.poll(undefined, T0);
    rows = [...rows, aCall(3, T0)];
    await other.poll(undefined, T0 + MINUTE);
    rows = [...rows, aCall(4, T0)];
    const { observation } = await one.poll(before.memory, T0 + 2 * MINUTE);
    expect(sum(await keep.counts('contoso/direct-routing', T0 - DAY, T0 + DAY))).toBe(4);
    expect(observation.facts.at(-1)?.values).toMatchObject({ attempts: 4 });
  });

  it('where the cloud has no call log it says so and asks nothing', async () => {
    const source = open({ cloud: 'china' });
    const since = double.requests.length;
    expect((await factsOf(source)).get('tenant:contoso')).toMatchObject({ available: false });
    expect(await source.check(T0)).toMatchObject([{ ok: true, detail: expect.stringContaining('21Vianet') }]);
    expect(await source.look({ about: 'calls', windowMs: HOUR }, T0)).toMatchObject([
      { values: { available: false } },
    ]);
    expect(double.requests).toHaveLength(since);
  });

  it('checks the token and one hour of calls', async () => {
    rows = [aCall(1, T0 - MINUTE)];
    expect(await open().check(T0)).toMatchObject([
      { name: 'token', ok: true },
      { ok: true, detail: expect.stringContaining('1 calls') },
    ]);
    double.answer(() => ({
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied', message: 'no' } },
    }));
    expect((await open().check(T0))[1]).toMatchObject({
      ok: false,
      advice: expect.stringContaining('CallRecords.Read.All'),
    });
  });

  it('takes its own settings and no others', () => {
    const problems = (settings: unknown) =>
      directRouting.settings.safeParse(settings).error?.issues.length ?? 0;
    expect(directRouting.settings.parse({})).toEqual({ overlap: 48 * HOUR });
    expect([
      problems({ overlap: '30m' }),
      problems({ overlap: '91d' }),
      problems({ overlap: 'long' }),
      problems({ lap: '1h' }),
    ]).toEqual([1, 1, 1, 1]);
  });

  (existsSync(PAYLOADS) ? it : it.skip).each([
    'documented-getDirectRoutingCalls-response.json',
    'graph-getDirectRoutingCalls-docs-sample.json',
  ])('reads %s', async (file) => {
    const text = readFileSync(new URL(file, PAYLOADS), 'utf8').replace(/,\s*"@odata.nextLink": "[^"]*"/, '');
    double.answer(() => ({ body: text }));
    const now = Date.parse('2019-11-01T12:00:00Z');
    const { observation } = await open().poll(undefined, now);
    await keep.forget('contoso/direct-routing', now + DAY);
    expect(observation.facts.map(({ subject }) => subject)).toEqual([
      'trunk:tll-audiocodes01.adatum.biz',
      'tenant:contoso',
    ]);
    expect(observation.facts[0]?.values).toMatchObject({ attempts: 1, answered: 1, failed: 0 });
  });
});

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
