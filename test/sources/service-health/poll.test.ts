import '../../../src/sandbox/reflect.js';
import { existsSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import type { Poll, Source } from '../../../src/sources/source.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import {
  quietDeps,
  startDouble,
  tenantOf,
  type Double,
  type DoubleRequest,
} from '../../support/graph-double.js';

const T0 = Date.UTC(2026, 10, 2, 8, 0, 0);

interface World {
  services: object[];
  issues: Record<string, unknown>[];
  refuseFilter: boolean;
  /** Answers instead of the world, for requests whose path matches. */
  broken: [RegExp, { status?: number; headers?: Record<string, string>; body?: string | object }] | undefined;
}

let double: Double;
let world: World;
let source: Source;

beforeEach(async () => {
  double = await startDouble();
  world = {
    services: [
      { id: 'Exchange', service: 'Exchange Online', status: 'serviceDegradation' },
      { id: 'microsoftteams', service: 'Microsoft Teams', status: 'serviceOperational' },
    ],
    issues: [issue('EX1', T0 - HOUR)],
    refuseFilter: false,
    broken: undefined,
  };
  double.answer((request) => served(request));
  source = open();
});

afterEach(async () => {
  await source.close();
  await double.close();
});

function open(settings: object = {}, clientId: string = randomUUID()): Source {
  return serviceHealth.open(
    serviceHealth.settings.parse(settings),
    { everyMs: MINUTE },
    tenantOf(double, { clientId }),
    quietDeps,
  );
}

function issue(id: string, modified: number, over: object = {}): Record<string, unknown> {
  return {
    id,
    title: `Title of ${id}`,
    service: 'Exchange Online',
    status: 'serviceDegradation',
    classification: 'incident',
    origin: 'microsoft',
    isResolved: false,
    startDateTime: new Date(modified).toISOString(),
    lastModifiedDateTime: new Date(modified).toISOString(),
    posts: [],
    ...over,
  };
}

function served(request: DoubleRequest) {
  const path = decodeURIComponent(request.path);
  if (world.broken?.[0].test(path) === true) return world.broken[1];
  if (path.includes('/healthOverviews')) return { body: { value: world.services } };
  const byId = /\/issues\/([^?]+)/.exec(path)?.[1];
  if (byId !== undefined) {
    const found = world.issues.find((row) => row['id'] === byId);
    return found === undefined
      ? { status: 404, body: { error: { code: 'NotFound', message: 'No.' } } }
      : { body: found };
  }
  const since = /lastModifiedDateTime ge (\S+)/.exec(path)?.[1];
  if (since !== undefined) {
    if (world.refuseFilter)
      return { status: 400, body: { error: { code: 'BadRequest', message: 'Invalid filter' } } };
    return { body: { value: world.issues.filter((row) => modifiedOf(row) >= Date.parse(since)) } };
  }
  if (path.includes('$orderby')) {
    const skip = Number(/skip=(\d+)/.exec(path)?.[1] ?? 0);
    const rows = [...world.issues].sort((a, b) => modifiedOf(b) - modifiedOf(a));
    const more = rows.length > skip + 2;
    const link = `${double.url}/v1.0/admin/serviceAnnouncement/issues?$orderby=x&$skip=${skip + 2}`;
    return { body: { value: rows.slice(skip, skip + 2), ...(more ? { '@odata.nextLink': link } : {}) } };
  }
  return {
    body: { value: world.issues.filter((row) => row['isResolved'] === false && row['unlisted'] !== true) },
  };
}

function modifiedOf(row: Record<string, unknown>): number {
  return Date.parse(String(row['lastModifiedDateTime']));
}

/** Each poll is given the memory of the one before it, through JSON as the store keeps it. */
async function polls(times: readonly number[], before?: Json): Promise<Poll> {
  let memory = before;
  let last: Poll | undefined;
  for (const at of times) {
    last = await source.poll(memory, at);
    memory = JSON.parse(JSON.stringify(last.memory)) as Json;
  }
  if (last === undefined) throw new Error('no poll');
  return { ...last, memory: memory ?? null };
}

function shown(poll: Poll): string[] {
  return poll.observation.facts.map(
    (fact) =>
      `${fact.subject} ${fact.values['active'] === true ? 'active' : 'well'}${openIssues(fact.values['openIssues'])}`,
  );
}

function openIssues(ids: unknown): string {
  return Array.isArray(ids) && ids.length > 0 ? ` [${ids.join(' ')}]` : '';
}

