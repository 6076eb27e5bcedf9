import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recase } from '../../src/sandbox/state/wire.js';
import { ANNOUNCEMENTS, handClock, openRig, type GraphErrorBody, type Listing, type Rig } from './support.js';

const START = Date.parse('2026-11-02T08:00:00Z');
const HOUR = 3_600_000;
let rig: Rig;
let clock: ReturnType<typeof handClock>;

beforeEach(async () => {
  clock = handClock(START);
  rig = await openRig({ clock });
  const { health } = rig.sandbox;
  health.setService('Exchange', { name: 'Exchange Online' });
  health.setService('OSDPPlatform', { name: 'Microsoft 365 suite', status: 'investigating' });
});
afterEach(() => rig.close());

describe('the collections', () => {
  it('page by 100, or as preferred, with links on their own host', async () => {
    fill(250);
    const first = await list('/issues');
    expect(first.value).toHaveLength(100);
    expect(first['@odata.nextLink']).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1\.0\/.*issues\?\$skip=100$/);
    expect(await all('/issues')).toEqual(idsUpTo(250));
    const large = await list('/issues', { prefer: 'odata.maxpagesize=240' });
    expect(large.value).toHaveLength(240);
  });

  it('limit the whole answer by $top, over pages', async () => {
    fill(250);
    expect(await all('/issues?$top=130')).toEqual(idsUpTo(130));
    expect(await all('/issues?$top=5&$skip=2')).toEqual(idsUpTo(7).slice(2));
  });

  it('count what matches', async () => {
    fill(120);
    const listing = await list("/issues?$count=true&$filter=service eq 'Microsoft Teams'");
    expect(listing['@odata.count']).toBe(60);
  });

  it.each([
    ['isResolved eq false', 5],
    ["service eq 'Exchange Online'", 5],
    ["service eq 'Exchange Online' and isResolved eq true", 3],
    ['lastModifiedDateTime ge 2026-11-02T13:00:00Z', 5],
    ['lastModifiedDateTime ge 2026-11-02T13:00:00Z and isResolved eq false', 3],
    ["classification eq 'INCIDENT' or id eq 'TM100001'", 1],
    ["not(startswith(id,'TM')) or (service eq 'O''Brien')", 0],
    ['endDateTime eq null', 10],
  ])('filter by %s', async (filter, expected) => {
    for (let i = 0; i < 10; i += 1) {
      const service = i < 5 ? 'Exchange Online' : 'Microsoft Teams';
      const isResolved = i % 2 === 0;
      rig.sandbox.health.putIssue({ id: `TM10000${i}`, title: 't', service, isResolved }, START + i * HOUR);
    }
    expect((await list(`/issues?$filter=${encodeURIComponent(filter)}`)).value).toHaveLength(expected);
  });

  it('sort and select', async () => {
    fill(3);
    const listing = await list('/issues?$orderby=lastModifiedDateTime desc&$select=id,status');
    expect(listing.value.map((issue) => issue['id'])).toEqual(idsUpTo(3).reverse());
    expect(listing.value[0]).toEqual({ id: 'TM100002', status: 'investigating' });
  });

  it.each([
    ["$filter=nonsense eq 'x'", "Could not find a property named 'nonsense'"],
    ["$filter=lastModifiedDateTime ge '2026-01-01'", 'incompatible types'],
    ['$filter=service eq', 'Syntax error'],
    ["$filter=details eq 'x'", 'cannot be used in the $filter'],
    ['$top=many', "Invalid value 'many'"],
    ['$search=mail', 'is not supported'],
  ])('refuse %s', async (query, words) => {
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues?${query}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as GraphErrorBody).error.message).toContain(words);
  });
});

