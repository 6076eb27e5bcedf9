import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { request } from 'undici';
import { Fault } from '../../src/lib/fault.js';
import { openWorld, type World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const EXAMPLES: Readonly<Record<string, string>> = {
  '/backtest': '{"rules":"[]","since":"2026-11-01T00:00:00Z","until":"2026-11-02T00:00:00Z"}',
};

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly body: unknown;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call('GET', path, undefined, headers);
}

async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call('POST', path, body, { 'content-type': 'application/json', ...headers });
}

async function call(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await request(`${world.url}${path}`, { method, headers, body: body ?? null });
  const text = await answer.body.text();
  const type = String(answer.headers['content-type']);
  return {
    status: answer.statusCode,
    type,
    text,
    body: type.includes('application/json') ? JSON.parse(text) : undefined,
  };
}

describe('what machines watch', () => {
  it('is alive', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
  });

  it.each([
    [async () => ({ store: true, queue: true }), 200, { status: 'ready', store: true, queue: true }],
    [
      async () => ({ store: true, queue: false, detail: 'redis does not answer' }),
      503,
      { status: 'not-ready', store: true, queue: false, detail: 'redis does not answer' },
    ],
    [async () => Promise.reject(new Error('boom s3cret')), 503, { status: 'not-ready' }],
  ])('is ready or says what is not (%#)', async (readiness, status, body) => {
    world.readiness = readiness;
    const answer = await get('/readyz');
    expect(answer).toMatchObject({ status, body });
    expect(answer.text).not.toContain('s3cret');
  });

  it('gives metrics as Prometheus text', async () => {
    const answer = await get('/metrics');
    expect(answer.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.text).toContain('tocsin_polls_total{tenant="contoso"} 3');
  });
});