describe('the first poll', () => {
  it('reads everything once, without expanding issues', async () => {
    const poll = await polls([T0]);
    expect(poll.observation).toMatchObject({ kind: 'service-health', at: T0, coverage: 'full' });
    expect(poll.unchanged).toBe(false);
    expect(shown(poll)).toEqual([
      'service:Exchange active [EX1]',
      'service:microsoftteams well',
      'issue:EX1 active',
    ]);
    expect(double.asked()).toEqual([
      'GET /v1.0/admin/serviceAnnouncement/healthOverviews',
      'GET /v1.0/admin/serviceAnnouncement/issues?$filter=isResolved eq false',
      'GET /v1.0/admin/serviceAnnouncement/issues?$filter=lastModifiedDateTime ge 2026-10-26T08:00:00.000Z',
    ]);
  });

  it('knows what was resolved lately, and leaves out what is long over', async () => {
    world.issues.push(issue('EX2', T0 - DAY, { isResolved: true, status: 'serviceRestored' }));
    world.refuseFilter = true;
    world.issues.push(issue('EX3', T0 - 31 * DAY, { isResolved: true, status: 'serviceRestored' }));
    expect(shown(await polls([T0]))).toEqual([
      'service:Exchange active [EX1]',
      'service:microsoftteams well',
      'issue:EX1 active',
      'issue:EX2 well',
    ]);
  });
});

describe('the polls between', () => {
  it('are cheap, and say when nothing can have changed', async () => {
    const first = await polls([T0, T0 + 11 * MINUTE]);
    const asked = double.asked().length;
    const poll = await polls([T0 + 12 * MINUTE], first.memory);
    expect(poll).toMatchObject({ unchanged: true, observation: { coverage: 'partial', facts: [] } });
    expect(double.asked().slice(asked)).toEqual([
      'GET /v1.0/admin/serviceAnnouncement/healthOverviews',
      'GET /v1.0/admin/serviceAnnouncement/issues?$filter=lastModifiedDateTime ge 2026-11-02T08:01:00.000Z',
    ]);
  });

  it('add new issues to the known ones of a service', async () => {
    const before = await polls([T0, T0 + MINUTE]);
    world.issues.push(issue('EX2', T0 + MINUTE));
    const poll = await polls([T0 + 2 * MINUTE], before.memory);
    expect(poll.observation.coverage).toBe('partial');
    expect(shown(poll)).toEqual([
      'service:Exchange active [EX1 EX2]',
      'service:microsoftteams well',
      'issue:EX2 active',
    ]);
  });

  it.each([
    ['a cheap poll', MINUTE],
    ['a full poll', 2 * HOUR],
  ])('never see a service degraded by an issue that ended between two requests of %s', async (_, later) => {
    const first = await polls([T0]);
    double.answer((request) => {
      const answer = served(request);
      if (!request.path.includes('/healthOverviews')) return answer;
      // Microsoft ends it after it has told of the services, and before it tells of the issues.
      world.services = world.services.map((service) => ({ ...service, status: 'serviceOperational' }));
      world.issues = [issue('EX1', T0 + later - 1, { isResolved: true, status: 'serviceRestored' })];
      return answer;
    });
    const ended = await polls([T0 + later], first.memory);
    expect(shown(ended)).toEqual(['service:Exchange well', 'service:microsoftteams well', 'issue:EX1 well']);

    // The next one has everything to compare with.
    const next = await polls([T0 + later + MINUTE], ended.memory);
    expect(shown(next)).not.toContain('service:Exchange active');
  });

  it('see an issue end', async () => {
    const before = await polls([T0, T0 + MINUTE]);
    world.issues = [issue('EX1', T0 + 2 * MINUTE, { isResolved: true, status: 'serviceRestored' })];
    expect(shown(await polls([T0 + 3 * MINUTE], before.memory))).toEqual([
      'service:Exchange active',
      'service:microsoftteams well',
      'issue:EX1 well',
    ]);
  });

  it('notice a service that changes and changes back around a full poll', async () => {
    const before = await polls([T0, T0 + MINUTE]);
    const good = world.services;
    world.services = [{ id: 'Exchange', service: 'Exchange Online', status: 'serviceInterruption' }];
    const between = await polls([T0 + 31 * MINUTE], before.memory);
    world.services = good;
    expect((await polls([T0 + 32 * MINUTE], between.memory)).unchanged).toBe(false);
  });

  it('read the newest first where the filter is refused, remember that, and try again a day later', async () => {
    world.refuseFilter = true;
    world.issues = [1, 2, 3, 4, 5, 6].map((n) => issue(`EX${n}`, T0 - n * DAY));
    const before = await polls([T0, T0 + MINUTE]);
    world.issues.push(issue('EX9', T0 + MINUTE));
    const asked = double.asked().length;
    const poll = await polls([T0 + 2 * MINUTE], before.memory);
    expect(poll.observation.facts.map((fact) => fact.subject)).toContain('issue:EX9');
    expect(double.asked().slice(asked)).toEqual([
      'GET /v1.0/admin/serviceAnnouncement/healthOverviews',
      'GET /v1.0/admin/serviceAnnouncement/issues?$orderby=lastModifiedDateTime desc',
    ]);
    world.refuseFilter = false;
    await polls([T0 + 25 * HOUR], poll.memory);
    expect(double.asked().at(-1)).toMatch(/lastModifiedDateTime ge/);
  });

  it('give way to a full poll after the time set for it', async () => {
    await source.close();
    source = open({ reconcile: '5m' });
    const before = await polls([T0, T0 + 4 * MINUTE]);
    world.issues.push(issue('EX2', T0 - HOUR));
    const poll = await polls([T0 + 5 * MINUTE], before.memory);
    expect(poll.observation.coverage).toBe('full');
    expect(double.asked().filter((line) => line.includes('isResolved'))).toHaveLength(2);
  });

  it('give way to a full poll when the memory cannot be read', async () => {
    for (const memory of [null, 7, { version: 99 }, { version: 1, open: 3 }]) {
      expect((await polls([T0], memory)).observation.coverage).toBe('full');
    }
  });
});

