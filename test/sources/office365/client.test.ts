import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHttp } from '../../../src/lib/http.js';
import { silentLog } from '../../../src/lib/log.js';
import { hashOf } from '../../../src/sources/communications.js';
import { openOffice365, warnRetired, type Office365 } from '../../../src/sources/office365.js';
import { explainOffice365 } from '../../../src/sources/office365-error.js';
import { startDouble, tenantOf, type Double } from '../../support/graph-double.js';

let double: Double;
let api: Office365;
let renewed = 0;
let close: () => Promise<void>;

beforeAll(async () => {
  double = await startDouble();
  const http = openHttp({ ca: double.ca, userAgent: 'test', log: silentLog, backoffMs: 1 });
  close = () => http.close();
  api = openOffice365({
    tenant: tenantOf(double),
    http,
    tokens: {
      token: (resource, renew) => {
        if (renew === true) renewed += 1;
        return Promise.resolve(`for-${resource}${renew === true ? '-again' : ''}`);
      },
    },
    log: silentLog,
    spend: () => undefined,
  });
});

afterAll(async () => {
  await close();
  await double.close();
});

const ROOT = '/api/v1.0/11111111-2222-3333-4444-555555555555/ServiceComms';
const lastAsked = (): string | undefined => double.asked().at(-1);

describe('a question', () => {
  it('names the tenant of the token, its host and the plainest metadata', async () => {
    double.answer(() => ({ body: { value: [] } }));
    await api.currentStatus({ workload: "O'Brien", select: ['Id', 'Status'] });
    expect(lastAsked()).toBe(`GET ${ROOT}/CurrentStatus?$filter=Workload eq 'O''Brien'&$select=Id,Status`);
    const { headers } = double.requests.at(-1) ?? {};
    expect(headers?.accept).toBe('application/json;odata.metadata=none');
    expect(headers?.authorization).toBe(`Bearer for-${double.url}`);
  });

  it('carries every documented filter', async () => {
    double.answer(() => ({ body: { value: [] } }));
    await api.services({ select: ['Id'] });
    expect(lastAsked()).toBe(`GET ${ROOT}/Services?$select=Id`);
    await api.historicalStatus({ workload: 'Lync', since: Date.UTC(2026, 10, 1) });
    expect(lastAsked()).toBe(
      `GET ${ROOT}/HistoricalStatus?$filter=Workload eq 'Lync' and StatusTime ge 2026-11-01T00:00:00.000Z`,
    );
    await api.messages({
      messageType: 'Incident',
      id: 'EX1',
      workload: 'Exchange',
      startTime: 0,
      endTime: 1_000,
      top: 500,
    });
    expect(lastAsked()).toBe(
      `GET ${ROOT}/Messages?$filter=MessageType eq 'Incident' and ID eq 'EX1' and Workload eq 'Exchange' and StartTime ge 1970-01-01T00:00:00.000Z and EndTime le 1970-01-01T00:00:01.000Z&$top=100`,
    );
  });

  it('is asked page after page until one is not full', async () => {
    double.answer(({ path }) => {
      const skip = Number(/skip=(\d+)/.exec(decodeURIComponent(path))?.[1] ?? 0);
      return {
        body: { value: Array.from({ length: Math.min(2, 5 - skip) }, (_, i) => ({ Id: `EX${skip + i}` })) },
      };
    });
    expect((await api.messages({ top: 2 })).read().rows.map(({ id }) => id)).toEqual([
      'EX0',
      'EX1',
      'EX2',
      'EX3',
      'EX4',
    ]);
  });

  it('is asked once more with a new token when the old one is refused', async () => {
    const before = renewed;
    double.answer(({ headers }) =>
      headers.authorization?.endsWith('-again') === true
        ? { body: { value: [] } }
        : { status: 401, body: { error: { code: 'AF10000.  No.' } } },
    );
    await api.services();
    expect(renewed).toBe(before + 1);
  });
});