describe('the api', () => {
  it.each([
    ['', ['INC-1042', 'INC-1041']],
    ['?state=open', ['INC-1042']],
    ['?state=unresolved', ['INC-1042']],
    ['?state=resolved', ['INC-1041']],
    ['?tenant=fabrikam', ['INC-1041']],
    ['?state=open&tenant=fabrikam', []],
    ['?limit=1', ['INC-1042']],
  ])('lists incidents%s', async (query, ids) => {
    const { body } = await get(`/api/v1/incidents${query}`);
    expect((body as { incidents: { id: string }[] }).incidents.map(({ id }) => id)).toEqual(ids);
  });

  it('shows an incident whole, without the platforms’ own addresses', async () => {
    const answer = await get('/api/v1/incidents/inc-1042');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: 'INC-1042',
        state: 'open',
        openedAt: '2026-11-21T03:10:00.000Z',
        resolvedAt: null,
        channels: ['noc'],
        alerts: [{ rule: 'service-incident', startsAt: '2026-11-21T03:10:00.000Z' }],
        timeline: [{ seq: 1, kind: 'opened', at: '2026-11-21T03:10:00.000Z' }],
        tellings: [{ channel: 'noc', state: 'told' }],
        deliveries: [{ outcome: 'accepted' }],
      },
    });
    expect(answer.text).not.toContain('platform-address');
  });

  it.each([
    ['/api/v1/subjects', { subjects: [{ subject: 'service:Exchange', since: '2026-11-21T03:10:00.000Z' }] }],
    ['/api/v1/deliveries', { deliveries: [{ channel: 'noc', at: '2026-11-21T03:10:00.000Z' }] }],
    ['/api/v1/rules', { rules: [{ name: 'service-incident', for: '0s', keep: '5m' }] }],
    [
      '/api/v1/schedules',
      {
        schedules: [
          {
            name: 'voice',
            now: { person: 'alice', from: '2026-11-21T03:10:00.000Z', to: null },
            gaps: [{ from: '2026-11-21T03:10:00.000Z', to: '2026-11-21T04:10:00.000Z' }],
            feed: 'https://tocsin.example/calendars/x/voice.ics',
          },
        ],
      },
    ],
    [
      '/api/v1/audit?text=bob&outcome=refused&since=2026-11-21T03:00:00Z',
      {
        audit: [
          { who: 'bob', outcome: 'refused', needs: 'responder', role: 'viewer', where: 'noc', reason: null },
        ],
      },
    ],
    [
      '/api/v1/noise?weeks=2&rule=x',
      {
        noise: [
          {
            rule: 'x',
            weeks: [{ fired: 3 }, { ignored: 2 }],
            suggestions: [{ setting: 'for', value: '5m' }],
          },
        ],
      },
    ],
    ['/api/v1/silences', { silences: [{ id: 3, matchers: ['tenant="contoso"'], holdsBack: ['INC-1042'] }] }],
  ])('answers %s', async (path, body) => {
    expect(await get(path)).toMatchObject({ status: 200, body });
  });

  it('explains with the values of each decision, and knows when nothing is called so', async () => {
    expect(await get('/api/v1/explain/INC-1042')).toMatchObject({
      status: 200,
      body: {
        about: 'subject',
        card: { title: 'Why INC-1042' },
        incidents: [{ id: 'INC-1042' }],
        evaluations: [
          {
            rule: 'trunk-failing',
            state: 'silent',
            since: '2026-11-21T03:10:00.000Z',
            for: '0s',
            trace: {
              kind: 'all',
              holds: false,
              of: [{ left: { value: 12 }, op: '>=', right: { value: 20 } }, {}],
            },
          },
        ],
        sources: [{ key: 'contoso/direct-routing', state: null }],
      },
    });
    expect(await get('/api/v1/explain/nobody')).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found', message: 'Nothing on record is called nobody.' } },
    });
    expect(await get('/api/v1/explain/source%3Acontoso%2Fcqd%2Fparis')).toMatchObject({ status: 404 });
  });

  it('runs a command and gives its card, its text and whether it worked', async () => {
    const answer = await post('/api/v1/command', '{"command":" status teams "}');
    expect(answer).toMatchObject({
      status: 200,
      body: { ok: true, card: { title: 'You said status teams' } },
    });
    expect((answer.body as { text: string }).text).toBe(
      '[CRITICAL] You said status teams\n\nSome messages wait in the queue.',
    );
    expect(world.asked).toEqual([
      { text: 'status teams', speaker: { platform: 'console', id: 'console', name: 'console' } },
    ]);
  });

  it('knows the terminal, and a name that is only a name', async () => {
    await post('/api/v1/command', '{"command":"ack 1042","via":"cli","as":"alice"}');
    expect(world.asked[0]?.speaker).toEqual({ platform: 'cli', id: 'cli', name: 'alice' });
  });

  it('says 200 and ok false for a command that cannot be', async () => {
    const { answer } = world;
    world.answer = (text) => ({ ...answer(text), ok: false });
    expect(await post('/api/v1/command', '{"command":"stauts"}')).toMatchObject({
      status: 200,
      body: { ok: false },
    });
  });

  it('describes every one of its routes', async () => {
    const { body } = await get('/api/v1/openapi.json');
    const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, object>> };
    expect(openapi).toBe('3.1.0');
    for (const [path, methods] of Object.entries(paths)) {
      if (path === '/stream') continue;
      const real = `/api/v1${path.replace('{id}', 'INC-1042')}`;
      const answer =
        'get' in methods ? await get(real) : await post(real, EXAMPLES[path] ?? '{"command":"help"}');
      expect(`${path} ${answer.status}`).toBe(`${path} 200`);
    }
    for (const name of [
      'incidents',
      'incidents/{id}',
      'incidents/{id}/report',
      'subjects',
      'deliveries',
      'explain/{id}',
      'rules',
      'schedules',
      'silences',
      'noise',
      'audit',
      'command',
    ])
      expect(Object.keys(paths)).toContain(`/${name}`);
  });
});

