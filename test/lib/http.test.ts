import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/lib/fault.js';
import {
  openHttp,
  readJson,
  retryAfter,
  type Http,
  type HttpAnswer,
  type HttpOptions,
  type HttpRequest,
} from '../../src/lib/http.js';
import { silentLog, type Log } from '../../src/lib/log.js';
import { clientCertificate, startDouble, type Double } from '../support/graph-double.js';
import { startSink, type Sink } from '../support/sink.js';

let sink: Sink;
let double: Double;
const opened: Http[] = [];

beforeAll(async () => {
  sink = await startSink();
  double = await startDouble();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((http) => http.close()));
  sink.clear();
  sink.answer({});
});

afterAll(async () => {
  await sink.close();
  await double.close();
});

function client(over: Partial<HttpOptions> = {}): Http {
  const http = openHttp({ userAgent: 'Tocsin', log: silentLog, backoffMs: 1, random: () => 0, ...over });
  opened.push(http);
  return http;
}

async function faultOf(http: Http, request: Partial<HttpRequest> = {}): Promise<Fault> {
  try {
    await http.request({ url: `${sink.url}/a?key=hidden-key`, ...request });
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the request succeeded');
}

describe('what an answer means', () => {
  it.each([
    [400, 'api.rejected'],
    [401, 'api.unauthorized'],
    [403, 'api.denied'],
    [404, 'api.not-found'],
    [406, 'api.rejected'],
    [500, 'api.failed'],
    [503, 'api.failed'],
    [429, 'api.throttled'],
  ])('%d is %s', async (status, code) => {
    sink.answer({ status });
    const fault = await faultOf(client());
    expect([fault.code, fault.status]).toEqual([code, status]);
    expect(`${fault.message} ${fault.advice}`).not.toContain('hidden-key');
  });

  it('keeps the request id and the words of the API', async () => {
    sink.answer({ status: 403, headers: { 'request-id': 'r-1' } });
    const fault = await faultOf(client(), { explain: () => ({ words: 'You may not', advice: 'Ask.' }) });
    expect([fault.requestId, fault.advice]).toEqual(['r-1', 'Ask.']);
    expect(fault.message).toMatch(/answered 403 to GET \/a: You may not\.$/);
  });

  it('never repeats what was sent in confidence', async () => {
    sink.answer({ status: 400, body: 'opaque-token-1234 with s3cret/of+app is wrong' });
    const fault = await faultOf(client(), {
      method: 'POST',
      headers: { Authorization: 'Bearer opaque-token-1234' },
      body: new URLSearchParams({ client_secret: 's3cret/of+app' }).toString(),
      explain: ({ body }) => ({ words: body.toString() }),
    });
    expect(fault.message).toContain('[secret] with [secret] is wrong.');
  });

  it('does not follow a redirect', async () => {
    sink.answer({ status: 302, headers: { location: 'https://elsewhere.example/?token=t' } });
    const fault = await faultOf(client());
    expect(fault.code).toBe('api.rejected');
    expect(fault.message).toMatch(/a redirect to elsewhere\.example, which is not followed\.$/);
    expect(sink.requests).toHaveLength(1);
  });

  it('gives any answer to whoever wants every status', async () => {
    sink.answer({ status: 503, body: 'busy' });
    const answer = await client().request({ url: sink.url, anyStatus: true });
    expect([answer.status, answer.body.toString()]).toEqual([503, 'busy']);
  });

  it('unpacks a packed body', async () => {
    double.answer(() => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"a":1}') }));
    const answer = await client({ ca: double.ca }).request({ url: double.url });
    expect(readJson(answer, double.url)).toEqual({ a: 1 });
  });

  it.each([
    ['a web page', '<html>sign in</html>'],
    ['broken JSON', '{"a":'],
    ['an empty body', ''],
  ])('says that %s is not JSON', async (what, body) => {
    sink.answer({ body });
    const answer = await client().request({ url: sink.url });
    expect(() => readJson(answer, `${sink.url}/x?k=v`)).toThrow(
      new RegExp(`answered with ${what} where JSON was expected`),
    );
  });
});

describe('trying again', () => {
  it('mends what passes by itself, and counts each try', async () => {
    sink.next({ status: 503 }, { status: 502 });
    let tries = 0;
    const answer = await client().request({ url: sink.url, beforeTry: () => (tries += 1) });
    expect([answer.status, tries, sink.requests.length]).toEqual([200, 3, 3]);
  });

  it('gives up after three tries', async () => {
    sink.answer({ status: 504 });
    expect((await faultOf(client())).code).toBe('api.failed');
    expect(sink.requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 406, 500])('does not try again after %d', async (status) => {
    sink.answer({ status });
    await faultOf(client());
    expect(sink.requests).toHaveLength(1);
  });

  it('obeys a short Retry-After', async () => {
    sink.next({ status: 429, retryAfter: 0.05 });
    const begun = performance.now();
    await client().request({ url: sink.url });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45);
    expect(sink.requests).toHaveLength(2);
  });

  it('leaves a long Retry-After to the caller', async () => {
    sink.answer({ status: 429, retryAfter: 120 });
    const fault = await faultOf(client());
    expect([fault.code, fault.retryAfterMs]).toEqual(['api.throttled', 120_000]);
    expect(sink.requests).toHaveLength(1);
  });

  it('survives a broken connection', async () => {
    sink.next({ reset: true });
    expect((await client().request({ url: sink.url })).status).toBe(200);
  });

  it('does not repeat what may have been done', async () => {
    sink.answer({ status: 503 });
    await faultOf(client(), { method: 'POST', body: 'x' });
    expect(sink.requests).toHaveLength(1);
  });

  it('stops when the budget says so', async () => {
    sink.answer({ status: 503 });
    let left = 2;
    const fault = await faultOf(client(), {
      beforeTry: () => {
        left -= 1;
        if (left < 0) throw new Fault('api.budget', 'Used up.');
      },
    });
    expect([fault.code, sink.requests.length]).toEqual(['api.budget', 2]);
  });
});

describe('no answer', () => {
  it('is unreachable when nobody listens', async () => {
    const gone = await startSink();
    await gone.close();
    const fault = await faultOf(client(), { url: `${gone.url}/x?key=hidden-key` });
    expect(fault.code).toBe('api.unreachable');
    expect(fault.message).toMatch(/refuses the connection/);
  });

  it('is unreachable when the name does not resolve', async () => {
    const fault = await faultOf(client(), { url: 'http://nowhere.invalid/' });
    expect(fault.code).toBe('api.unreachable');
  });

  it('ends at the time limit, once', async () => {
    sink.answer({ hang: true });
    const fault = await faultOf(client(), { timeoutMs: 60 });
    expect([fault.code, sink.requests.length]).toEqual(['api.unreachable', 1]);
    expect(fault.message).toMatch(/did not answer within 0\.06 s/);
  });

  it('ends when the caller calls it off', async () => {
    sink.answer({ hang: true });
    const off = new AbortController();
    const asked = faultOf(client(), { signal: off.signal });
    await sink.arrived(1);
    off.abort();
    expect((await asked).message).toMatch(/was called off/);
  });

  it('refuses a body that is too large, packed or not', async () => {
    sink.answer({ body: 'x'.repeat(2_000) });
    expect((await faultOf(client(), { maxBytes: 1_000 })).code).toBe('api.unreadable');
    double.answer(() => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(100_000)) }));
    const packed = await faultOf(client({ ca: double.ca }), { url: double.url, maxBytes: 1_000 });
    expect(packed.message).toMatch(/larger than 1000 bytes/);
  });

  it('says what to do about an authority that nobody knows', async () => {
    const fault = await faultOf(client(), { url: double.url });
    expect(fault.code).toBe('api.unreachable');
    expect(fault.message).toMatch(/certificate of 127\.0\.0\.1:\d+ is not trusted/);
    expect(fault.advice).toMatch(/`ca`/);
  });

  it('trusts the authority that it is told of', async () => {
    double.answer(() => ({ body: '{}' }));
    expect((await client({ ca: double.ca }).request({ url: double.url })).status).toBe(200);
  });
});

