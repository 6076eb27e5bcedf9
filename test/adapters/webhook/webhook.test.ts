import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { webhook } from '../../../adapters/webhook/index.js';
import { sign } from '../../../adapters/webhook/render.js';
import type { Fault } from '../../../src/lib/fault.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { startSink, type Sink, type SinkAnswer } from '../../support/sink.js';
import { BEGAN, message } from './fixtures.js';

let sink: Sink;
let adapter: Adapter;

beforeEach(async () => {
  sink = await startSink();
  adapter = await webhook.open(undefined, {
    log: silentLog,
    now: () => BEGAN,
    publicUrl: 'https://tocsin.contoso.com',
  });
});

afterEach(async () => {
  await adapter.close();
  await sink.close();
});

function channel(settings: object = {}): Channel {
  return adapter.channel('hook', webhook.channel.parse({ url: `${sink.url}/alerts?team=noc`, ...settings }));
}

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  return attempt.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error as Fault,
  );
}

describe('the webhook channel', () => {
  it('posts the body as JSON to the whole address', async () => {
    expect(await channel().post(message())).toEqual({ status: 200 });
    const [request] = sink.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/alerts?team=noc' });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers).not.toHaveProperty('x-tocsin-signature');
    expect(request?.body).toMatchObject({ version: '4', receiver: 'hook', status: 'firing' });
  });

  it('signs what it sends when it has a secret', async () => {
    await channel({ secret: 's3cret' }).post(message());
    const [request] = sink.requests;
    expect(request?.headers['x-tocsin-signature']).toBe(sign(request?.text ?? '', 's3cret', BEGAN));
  });

  it('sends the credentials of the address as Basic authentication, never in an error', async () => {
    sink.answer({ status: 403 });
    const url = sink.url.replace('http://', 'http://noc:p%40ss@');
    const fault = await faultOf(channel({ url: `${url}/hooks/T0KEN` }).post(message()));
    expect(sink.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('noc:p@ss').toString('base64')}`,
    );
    expect(`${fault.message} ${fault.advice}`).not.toMatch(/p@ss|p%40ss|T0KEN/);
  });

  it('can only post: it is told again when the status changes', () => {
    const { update, thread, find } = channel();
    expect({ update, thread, find }).toEqual({ update: undefined, thread: undefined, find: undefined });
  });

  it.each<[SinkAnswer, string, boolean]>([
    [{ status: 400 }, 'channel.refused', false],
    [{ status: 401 }, 'channel.refused', false],
    [{ status: 403 }, 'channel.refused', false],
    [{ status: 404 }, 'channel.refused', false],
    [{ status: 408 }, 'channel.failed', true],
    [{ status: 410 }, 'channel.refused', false],
    [{ status: 413 }, 'channel.too-large', false],
    [{ status: 422 }, 'channel.refused', false],
    [{ status: 429, retryAfter: 7 }, 'channel.throttled', true],
    [{ status: 500 }, 'channel.failed', true],
    [{ status: 503 }, 'channel.failed', true],
    [{ reset: true }, 'channel.unknown-outcome', true],
  ])('answered with %j it throws %s (retry %s)', async (answer, code, retry) => {
    sink.answer(answer);
    const fault = await faultOf(channel().post(message()));
    expect(fault).toMatchObject({ name: 'Fault', code, retry, status: answer.status ?? 0 });
    expect(sink.requests).toHaveLength(1);
  });

  it.each([
    ['7', {}, 7_000],
    ['Sat, 21 Nov 2026 03:10:30 GMT', { date: 'Sat, 21 Nov 2026 03:10:00 GMT' }, 30_000],
    ['Sat, 21 Nov 2026 03:09:00 GMT', { date: 'Sat, 21 Nov 2026 03:10:00 GMT' }, 0],
    ['soon', {}, undefined],
  ])('reads Retry-After: %s', async (retryAfter, headers, expected) => {
    sink.answer({ status: 429, retryAfter, headers });
    expect((await faultOf(channel().post(message()))).retryAfterMs).toBe(expected);
  });

  it('does not know the outcome when no answer comes in time', async () => {
    sink.answer({ hang: true });
    const fault = await faultOf(channel({ timeout: '1s' }).post(message()));
    expect(fault.code).toBe('channel.unknown-outcome');
    expect(sink.requests).toHaveLength(1);
  });

  it('says unreachable when the request never left', async () => {
    const fault = await faultOf(channel({ url: `http://127.0.0.1:${await freePort()}/` }).post(message()));
    expect(fault.code).toBe('channel.unreachable');
    expect(fault.message).toContain('ECONNREFUSED');
  });

  it('accepts at the status, however large the answer', async () => {
    sink.answer({ status: 202, body: 'x'.repeat(2_000_000) });
    expect(await channel().post(message())).toEqual({ status: 202 });
  });

  it('follows a 308 on its own host', async () => {
    sink.next({ status: 308, headers: { location: '/moved' } });
    await channel().post(message());
    expect(sink.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /alerts?team=noc',
      'POST /moved',
    ]);
  });

  it('does not follow to another host, nor for ever', async () => {
    const other = await startSink();
    sink.next({ status: 307, headers: { location: `${other.url}/steal` } });
    expect((await faultOf(channel().post(message()))).code).toBe('channel.refused');
    sink.answer({ status: 307, headers: { location: '/again' } });
    expect((await faultOf(channel().post(message()))).code).toBe('channel.refused');
    expect(other.requests).toHaveLength(0);
    await other.close();
  });

  it('sends nothing when it is checked', async () => {
    expect(await channel().check()).toContain('Nothing was sent');
    expect(sink.requests).toHaveLength(0);
  });
});

describe('the webhook settings', () => {
  it.each([
    [{ url: 'https://hooks.contoso.com/a' }, true],
    [{ url: 'http://localhost:9000/a' }, true],
    [{ url: 'http://[::1]:9000/a' }, true],
    [{ url: 'https://hooks.contoso.com/a', secret: 'x', timeout: '3s' }, true],
    [{ url: 'http://hooks.contoso.com/a' }, false],
    [{ url: 'http://127.0.0.1.evil.example/' }, false],
    [{ url: 'ftp://hooks.contoso.com' }, false],
    [{ url: 'hooks' }, false],
    [{ url: 'https://hooks.contoso.com/a', timeout: 'soon' }, false],
    [{ url: 'https://hooks.contoso.com/a', secert: 'x' }, false],
    [{}, false],
  ])('%j: %s', (settings, good) => {
    expect(webhook.channel.safeParse(settings).success).toBe(good);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 1;
}