describe('health overviews', () => {
  it('follow the worst open issue unless a status was set', async () => {
    const { health } = rig.sandbox;
    health.putIssue({ id: 'EX100001', title: 'a', service: 'Exchange Online' });
    health.putIssue({ id: 'EX100002', title: 'b', service: 'Exchange Online', status: 'serviceDegradation' });
    expect(await statuses()).toEqual({ Exchange: 'serviceDegradation', OSDPPlatform: 'investigating' });
    health.patchIssue('EX100002', { isResolved: true, status: 'serviceRestored' });
    expect(await statuses()).toMatchObject({ Exchange: 'investigating' });
  });

  it('are found by id and by display name, and expand their issues', async () => {
    rig.sandbox.health.putIssue({ id: 'MO100001', title: 'a', service: 'Microsoft 365 suite' });
    const byName = await rig.get(`${ANNOUNCEMENTS}/healthOverviews/Microsoft%20365%20suite?$expand=issues`);
    expect(await byName.json()).toMatchObject({ id: 'OSDPPlatform', issues: [{ id: 'MO100001' }] });
    const byId = await rig.get(`${ANNOUNCEMENTS}/healthOverviews/Exchange`);
    expect(await byId.json()).toMatchObject({ service: 'Exchange Online' });
    const listing = await list('/healthOverviews?$expand=issues');
    expect(listing.value[1]).toMatchObject({ issues: [{ id: 'MO100001' }] });
    expect((await list('/healthOverviews')).value[1]).not.toHaveProperty('issues');
  });
});

describe('issues', () => {
  it('move lastModifiedDateTime with every change', async () => {
    const { health } = rig.sandbox;
    health.putIssue({ id: 'EX100001', title: 'a', service: 'Exchange Online' });
    clock.move(90_250);
    health.post('EX100001', { at: clock.now(), html: '<p>one</p>' });
    const issue = await (await rig.get(`${ANNOUNCEMENTS}/issues/EX100001`)).json();
    expect(issue).toMatchObject({
      startDateTime: '2026-11-02T08:00:00Z',
      endDateTime: null,
      lastModifiedDateTime: '2026-11-02T08:01:30.25Z',
      highImpact: null,
      posts: [
        {
          createdDateTime: '2026-11-02T08:01:30.25Z',
          description: { contentType: 'html', content: '<p>one</p>' },
        },
      ],
    });
  });

  it('have a review document once it is published', async () => {
    const { health } = rig.sandbox;
    health.putIssue({ id: 'EX100001', title: 'Mail & more', service: 'Exchange Online' });
    const early = await rig.get(`${ANNOUNCEMENTS}/issues/EX100001/incidentReport`);
    expect(early.status).toBe(404);
    health.patchIssue('EX100001', { status: 'postIncidentReviewPublished', isResolved: true });
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues/EX100001/incidentReport()`);
    expect(answer.headers.get('content-type')).toMatch(/wordprocessingml/);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(entryNames(bytes)).toEqual(['[Content_Types].xml', '_rels/.rels', 'word/document.xml']);
    expect(bytes.toString()).toContain('EX100001: Mail &amp; more');
  });
});

describe('messages', () => {
  it('are listed, filtered by service and found by id', async () => {
    rig.sandbox.messages.putMessage({
      id: 'MC100001',
      title: 'a',
      services: ['Microsoft Teams'],
      html: '<p>x</p>',
    });
    rig.sandbox.messages.putMessage({ id: 'MC100002', title: 'b', services: ['Planner'], html: '' });
    const filter = encodeURIComponent("services/any(c:c eq 'Microsoft Teams')");
    expect((await list(`/messages?$filter=${filter}`)).value).toMatchObject([
      { id: 'MC100001', viewPoint: null },
    ]);
    expect(await (await rig.get(`${ANNOUNCEMENTS}/messages/MC100002`)).json()).toMatchObject({ title: 'b' });
  });
});

describe('refusals', () => {
  it('of a request without or with a broken token are 401 with a challenge', async () => {
    const token = await rig.token();
    const broken: readonly (readonly [string, string])[] = [
      ['', 'Access token is empty.'],
      ['Bearer nonsense', 'IDX14100'],
      [`Bearer ${token.slice(0, -8)}AAAAAAAA`, 'Invalid signature'],
    ];
    for (const [authorization, words] of broken) {
      const answer = await rig.get(`${ANNOUNCEMENTS}/issues`, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('authorization_uri=');
      const { error } = (await answer.json()) as GraphErrorBody;
      expect(error).toMatchObject({
        code: 'InvalidAuthenticationToken',
        message: expect.stringContaining(words),
      });
    }
  });

  it('of a token for another host or past its time are 401', async () => {
    const { endpoints, tenantId, clientId, clientSecret } = rig.sandbox;
    const other = (await (
      await rig.form(`${endpoints.login}/${tenantId}/oauth2/v2.0/token`, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${endpoints.manage}/.default`,
      })
    ).json()) as { access_token: string };
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues`, {
      authorization: `Bearer ${other.access_token}`,
    });
    expect(((await answer.json()) as GraphErrorBody).error.message).toContain('Invalid audience');
    const late = await openRig({ tokenLifetimeSeconds: 0 });
    const expired = await late.get(`${ANNOUNCEMENTS}/issues`);
    expect(((await expired.json()) as GraphErrorBody).error.message).toContain('the token is expired');
    await late.close();
  });

  it('of a missing role name Authorization_RequestDenied', async () => {
    const poor = await openRig({ roles: ['ServiceMessage.Read.All'] });
    const answer = await poor.get(`${ANNOUNCEMENTS}/issues`);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'Authorization_RequestDenied' } });
    expect((await poor.get(`${ANNOUNCEMENTS}/messages`)).status).toBe(200);
    await poor.close();
  });

  it('of an id of another tenant hide JSON in JSON, as recorded', async () => {
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues/EX999999`);
    expect(answer.status).toBe(403);
    const { error } = (await answer.json()) as GraphErrorBody;
    expect(error.code).toBe('UnknownError');
    const recorded = '../shared/payloads/graph-error-403-wrong-tenant.json';
    if (existsSync(recorded)) {
      const { error: real } = JSON.parse(readFileSync(recorded, 'utf8')) as GraphErrorBody;
      expect(withoutIds(error.message)).toBe(withoutIds(real.message));
    }
    const middle = JSON.parse(error.message) as { code: string; message: string };
    expect(middle.code).toBe('forbidden');
    expect(JSON.parse(middle.message)).toMatchObject({
      error: expect.stringContaining("Resource doesn't exist"),
    });
  });

  it('of an unknown id, address or method have the shape of Graph', async () => {
    const cases: readonly (readonly [string, number, string])[] = [
      [`${ANNOUNCEMENTS}/healthOverviews/Nothing`, 404, 'NotFound'],
      [`${ANNOUNCEMENTS}/issues/nonsense`, 404, 'NotFound'],
      [`${ANNOUNCEMENTS}/isues`, 404, 'BadRequest'],
      ['/users', 404, 'BadRequest'],
    ];
    for (const [path, status, code] of cases) {
      const answer = await rig.get(path, { 'client-request-id': 'mine' });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
      const { error } = (await answer.json()) as GraphErrorBody;
      expect(error).toMatchObject({
        code,
        innerError: { date: '2026-11-02T08:00:00', 'client-request-id': 'mine' },
      });
    }
  });
});