describe('a body that is handed over', () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `line ${i}`).join('\n');
  const parts: Buffer[] = [];
  const keep = (): ((chunk: Buffer) => undefined) => {
    parts.length = 0;
    return (chunk) => void parts.push(chunk);
  };
  const whole = (): string => Buffer.concat(parts).toString();
  const packed = { 'content-encoding': 'gzip' };

  function serve(body: Buffer, headers: Record<string, string> = {}): Partial<HttpRequest> {
    double.answer(() => ({ headers, body }));
    return { url: double.url };
  }

  it.each([
    ['plain', {}, Buffer.from(text)],
    ['packed', packed, gzipSync(text)],
    ['packed in another way', { 'content-encoding': 'deflate' }, deflateSync(text)],
  ])('comes whole and in order, %s, however slowly it is taken', async (_how, headers, body) => {
    const request = { ...serve(body, headers), url: double.url };
    const answer = await client({ ca: double.ca }).request({ ...request, sink: keep });
    expect([answer.body.length, whole()]).toEqual([0, text]);
    const slowly = (): ((chunk: Buffer) => Promise<void>) => {
      const take = keep();
      return async (chunk) => {
        await new Promise((resolve) => setImmediate(resolve));
        take(chunk);
      };
    };
    await client({ ca: double.ca }).request({ ...request, sink: slowly });
    expect(whole()).toBe(text);
  });

  it.each([
    ['plain', {}, Buffer.from(text)],
    ['packed', packed, gzipSync(text)],
  ])(
    'ends the request, %s, with what its taker throws or with one byte too many',
    async (_how, headers, body) => {
      const http = client({ ca: double.ca });
      const request = serve(body, headers);
      const full = (): never => {
        throw new Fault('api.unreadable', 'Full.');
      };
      expect((await faultOf(http, { ...request, sink: () => full })).message).toBe('Full.');
      const later = (): Promise<void> => Promise.reject(new Fault('api.unreadable', 'Full later.'));
      expect((await faultOf(http, { ...request, sink: () => later })).message).toBe('Full later.');
      expect((await faultOf(http, { ...request, sink: keep, maxBytes: 1_000 })).message).toMatch(
        /larger than 1000/,
      );
    },
  );

  it.each([
    ['no gzip at all', Buffer.from(text)],
    ['half a gzip', gzipSync(text).subarray(0, 2_000)],
  ])('is badly packed: %s', async (_what, body) => {
    const fault = await faultOf(client({ ca: double.ca }), { ...serve(body, packed), sink: keep });
    expect([fault.code, fault.message]).toEqual([
      'api.unreadable',
      expect.stringMatching(/badly packed \(gzip\)/),
    ]);
  });

  it.each([false, true])(
    'begins again when the connection breaks in the middle (packed: %p)',
    async (isPacked) => {
      const body = isPacked ? gzipSync(text) : Buffer.from(text);
      let tries = 0;
      const server = createServer((_request, response) => {
        tries += 1;
        response.writeHead(200, { 'content-length': body.length, ...(isPacked ? packed : {}) });
        if (tries > 1) response.end(body);
        else response.write(body.subarray(0, 1_000), () => response.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await client().request({ url, sink: keep });
      expect([tries, whole()]).toEqual([2, text]);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  );

  it('is kept back when it explains a refusal', async () => {
    sink.answer({ status: 403, body: 'why' });
    parts.length = 0;
    let words = '';
    const explain = ({ body }: HttpAnswer) => ({ words: (words = body.toString()) });
    await faultOf(client(), { sink: keep, explain });
    expect([words, parts.length]).toEqual(['why', 0]);
  });
});

describe('the surroundings', () => {
  const held = { ...process.env };
  afterEach(() => {
    for (const name of ['NODE_EXTRA_CA_CERTS', 'HTTP_PROXY']) {
      if (held[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = held[name];
    }
  });

  it('keep their extra authorities beside a private one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-ca-'));
    const file = join(folder, 'extra.pem');
    await writeFile(file, double.ca);
    process.env['NODE_EXTRA_CA_CERTS'] = file;
    double.answer(() => ({ body: '{}' }));
    const { certificate } = await clientCertificate();
    expect((await client({ ca: certificate }).request({ url: double.url })).status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('name a proxy, which is used for all but loopback hosts', async () => {
    const through: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket: Socket) => {
      through.push(request.url ?? '');
      const target = connect(Number(new URL(sink.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const http = client();
    expect((await http.request({ url: 'http://graph.invalid/x' })).status).toBe(200);
    expect((await http.request({ url: `${sink.url}/y` })).status).toBe(200);
    expect(through).toEqual(['graph.invalid:80']);
    expect(sink.requests.map((request) => request.path)).toEqual(['/x', '/y']);
    await http.close();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
  });
});

describe('a host that fails again and again', () => {
  it('is left alone for a while, and then tried again', async () => {
    const http = client({ breaker: { failures: 3, restMs: 50 } });
    sink.answer({ status: 500 });
    for (let i = 0; i < 3; i += 1) await faultOf(http);
    const alone = await faultOf(http);
    expect([alone.code, alone.retryAfterMs, sink.requests.length]).toEqual(['api.unreachable', 50, 3]);
    sink.answer({});
    const deadline = Date.now() + 5_000;
    for (;;) {
      const status = await http.request({ url: sink.url }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) break;
      if (Date.now() > deadline) throw new Error('the host was never tried again');
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('is not given up for what it refuses', async () => {
    const http = client({ breaker: { failures: 2, restMs: 60_000 } });
    sink.answer({ status: 403 });
    for (let i = 0; i < 4; i += 1) expect((await faultOf(http)).code).toBe('api.denied');
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 21, 3, 0, 0);
  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 03:00:30 GMT' }, 30_000],
    [
      'a date against the answer’s own',
      { 'retry-after': 'Sat, 21 Nov 2026 05:00:09 GMT', date: 'Sat, 21 Nov 2026 05:00:00 GMT' },
      9_000,
    ],
    ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 02:59:00 GMT' }, 0],
    ['far too long', { 'retry-after': '999999' }, 3_600_000],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('is read from %s', (_what, headers, expected) => {
    expect(retryAfter(headers, now)).toBe(expected);
  });
});

describe('the log', () => {
  it('names host, path and request id, and neither query nor token', async () => {
    const lines: string[] = [];
    const note = (...words: unknown[]): void => void lines.push(JSON.stringify(words));
    const log = { debug: note, info: note, warn: note, error: note, child: () => log } as unknown as Log;
    sink.answer({ headers: { 'request-id': 'r-9' } });
    await client({ log }).request({
      url: `${sink.url}/v1.0/x?sig=hidden-key`,
      headers: { authorization: 'Bearer hidden-key' },
    });
    expect(lines.join()).toContain('r-9');
    expect(lines.join()).toContain('/v1.0/x');
    expect(lines.join()).not.toContain('hidden-key');
  });
});