describe('a full poll', () => {
  it('reads nothing when every answer is as it was, and counts as one', async () => {
    const before = await polls([T0, T0 + MINUTE]);
    const poll = await polls([T0 + 31 * MINUTE], before.memory);
    expect(poll).toMatchObject({ unchanged: true, observation: { coverage: 'partial', facts: [] } });
    expect(double.asked().filter((line) => line.includes('isResolved'))).toHaveLength(2);
    // A process that has just begun knows it by the hash alone.
    await source.close();
    source = open();
    expect((await polls([T0 + 61 * MINUTE], poll.memory)).unchanged).toBe(true);
    const asked = double.asked().length;
    await polls([T0 + 62 * MINUTE], poll.memory);
    expect(double.asked().slice(asked)).toHaveLength(3);
  });

  it('reads everything again after six hours, whatever it is given', async () => {
    const { memory } = await polls([T0]);
    expect((await polls([T0 + 6 * HOUR - 1], memory)).unchanged).toBe(true);
    expect((await polls([T0 + 6 * HOUR], memory)).observation.coverage).toBe('full');
  });

  it('notices what changed back since the last one', async () => {
    const before = await polls([T0, T0 + MINUTE]);
    const [services, issues] = [world.services, world.issues];
    world.services = [{ id: 'Exchange', service: 'Exchange Online', status: 'serviceInterruption' }];
    const worse = await polls([T0 + 2 * MINUTE], before.memory);
    world.services = services;
    expect((await polls([T0 + 30 * MINUTE], worse.memory)).observation.coverage).toBe('full');
    world.issues = [issue('EX1', T0 + 2 * MINUTE, { isResolved: true, status: 'serviceRestored' })];
    const over = await polls([T0 + 3 * MINUTE], before.memory);
    world.issues = issues;
    expect(shown(await polls([T0 + 31 * MINUTE], over.memory))).toContain('issue:EX1 active');
  });

  it('goes on reading while a post-incident report is announced and not there', async () => {
    world.issues.push(issue('EX2', T0 - HOUR, { isResolved: true, status: 'postIncidentReviewPublished' }));
    let poll = await polls([T0]);
    const until = [];
    for (let n = 1; n <= 7; n += 1) {
      poll = await polls([T0 + n * 31 * MINUTE], poll.memory);
      until.push(poll.unchanged);
    }
    expect(until).toEqual([false, false, false, false, false, false, true]);
  });
});