describe('throttling', () => {
  it('refuses the 241st request of a minute and says how long to wait, on the clock of the sandbox', async () => {
    await times(240, 200);
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await answer.json()).toMatchObject({ error: { code: 'TooManyRequests' } });
    clock.move(60_000);
    await times(1, 200);
  });

  it('refuses the 801st request of an hour', async () => {
    const small = await openRig({ clock, throttle: { perMinute: 100, perHour: 3 } });
    for (const status of [200, 200, 200, 429])
      expect((await small.get(`${ANNOUNCEMENTS}/healthOverviews`)).status).toBe(status);
    clock.move(HOUR);
    expect((await small.get(`${ANNOUNCEMENTS}/healthOverviews`)).status).toBe(200);
    await small.close();
  });

  it('gives each tenant a budget of its own, and none when switched off', async () => {
    const open = await openRig({ clock, throttle: { perMinute: 1, perHour: 800 } });
    await open.get(`${ANNOUNCEMENTS}/issues`);
    expect((await open.get(`${ANNOUNCEMENTS}/issues`)).status).toBe(429);
    const tenantId = '22222222-2222-4333-8444-555555555555';
    open.sandbox.directory.addTenant({ tenantId, domain: 'fabrikam.example' });
    const { endpoints, clientId, clientSecret } = open.sandbox;
    const answer = await open.form(`${endpoints.login}/fabrikam.example/oauth2/v2.0/token`, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${endpoints.graph}/.default`,
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const authorization = `Bearer ${access_token}`;
    expect((await open.get(`${ANNOUNCEMENTS}/issues`, { authorization })).status).toBe(200);
    await open.close();
    const free = await openRig({ throttle: false });
    for (let i = 0; i < 300; i += 1) expect((await free.get(`${ANNOUNCEMENTS}/issues`)).status).toBe(200);
    await free.close();
  });
});

describe('recorded answers', () => {
  const overviews =
    '{ "value" : [ {"id":"Exchange","service":"Exchange Online","status":"ServiceRestored","new":1} ] }\n';
  const issues =
    '{"value":[{"id":"EX1","service":"Exchange Online","isResolved":true,"lastModifiedDateTime":"2021-08-06T20:28:36.537Z"},\n {"id":"EX2","service":"Exchange Online","isResolved":false,"lastModifiedDateTime":"2021-08-07T20:28:36.537Z"}]}';

  it('are served byte for byte, and filtered when asked', async () => {
    rig.sandbox.health.loadRaw(overviews, issues);
    expect(await text('/healthOverviews')).toBe(overviews);
    expect(await text('/issues')).toBe(issues);
    expect(await text('/issues?$filter=lastModifiedDateTime ge 2020-01-01T00:00:00Z')).toBe(issues);
    expect((await list('/issues?$filter=isResolved eq false')).value).toMatchObject([{ id: 'EX2' }]);
    expect(await (await rig.get(`${ANNOUNCEMENTS}/issues/EX1`)).json()).toMatchObject({ id: 'EX1' });
    rig.sandbox.health.loadRaw(undefined, 'not json');
    expect(await text('/issues')).toBe('not json');
    rig.sandbox.health.loadRaw(undefined, undefined);
    expect((await list('/issues')).value).toEqual([]);
  });

  it('of real tenants come back as they are', async () => {
    const dir = '../shared/payloads';
    if (!existsSync(dir)) return;
    const [real, realIssues] = ['healthOverviews', 'issues'].map((name) =>
      readFileSync(`${dir}/graph-${name}.json`, 'utf8'),
    );
    rig.sandbox.health.loadRaw(real, realIssues);
    expect(await text('/healthOverviews')).toBe(real);
    expect(await text('/issues')).toBe(realIssues);
  });
});

it('writes enum members as the documentation prints them when asked', async () => {
  const pascal = await openRig({ casing: 'pascal' });
  const { health } = pascal.sandbox;
  health.setService('Exchange', { name: 'Exchange Online' });
  health.putIssue({ id: 'EX100001', title: 'a', service: 'Exchange Online', status: 'serviceDegradation' });
  health.post('EX100001', { at: START, html: 'x' });
  const [issue] = ((await (await pascal.get(`${ANNOUNCEMENTS}/issues`)).json()) as Listing).value;
  expect(issue).toMatchObject({
    status: 'ServiceDegradation',
    classification: 'Advisory',
    origin: 'Microsoft',
    posts: [{ postType: 'Regular', description: { contentType: 'Html' } }],
  });
  const filtered = await pascal.get(`${ANNOUNCEMENTS}/issues?$filter=status eq 'serviceDegradation'`);
  expect(((await filtered.json()) as Listing).value).toHaveLength(1);
  expect(recase(issue, 'camel')).toMatchObject({ status: 'serviceDegradation', title: 'a' });
  await pascal.close();
});

function fill(count: number): void {
  for (let i = 0; i < count; i += 1)
    rig.sandbox.health.putIssue(
      { id: `TM${100_000 + i}`, title: 't', service: i % 2 === 0 ? 'Microsoft Teams' : 'Planner' },
      START + i,
    );
}

function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `TM${100_000 + i}`);
}

async function list(path: string, headers?: Record<string, string>): Promise<Listing> {
  const answer = await rig.get(`${ANNOUNCEMENTS}${path}`, headers);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Listing;
}

async function text(path: string): Promise<string> {
  return (await rig.get(`${ANNOUNCEMENTS}${path}`)).text();
}

async function all(path: string): Promise<unknown[]> {
  const ids: unknown[] = [];
  let next: string | undefined = `${rig.sandbox.endpoints.graph}/v1.0${ANNOUNCEMENTS}${path}`;
  while (next !== undefined) {
    const page = (await (await rig.get(next)).json()) as Listing;
    ids.push(...page.value.map((item) => item['id']));
    next = page['@odata.nextLink'];
  }
  return ids;
}

async function statuses(): Promise<unknown> {
  const { value } = await list('/healthOverviews');
  return Object.fromEntries(value.map((row) => [row['id'], row['status']]));
}

async function times(count: number, status: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const answer = await rig.get(`${ANNOUNCEMENTS}/healthOverviews`);
    expect(answer.status).toBe(status);
    await answer.text();
  }
}

function withoutIds(message: string): string {
  return message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
}

/** Read from the archive's central directory, as an office program does. */
function entryNames(zip: Buffer): string[] {
  const names: string[] = [];
  let at = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + length));
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    at += 46 + length;
  }
  return names;
}