describe('a backtest over HTTP', () => {
  const body = (more: object = {}): string =>
    JSON.stringify({ rules: 'mine', since: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z', ...more });
  const lines = ({ text }: Answer): unknown[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  it('says how far it is, and then what came of it', async () => {
    const answer = await post('/api/v1/backtest', body());
    expect([answer.status, answer.type]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    expect(lines(answer)).toEqual([
      { progress: 0.5 },
      { backtest: expect.objectContaining({ rules: ['mine'], from: Date.UTC(2026, 10, 1) }) },
    ]);
  });

  it('says what is wrong with the rules', async () => {
    world.failure = new Fault('settings.invalid', 'line 3: when: there is no field atempts.');
    expect(lines(await post('/api/v1/backtest', body()))).toEqual([
      { error: { code: 'settings.invalid', message: expect.stringContaining('line 3') } },
    ]);
  });

  it('needs a role, and a time that is one', async () => {
    expect((await post('/api/v1/backtest', body({ since: '2026-11-03T00:00:00Z' }))).status).toBe(400);
    expect((await post('/api/v1/backtest', body({ until: 'soon' }))).status).toBe(400);
    world.role = 'viewer';
    expect((await post('/api/v1/backtest', body())).status).toBe(403);
  });
});

describe('the audit log', () => {
  it('is asked for what the caller wants, and shown to admins alone', async () => {
    await get('/api/v1/audit?text=bob&since=2026-11-21T03:00:00Z&limit=5');
    expect(world.audited).toEqual([{ text: 'bob', since: Date.UTC(2026, 10, 21, 3), limit: 5 }]);
    world.role = 'responder';
    expect(await get('/api/v1/audit')).toMatchObject({
      status: 403,
      body: {
        error: { code: 'forbidden', message: 'The audit log needs the role admin; you are a responder.' },
      },
    });
    expect(world.audited).toHaveLength(1);
  });

  it.each(['since=yesterday', 'outcome=lost', 'limit=0'])('refuses %s', async (query) => {
    expect(await get(`/api/v1/audit?${query}`)).toMatchObject({ status: 400 });
  });
});

describe('a post-incident report', () => {
  it('is a file to save, from the api and from the console', async () => {
    for (const path of ['/api/v1/incidents/INC-1042/report', '/incidents/INC-1042/report']) {
      const answer = await fetch(`${world.url}${path}`);
      expect([answer.status, await answer.text()]).toEqual([200, '%PDF-1.7']);
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename=EX900001-PIR.pdf');
      expect(answer.headers.get('content-security-policy')).toBe('sandbox');
    }
  });
});

describe('an error', () => {
  it.each<[string, () => Promise<Answer>, number, string]>([
    ['an unknown route', () => get('/nothing/here'), 404, 'not-found'],
    ['an unknown api route', () => get('/api/v1/nothing'), 404, 'not-found'],
    ['an unknown incident', () => get('/api/v1/incidents/INC-7'), 404, 'not-found'],
    ['no report', () => get('/api/v1/incidents/INC-7/report'), 404, 'not-found'],
    ['no incident at all', () => get('/api/v1/incidents/x'), 404, 'not-found'],
    ['a broken path', () => get('/api/v1/incidents/%ff'), 400, 'bad-request'],
    ['an unknown state', () => get('/api/v1/incidents?state=odd'), 400, 'bad-request'],
    ['a wrong limit', () => get('/api/v1/incidents?limit=none'), 400, 'bad-request'],
    ['broken JSON', () => post('/api/v1/command', '{"command":'), 400, 'bad-json'],
    ['JSON of another shape', () => post('/api/v1/command', '[]'), 400, 'bad-request'],
    ['an empty command', () => post('/api/v1/command', '{"command":"  "}'), 400, 'bad-request'],
    [
      'a long command',
      () => post('/api/v1/command', `{"command":"${'x'.repeat(4_001)}"}`),
      400,
      'bad-request',
    ],
    [
      'a body over 1 MiB',
      () => post('/api/v1/command', `{"command":"${'x'.repeat(1_100_000)}"}`),
      413,
      'too-large',
    ],
    [
      'a form instead of JSON',
      () => post('/api/v1/command', 'command=help', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported-media-type',
    ],
  ])('is JSON for %s', async (_, attempt, status, code) => {
    const answer = await attempt();
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect((answer.body as { error: { message: string } }).error.message).not.toBe('');
  });

  it('tells nothing of a bug', async () => {
    world.failure = new Error('SELECT s3cret FROM x');
    const answer = await get('/api/v1/incidents');
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    expect(answer.text).not.toMatch(/s3cret|at .*\.ts/);
  });

  it('tells of a fault what it is', async () => {
    world.failure = new Fault('store.unreachable', 'The database does not answer.');
    expect(await get('/api/v1/incidents')).toMatchObject({
      status: 503,
      body: { error: { code: 'store.unreachable' } },
    });
  });

  it('says which setting to change when the port is taken', async () => {
    const port = Number(new URL(world.url).port);
    await expect(openWorld({ port })).rejects.toMatchObject({ name: 'Fault', code: 'settings.invalid' });
  });
});

describe('a mounted path', () => {
  const echo = (mark: string) => (req: NodeJS.ReadableStream, res: { end: (text: string) => void }) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += chunk.toString()));
    req.on('end', () => res.end(`${mark}:${text.length}`));
    req.on('error', () => undefined);
  };

  beforeEach(() => {
    world.mounts.push(
      { method: 'POST', path: '/slack/events', handler: echo('slack') },
      { method: 'GET', path: '/callbacks/partner-insights/', handler: echo('callback') },
      { method: 'POST', path: '/callbacks/partner-insights/', handler: echo('posted') },
    );
  });

  it('gets its body unread, exact or by prefix, and by method', async () => {
    expect((await post('/slack/events?x=1', '{"a":1}')).text).toBe('slack:7');
    expect((await post('/callbacks/partner-insights/t/r', 'xy')).text).toBe('posted:2');
    expect((await get('/callbacks/partner-insights/t?reportId=r')).text).toBe('callback:0');
    expect(await post('/slack/events/more', '')).toMatchObject({ status: 404 });
    expect(await get('/slack/events')).toMatchObject({
      status: 405,
      body: { error: { code: 'method-not-allowed' } },
    });
  });

  it('refuses a body over 1 MiB before anybody reads it', async () => {
    const answer = await post('/slack/events', 'x'.repeat(1_100_000));
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too-large' } } });
  });

  it('cuts a chunked body at 1 MiB', async () => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let i = 0; i < 20; i++) socket.write(chunk);
    await closed;
    expect((await post('/slack/events', 'ok')).text).toBe('slack:2');
  });
});

