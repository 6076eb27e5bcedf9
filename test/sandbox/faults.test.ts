import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import type { FaultOrder } from '../../src/sandbox/http/faults.js';
import { openSandbox } from '../../src/sandbox/sandbox.js';
import { ANNOUNCEMENTS, handClock, openRig, type Rig } from './support.js';

const START = Date.parse('2026-11-02T08:00:00Z');
const PATH = `${ANNOUNCEMENTS}/issues`;
let rig: Rig;

beforeAll(async () => {
  rig = await openRig({ clock: handClock(START), throttle: false });
  rig.sandbox.health.putIssue({ id: 'EX100001', title: 'a', service: 'Exchange Online' });
  await rig.token();
});
afterEach(() => rig.sandbox.faults.clear());
afterAll(() => rig.close());

describe('a fault', () => {
  it('answers a status with body and headers, as often as told', async () => {
    const placed = order({
      kind: { kind: 'status', status: 418, body: '{"a":1}', headers: { 'x-why': 'because' } },
      times: 2,
    });
    for (let i = 0; i < 2; i += 1) {
      const answer = await rig.get(PATH);
      expect([answer.status, answer.headers.get('x-why'), await answer.text()]).toEqual([
        418,
        'because',
        '{"a":1}',
      ]);
    }
    expect((await rig.get(PATH)).status).toBe(200);
    expect([placed.hits, placed.left]).toEqual([2, 0]);
  });

  it('throttles in seconds or until a date of its clock', async () => {
    order({ kind: { kind: 'throttle', retryAfter: 7 }, times: 1 });
    order({ kind: { kind: 'throttle', retryAfter: 90, asDate: true }, times: 1 });
    order({ kind: 'unavailable', times: 1 });
    const seconds = await rig.get(PATH);
    expect([seconds.status, seconds.headers.get('retry-after')]).toEqual([429, '7']);
    const date = await rig.get(PATH);
    expect(date.headers.get('retry-after')).toBe('Mon, 02 Nov 2026 08:01:30 GMT');
    expect(date.headers.get('date')).toBe('Mon, 02 Nov 2026 08:00:00 GMT');
    const unavailable = await rig.get(PATH);
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, null]);
  });

  it('hangs until somebody closes', async () => {
    const own = await openRig();
    await own.token();
    own.sandbox.faults.add({ match: /issues/, kind: 'hang' });
    const waiting = own.get(PATH).then(
      () => 'answered',
      () => 'cut',
    );
    await until(() => own.sandbox.requests.some((entry) => entry.path.endsWith('/issues')));
    await own.close();
    expect(await waiting).toBe('cut');
  });

  it('resets in the middle of the body', async () => {
    order({ kind: 'reset' });
    const answer = await rig.get(PATH);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('sends JSON that does not parse, a page, nothing, or everything slowly', async () => {
    order({ kind: 'garbage', times: 1 });
    order({ kind: { kind: 'html', status: 502 }, times: 1 });
    order({ kind: 'empty', times: 1 });
    order({ kind: { kind: 'drip', bytes: 64, everyMs: 1 }, times: 1 });
    await expect((await rig.get(PATH)).json()).rejects.toThrow(SyntaxError);
    const page = await rig.get(PATH);
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    const empty = await rig.get(PATH);
    expect([empty.status, await empty.text()]).toEqual([200, '']);
    expect(await (await rig.get(PATH)).json()).toMatchObject({ value: [{ id: 'EX100001' }] });
  });

  it('concerns the host and the address it names', async () => {
    order({ match: /isResolved eq false/g, kind: 'empty' });
    rig.sandbox.faults.add({ match: /./, host: 'manage', kind: 'unavailable' });
    expect(await (await rig.get(PATH)).text()).not.toBe('');
    for (let i = 0; i < 2; i += 1)
      expect(await (await rig.get(`${PATH}?$filter=isResolved%20eq%20false`)).text()).toBe('');
    expect((await rig.get(`${rig.sandbox.endpoints.manage}/any`)).status).toBe(503);
  });

  it('can spoil the token service', async () => {
    const own = await openRig();
    own.sandbox.faults.add({ match: /oauth2/, host: 'login', kind: 'html', times: 1 });
    await expect(own.token()).rejects.toThrow(SyntaxError);
    await own.close();
  });
});

describe('the sandbox', () => {
  it('notes each request without its token', async () => {
    const own = await openRig({ clock: handClock(START) });
    const token = await own.token();
    await own.get(`${PATH}?$top=1`);
    expect(own.sandbox.requests).toEqual([
      {
        host: 'login',
        method: 'POST',
        path: `/${own.sandbox.tenantId}/oauth2/v2.0/token`,
        query: '',
        at: START,
      },
      { host: 'graph', method: 'GET', path: `/v1.0${PATH}`, query: '?$top=1', at: START },
    ]);
    expect(JSON.stringify(own.sandbox.requests)).not.toContain(token.slice(-20));
    await own.close();
  });

  it('takes webhook posts over plain http', async () => {
    const { hook } = rig.sandbox;
    expect(hook.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hook$/);
    const answer = await fetch(hook.url, {
      method: 'POST',
      body: '{"status":"firing"}',
      headers: { 'x-a': 'b' },
    });
    expect(answer.status).toBe(200);
    expect(hook.received).toMatchObject([
      {
        path: '/hook',
        text: '{"status":"firing"}',
        json: { status: 'firing' },
        headers: { 'x-a': 'b' },
        at: START,
      },
    ]);
  });

  it('is not trusted by a client that was not told to', async () => {
    await expect(fetch(rig.sandbox.endpoints.graph)).rejects.toThrow();
  });

  it('answers where it has no operations, and asks for a token of its own at Partner Center', async () => {
    expect((await rig.get(`${rig.sandbox.endpoints.manage}/api/v1.0/x`)).status).toBe(404);
    const refused = await rig.get(`${rig.sandbox.endpoints.partner}/insights/v1`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('writes its authority where it is asked to', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const sandbox = await openSandbox({ caDir: dir });
    expect(await readFile(sandbox.caFile ?? '', 'utf8')).toBe(sandbox.caPem);
    await sandbox.close();
    await rm(dir, { recursive: true });
  });
});

function order(
  given: Omit<FaultOrder, 'match'> & { match?: RegExp },
): ReturnType<Rig['sandbox']['faults']['add']> {
  return rig.sandbox.faults.add({ match: /\/issues/, ...given });
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('It did not come to pass.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