describe('an open issue that is no longer listed', () => {
  it('is asked for by its id, and is gone when it is not there', async () => {
    const before = await polls([T0]);
    world.issues = [];
    const poll = await polls([T0 + 40 * MINUTE], before.memory);
    expect(double.asked()).toContain('GET /v1.0/admin/serviceAnnouncement/issues/EX1');
    expect(poll.observation.coverage).toBe('full');
    expect(shown(poll)).toEqual(['service:Exchange active', 'service:microsoftteams well']);
  });

  it('is told as resolved however long ago that was', async () => {
    const before = await polls([T0]);
    world.issues = [issue('EX1', T0 + MINUTE, { isResolved: true, status: 'serviceRestored' })];
    expect(shown(await polls([T0 + 60 * DAY], before.memory))).toContain('issue:EX1 well');
  });

  it('stays open while it still is', async () => {
    const before = await polls([T0]);
    world.issues = [issue('EX1', T0 - 20 * DAY, { unlisted: true })];
    const first = await polls([T0 + 40 * MINUTE], before.memory);
    expect(shown(first)).toContain('issue:EX1 active');
    // The lists say nothing of it, and so it is asked for each time.
    world.issues = [
      issue('EX1', T0 + 41 * MINUTE, { isResolved: true, status: 'serviceRestored', unlisted: true }),
    ];
    world.refuseFilter = true;
    expect(shown(await polls([T0 + 80 * MINUTE], first.memory))).toContain('issue:EX1 well');
  });

  it('waits for the next poll when there are very many, and is not gone meanwhile', async () => {
    world.issues = Array.from({ length: 25 }, (_, i) => issue(`EX${i + 100}`, T0 - HOUR));
    const before = await polls([T0]);
    world.issues = [];
    const first = await polls([T0 + 40 * MINUTE], before.memory);
    expect(first.observation.coverage).toBe('partial');
    expect(shown(first)[0]).toMatch(/EX120 EX121 EX122 EX123 EX124/);
    const second = await polls([T0 + 41 * MINUTE], first.memory);
    expect([second.observation.coverage, shown(second)[0]]).toEqual(['full', 'service:Exchange active']);
  });
});

describe('a failure', () => {
  it.each<[string, World['broken'], string]>([
    [
      'a refusal',
      [/issues/, { status: 403, body: { error: { code: 'Forbidden', message: 'x' } } }],
      'api.denied',
    ],
    ['a long throttle', [/issues/, { status: 429, headers: { 'retry-after': '60' } }], 'api.throttled'],
    ['a web page', [/issues/, { body: '<html>' }], 'api.unreadable'],
    ['a server error', [/healthOverviews/, { status: 500 }], 'api.failed'],
    ['an empty list of services', [/healthOverviews/, { body: { value: [] } }], 'api.unreadable'],
    ['a list of rubbish', [/issues/, { body: { value: [1, 2] } }], 'api.unreadable'],
  ])('by %s is a fault, never an empty answer', async (_what, broken, code) => {
    const before = await polls([T0]);
    world.broken = broken;
    await expect(source.poll(before.memory, T0 + 40 * MINUTE)).rejects.toMatchObject({ code });
    await expect(source.poll(before.memory, T0 + MINUTE)).rejects.toMatchObject({ code });
  });

  it('of one entry makes the answer partial, so that nothing is gone', async () => {
    world.issues.push({
      title: 'no id',
      isResolved: false,
      lastModifiedDateTime: new Date(T0).toISOString(),
    });
    const poll = await polls([T0]);
    expect([poll.observation.coverage, shown(poll).at(-1)]).toEqual(['partial', 'issue:EX1 active']);
  });
});

describe('the budget', () => {
  it('is spent until it is used up, then says when to come again', async () => {
    let memory = (await polls([T0])).memory;
    let done = 1;
    for (;;) {
      try {
        memory = (await polls([T0 + done], memory)).memory;
        done += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: 'api.budget', retryAfterMs: 60_000 });
        break;
      }
    }
    expect(double.asked()).toHaveLength(237);
    expect(source.budget(T0 + done)).toEqual({ left: 0, freeAt: T0 + MINUTE });
    expect((await polls([T0 + MINUTE + 10], memory)).observation.coverage).toBe('partial');
  });

  it('is one for an app and tenant, whoever asks', async () => {
    const clientId = randomUUID();
    const [a, b] = [open({}, clientId), open({}, clientId)];
    await a.poll(undefined, T0);
    await b.look({ about: 'services' }, T0);
    expect([a.budget(T0).left, b.budget(T0).left, source.budget(T0).left]).toEqual([232, 232, 237]);
    await Promise.all([a.close(), b.close()]);
  });

  it('survives a restart through the memory', async () => {
    const { memory } = await polls([T0, T0 + 1_000, T0 + 2_000]);
    await source.close();
    source = open();
    await source.poll(memory, T0 + 3_000);
    expect(source.budget(T0 + 3_000).left).toBe(237 - 9);
  });
});

