import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/lib/fault.js';
import { openHttp, type Http } from '../../src/lib/http.js';
import { silentLog } from '../../src/lib/log.js';
import { openGraph, type Graph } from '../../src/sources/graph.js';
import { openTokens } from '../../src/sources/tokens.js';
import { startDouble, tenantOf, type Double } from '../support/graph-double.js';

let double: Double;
let http: Http;
let graph: Graph;

beforeEach(async () => {
  double = await startDouble();
  http = openHttp({ ca: double.ca, userAgent: 'Tocsin', log: silentLog, backoffMs: 1 });
  graph = openGraph(double.url, openTokens(tenantOf(double), http, silentLog), http, 4);
});

afterEach(async () => {
  await http.close();
  await double.close();
});

const ask = { path: '/admin/x', permission: 'ServiceHealth.Read.All' };

async function fault(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof Fault) return error;
  throw new Error(`no fault: ${String(error)}`);
}

describe('a Graph request', () => {
  it('carries the token, the options and the page size to our own host', async () => {
    double.answer(() => ({ body: { value: [] } }));
    await graph.page({ ...ask, query: { $filter: "service eq 'A & B'" }, pageSize: 500 });
    const request = double.requests.at(-1);
    expect(double.asked()).toEqual(["GET /v1.0/admin/x?$filter=service eq 'A & B'"]);
    expect(request?.headers['authorization']).toBe('Bearer token-1');
    expect(request?.headers['prefer']).toBe('odata.maxpagesize=500');
  });

  it('asks for a new token once when the old one is refused', async () => {
    double.answer((request) =>
      request.headers['authorization'] === 'Bearer token-1' ? { status: 401, body: {} } : { body: { id: 1 } },
    );
    expect((await graph.get(ask)).json()).toEqual({ id: 1 });
  });

  it('gives up when the new token is refused as well', async () => {
    double.answer(() => ({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken', message: 'No.' } },
    }));
    const told = await fault(graph.get(ask));
    expect([told.code, told.status, double.asked().length]).toEqual(['api.unauthorized', 401, 2]);
  });

  it('keeps the fault of a token that cannot be had', async () => {
    double.token(() => ({
      status: 401,
      body: { error: 'invalid_client', error_description: 'AADSTS7000222: x' },
    }));
    expect((await fault(graph.get(ask))).message).toContain('AADSTS7000222');
    expect(double.asked()).toEqual([]);
  });

  it('spends before each try and stops when nothing is left', async () => {
    double.answer(() => ({ status: 503 }));
    let left = 2;
    const spend = () => {
      left -= 1;
      if (left < 0) throw new Fault('api.budget', 'Used up.');
    };
    expect((await fault(graph.get({ ...ask, spend }))).code).toBe('api.budget');
    expect(double.asked()).toHaveLength(2);
  });
});

describe('pages', () => {
  it.each(['@odata.nextLink', '@odata.NextLink'])('are followed as written by %s', async (name) => {
    const link = `${double.url}/v1.0/admin/x?$skiptoken=a%2Bb&$top=1&zz=%20`;
    double.answer((request) =>
      request.path.includes('skiptoken') ? { body: { value: [2] } } : { body: { value: [1], [name]: link } },
    );
    const pages = await graph.pages({ ...ask, query: { $filter: 'a' } });
    expect(pages.flatMap((page) => page.rows())).toEqual([1, 2]);
    expect(`${double.url}${double.requests.at(-1)?.path ?? ''}`).toBe(link);
  });

  it('are not followed to another host, so that no token goes there', async () => {
    double.answer(() => ({
      body: { value: [1], '@odata.nextLink': 'https://evil.example/v1.0/admin/x?$skip=1' },
    }));
    const told = await fault(graph.pages(ask));
    expect(told.code).toBe('api.rejected');
    expect(told.message).toContain('evil.example');
    expect(double.asked()).toHaveLength(1);
  });

  it('are not followed to another port or to http', async () => {
    for (const link of [
      'https://127.0.0.1:1/v1.0/x',
      double.url.replace('https', 'http'),
      '//evil.example/x',
    ]) {
      double.answer(() => ({ body: { value: [1], '@odata.nextLink': link } }));
      expect((await fault(graph.pages(ask))).code).toBe('api.rejected');
    }
  });

  it('end somewhere, whatever the server says', async () => {
    double.answer(() => ({ body: { value: [1], '@odata.nextLink': `${double.url}/v1.0/admin/x?$skip=1` } }));
    expect((await fault(graph.pages(ask))).code).toBe('api.unreadable');
    expect(double.asked()).toHaveLength(4);
  });

  it.each([
    ['a web page', '<html></html>'],
    ['no list', '{"value":{}}'],
    ['no object', '[1]'],
    ['half a body', '{"value":[{'],
  ])('that are %s are unreadable', async (_what, body) => {
    double.answer(() => ({ body }));
    const page = await graph.page(ask);
    expect((await fault(Promise.resolve().then(() => page.rows()))).code).toBe('api.unreadable');
  });
});

describe('a refusal', () => {
  it('of permission names the permission', async () => {
    const body = { error: { code: 'Forbidden', message: 'Nope', innerError: { 'request-id': 'inner-1' } } };
    double.answer(() => ({ status: 403, headers: { 'request-id': 'outer-1' }, body }));
    const told = await fault(graph.get(ask));
    expect([told.code, told.status, told.requestId]).toEqual(['api.denied', 403, 'inner-1']);
    expect(told.message).toMatch(/Forbidden: Nope\. The permission ServiceHealth\.Read\.All is missing\.$/);
    expect(told.advice).toBe(
      'Grant the application permission ServiceHealth.Read.All to the app and give admin consent.',
    );
  });

  it('behind two layers of JSON is read to the innermost words', async () => {
    const inner = JSON.stringify({ error: { message: 'The real words', code: 'Forbidden' } });
    const message = JSON.stringify({ code: 'forbidden', message: inner });
    double.answer(() => ({ status: 500, body: { error: { code: 'UnknownError', message } } }));
    const told = await fault(graph.get(ask));
    expect(told.code).toBe('api.denied');
    expect(told.message).toContain('The real words');
  });

  it('of a query is told in the words of Graph', async () => {
    double.answer(() => ({
      status: 400,
      body: { error: { code: 'BadRequest', message: 'Invalid filter clause' } },
    }));
    const told = await fault(graph.get(ask));
    expect([told.code, told.status]).toEqual(['api.rejected', 400]);
    expect(told.message).toContain('BadRequest: Invalid filter clause');
  });

  it('without a readable body still has its status', async () => {
    double.answer(() => ({ status: 403, body: '<html>proxy</html>' }));
    expect((await fault(graph.get(ask))).code).toBe('api.denied');
  });

  const recorded = '../shared/payloads/graph-error-403-wrong-tenant.json';
  if (existsSync(recorded))
    it('of a foreign id, as recorded, says that it is not there', async () => {
      double.answer(() => ({ status: 403, body: readFileSync(recorded) }));
      const told = await fault(graph.get(ask));
      expect([told.code, told.requestId]).toEqual(['api.not-found', 'b2307a39-e878-458b-bc90-03bc578531d6']);
      expect(told.message).toContain("Resource doesn't exist for the tenant");
    });

  it('of a foreign id says that it is not there', async () => {
    const inner = JSON.stringify({ error: "Resource doesn't exist for the tenant. ActivityId: 1." });
    const message = JSON.stringify({ code: 'forbidden', message: inner });
    double.answer(() => ({ status: 403, body: { error: { code: 'UnknownError', message } } }));
    expect((await fault(graph.get(ask))).code).toBe('api.not-found');
  });
});