describe('the stream', () => {
  it('tells of each change with its topic, whatever the reader last heard', async () => {
    const answer = await request(`${world.url}/api/v1/stream`, { headers: { 'last-event-id': '99' } });
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const seen: string[] = [];
    for await (const chunk of answer.body) {
      seen.push(String(chunk));
      if (seen.length === 1) world.changed('incident:1042');
      if (seen.join('').includes('incident:1042')) break;
    }
    expect(seen.join('')).toBe(
      'retry: 2000\nevent: hello\ndata: {}\n\nid: 1\nevent: change\ndata: {"topic":"incident:1042"}\n\n',
    );
  });

  it('ends when the server closes, which then listens to nothing more', async () => {
    const answer = await request(`${world.url}/api/v1/stream`);
    expect(world.listeners()).toBe(1);
    await Promise.all([world.close(), answer.body.text()]);
    expect(world.listeners()).toBe(0);
  });
});

describe('every page', () => {
  it('may load nothing from elsewhere, run nothing inline and be framed by nobody', async () => {
    const { headers, body } = await request(`${world.url}/`);
    const page = await body.text();
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(page).not.toMatch(/<script(?![^>]*src="\/console)|style="|\son\w+="/);
    expect(page.match(/(?:src|href)="(?!\/|#)[^"]*"/g)).toBeNull();
  });

  it('shows an incident at its own address, and 404 for none', async () => {
    expect((await get('/incidents/INC-1042')).text).toContain('You said incident INC-1042');
    expect((await get('/incidents/none')).status).toBe(404);
  });
});