describe('a question', () => {
  it('about services, issues or one issue is answered live', async () => {
    world.issues.push(
      issue('TM7', T0 - 90 * DAY, {
        service: 'Microsoft Teams',
        isResolved: true,
        status: 'serviceRestored',
      }),
    );
    const subjects = async (question: Parameters<Source['look']>[0]) =>
      (await source.look(question, T0)).map((fact) => fact.subject);
    expect(await subjects({ about: 'services' })).toEqual(['service:Exchange', 'service:microsoftteams']);
    expect(await subjects({ about: 'issues' })).toEqual(['issue:EX1']);
    expect((await source.look({ about: 'issue', id: ' tm7 ' }, T0))[0]?.values).toMatchObject({
      id: 'TM7',
      serviceId: 'microsoftteams',
      active: false,
    });
  });

  it.each(['EX404', '../../users', '', 'EX1?$expand=x'])('about the unknown issue %p says so', async (id) => {
    await expect(source.look({ about: 'issue', id }, T0)).rejects.toMatchObject({ code: 'api.not-found' });
  });
});

describe('doctor', () => {
  it('tells what works', async () => {
    expect((await source.check(T0)).map((line) => `${line.name} ${String(line.ok)} ${line.detail}`)).toEqual([
      'token true 127.0.0.1:' + new URL(double.url).port + ' gave a token',
      'healthOverviews true 2 services (ServiceHealth.Read.All)',
      'issues true 1 open issues (ServiceHealth.Read.All)',
    ]);
  });

  it('names the permission that is missing', async () => {
    world.broken = [/./, { status: 403, body: { error: { code: 'Forbidden', message: 'x' } } }];
    const lines = await source.check(T0);
    expect(lines.map((line) => line.ok)).toEqual([true, false, false]);
    expect(lines[1]?.advice).toMatch(/ServiceHealth\.Read\.All/);
  });

  it('stops at a wrong secret', async () => {
    double.token(() => ({
      status: 401,
      body: { error: 'invalid_client', error_description: 'AADSTS7000215: x' },
    }));
    const lines = await source.check(T0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ name: 'token', ok: false, advice: expect.stringContaining('value') });
  });
});

describe('settings', () => {
  it('have defaults and refuse what they do not know', () => {
    expect(serviceHealth.settings.parse({})).toEqual({ api: 'graph', reconcile: 30 * MINUTE });
    for (const wrong of [{ api: 'soap' }, { reconcile: '10' }, { reconcile: '5s' }, { recoincile: '5m' }]) {
      expect(serviceHealth.settings.safeParse(wrong).success).toBe(false);
    }
  });
});

const payloads = '../shared/payloads';
// The recordings are not part of the project: they are read where they lie beside it.
const recorded = existsSync(`${payloads}/graph-issues.json`);

(recorded ? describe : () => undefined)('recorded answers', () => {
  const read = (name: string): { value: object[] } =>
    JSON.parse(readFileSync(`${payloads}/${name}`, 'utf8')) as { value: object[] };
  const pascal = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((inner) => pascal(inner));
    if (typeof value === 'string' && ['status', 'classification', 'origin'].includes(key))
      return upper(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [upper(name), pascal(inner, name)]),
    );
  };
  const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

  async function facts(services: object, issues: object): Promise<Poll['observation']['facts']> {
    double.answer((request) => ({ body: request.path.includes('healthOverviews') ? services : issues }));
    return (await source.poll(undefined, Date.UTC(2021, 10, 25))).observation.facts;
  }

  it('are read, in the wire’s casing and in PascalCase alike', async () => {
    const services = read('graph-healthOverviews.json');
    const issues = read('graph-issues.json');
    const camel = await facts(services, issues);
    expect(camel).toHaveLength(29 + 1);
    expect(camel.filter((fact) => fact.values['active'] === true).map((fact) => fact.subject)).toEqual([
      'service:Exchange',
      'service:Intune',
      'service:Microsoft365Defender',
    ]);
    expect(camel.at(-1)?.values).toMatchObject({
      id: 'FM298724',
      serviceId: 'Forms',
      classification: 'incident',
      active: false,
      pir: true,
      posts: 4,
      latestPostAt: '2021-11-19T15:58:37.487Z',
      latestPost: 'A post-incident report has been published.',
      endedAt: '2021-11-17T13:58:00.000Z',
    });
    expect(await facts(pascal(services) as object, pascal(issues) as object)).toEqual(camel);
  });
});