describe('an answer', () => {
  it('that differs in its times alone is the same answer', async () => {
    const at = async (time: string, status = 'ServiceOperational'): Promise<string> => {
      double.answer(() => ({ body: { value: [{ Id: 'Lync', Status: status, StatusTime: time }] } }));
      return hashOf(await api.currentStatus());
    };
    const first = await at('2026-11-20T03:00:00.1234567Z');
    expect(await at('2026-11-20T03:01:00.1234567Z')).toBe(first);
    expect(await at('2026-11-20T03:01:00.1234567Z', 'Investigating')).not.toBe(first);
  });

  it('with two braces in front is read', async () => {
    double.answer(() => ({ body: '{ \n {"value":[{"Id":"EX1"}]}' }));
    expect((await api.messages()).read().rows).toMatchObject([{ id: 'EX1' }]);
    double.answer(() => ({ body: '{{"value":[{"Id":"EX2"}]}}' }));
    expect((await api.messages()).read().rows).toMatchObject([{ id: 'EX2' }]);
  });

  it.each([
    ['a page', '<html></html>'],
    ['nothing', ''],
    ['half of it', '{"value":[{"Id":'],
    ['no list', '{"value":3}'],
  ])('that is %s is unreadable', async (_name, body) => {
    double.answer(() => ({ body }));
    await expect(api.messages().then((answer) => answer.read())).rejects.toMatchObject({
      code: 'api.unreadable',
    });
  });

  const documented = '../shared/payloads/documented-legacy-Messages.txt';
  (existsSync(documented) ? it : it.skip)('is the documented one, byte for byte', async () => {
    double.answer(() => ({ body: readFileSync(documented) }));
    expect((await api.messages()).read()).toMatchObject({
      rows: [{ id: 'EX20119' }, { id: 'EX20789' }],
      broken: 0,
    });
  });
});

describe('a refusal', () => {
  const refused = (status: number, error: object): Promise<unknown> => {
    double.answer(() => ({ status, body: { error }, headers: { 'x-activity-id': 'act-1' } }));
    return api.services().then(
      () => undefined,
      (error_: unknown) => error_,
    );
  };

  it('has its code in front of the first full stop', async () => {
    expect(
      await refused(500, {
        code: 'AF5000.  An internal server error occurred.',
        message: 'Retry the request.',
      }),
    ).toMatchObject({
      code: 'api.failed',
      message: expect.stringContaining('AF5000: An internal server error occurred. Retry the request.'),
      requestId: 'act-1',
    });
  });

  it('names the permission of this API, not of Graph', async () => {
    expect(
      await refused(403, { code: 'AF10001.  The permission set () is too small.', message: '' }),
    ).toMatchObject({
      code: 'api.denied',
      message: expect.stringContaining('ServiceHealth.Read of the Office 365 Management APIs'),
      advice: expect.stringContaining('admin consent'),
    });
  });

  it('of another tenant tells to check the tenant', async () => {
    const words =
      'The tenant ID passed in the URL (a) does not match the tenant ID passed in the access token (b).';
    expect(await refused(401, { code: `AF20010.  ${words}`, message: words })).toMatchObject({
      code: 'api.denied',
      advice: expect.stringContaining('tenantId of contoso'),
    });
  });

  it('with a body that is none says nothing more', () => {
    const answer = { status: 502, headers: {}, body: Buffer.from('<html>'), requestId: undefined };
    expect(explainOffice365(answer, { name: 'contoso' })).toEqual({ words: '' });
  });
});

it('warns once a tenant and start that it is retired', () => {
  const said: string[] = [];
  const log = {
    ...silentLog,
    warn: (_: unknown, words: string) => said.push(words),
  } as unknown as typeof silentLog;
  warnRetired(tenantOf(double, { name: 'first' }), log);
  warnRetired(tenantOf(double, { name: 'first' }), log);
  warnRetired(tenantOf(double, { name: 'second' }), log);
  expect(said).toHaveLength(2);
  expect(said[0]).toContain('Microsoft retired');
});
