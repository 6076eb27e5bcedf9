import '../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { handClock, openRig, type Rig } from './support.js';

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);

let open: Rig | undefined;

afterEach(async () => {
  await open?.close();
  open = undefined;
});

type Row = Readonly<Record<string, unknown>>;

interface Manage {
  readonly rig: Rig;
  readonly rows: (path: string) => Promise<readonly Row[]>;
  readonly get: (
    path: string,
    over?: { tenant?: string; token?: string; accept?: string },
  ) => Promise<{ status: number; text: string; headers: Headers }>;
}

async function manage(options: SandboxOptions = {}): Promise<Manage> {
  const rig = await openRig({ clock: handClock(NOW), ...options });
  open = rig;
  const { endpoints, tenantId, clientId, clientSecret, health, messages } = rig.sandbox;
  health.setService('Exchange', { name: 'Exchange Online' });
  health.setService('Lync', { name: 'Skype for Business' });
  const at = (ms: number): string => new Date(NOW - ms).toISOString();
  health.putIssue(
    {
      id: 'EX1',
      title: 'Old and open',
      service: 'Exchange Online',
      featureGroup: 'Voice mail',
      status: 'extendedRecovery',
      startDateTime: at(20 * DAY),
    },
    NOW - DAY,
  );
  health.putIssue(
    {
      id: 'LY1',
      title: 'Over',
      service: 'Skype for Business',
      status: 'postIncidentReviewPublished',
      isResolved: true,
      startDateTime: at(2 * DAY),
      endDateTime: at(2 * DAY - HOUR),
    },
    NOW - HOUR,
  );
  messages.putMessage(
    {
      id: 'MC1',
      title: 'A post',
      services: ['Exchange Online'],
      category: 'preventOrFixIssue',
      html: '<p>x</p>',
    },
    NOW - 3 * DAY,
  );
  const answer = await rig.form(`${endpoints.login}/${tenantId}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${endpoints.manage}/.default`,
  });
  const { access_token: own } = (await answer.json()) as { access_token: string };
  const get: Manage['get'] = async (path, { tenant = tenantId, token = own, accept = '*/*' } = {}) => {
    const response = await rig.get(`${endpoints.manage}/api/v1.0/${tenant}/ServiceComms/${path}`, {
      authorization: `Bearer ${token}`,
      accept,
    });
    return {
      status: response.status,
      text: await response.text(),
      headers: response.headers as unknown as Headers,
    };
  };
  return { rig, get, rows: async (path) => (JSON.parse((await get(path)).text) as { value: Row[] }).value };
}

const ids = (rows: readonly Row[]): unknown[] => rows.map((row) => row['Id']);

describe('the recorded shape', () => {
  it('has services with their features', async () => {
    const { rows } = await manage();
    expect(await rows('Services')).toContainEqual({
      Id: 'Exchange',
      DisplayName: 'Exchange Online',
      Features: [
        { DisplayName: 'Service', Name: 'Service' },
        { DisplayName: 'Voice mail', Name: 'Voicemail' },
      ],
    });
  });

  it('stamps the current status a day back, with open incidents and each feature', async () => {
    const { rows, get } = await manage();
    const [exchange] = await rows("CurrentStatus?$filter=Workload eq 'Exchange'");
    expect(exchange).toMatchObject({
      Status: 'ExtendedRecovery',
      StatusDisplayName: 'Extended recovery',
      StatusTime: '2026-11-20T13:00:00.0007769Z',
      IncidentIds: ['EX1'],
      FeatureStatus: [
        { FeatureServiceStatus: 'ServiceOperational' },
        { FeatureDisplayName: 'Voice mail', FeatureServiceStatus: 'ExtendedRecovery' },
      ],
    });
    expect((await rows('CurrentStatus')).map((row) => row['StatusDisplayName'])).toEqual([
      'Extended recovery',
      'Normal service',
    ]);
    const { headers, text } = await get('CurrentStatus', {
      accept: 'application/json;odata.metadata=minimal',
    });
    expect([
      headers.get('odata-version'),
      headers.get('x-time-taken'),
      text.includes('@odata.context'),
    ]).toEqual(['4.0', '12', true]);
  });

  it('has a row a service and day, newest first, a week of them unless asked', async () => {
    const { rows } = await manage();
    const week = await rows("HistoricalStatus?$filter=Workload eq 'Lync'");
    expect(week.map((row) => row['StatusTime'])).toEqual(
      [20, 19, 18, 17, 16, 15, 14].map((day) => `2026-11-${day}T00:00:00Z`),
    );
    expect(
      week.filter((row) => row['Status'] !== 'ServiceOperational').map((row) => row['IncidentIds']),
    ).toEqual([['LY1']]);
    expect(
      await rows("HistoricalStatus?$filter=Workload eq 'Lync' and StatusTime ge 2026-11-10T00:00:00Z"),
    ).toHaveLength(11);
  });

  it('has incidents and posts, filtered and in pages', async () => {
    const { rows } = await manage();
    expect(ids(await rows('Messages'))).toEqual(['EX1', 'LY1', 'MC1']);
    expect(ids(await rows("Messages?$filter=MessageType eq 'MessageCenter'"))).toEqual(['MC1']);
    expect(ids(await rows(`Messages?$filter=StartTime ge ${new Date(NOW - 7 * DAY).toISOString()}`))).toEqual(
      ['LY1', 'MC1'],
    );
    expect(ids(await rows("Messages?$filter=ID eq 'EX1'"))).toEqual(['EX1']);
    expect(ids(await rows('Messages?$top=1&$skip=1'))).toEqual(['LY1']);
    expect(await rows("Messages?$filter=ID eq 'LY1'&$select=Id,Status")).toEqual([
      { Id: 'LY1', Status: 'Post incident report published' },
    ]);
    const [post] = await rows("Messages?$filter=MessageType eq 'MessageCenter'");
    expect(post).toMatchObject({
      Category: 'Prevent Or Fix Issues',
      AffectedWorkloadNames: ['Exchange'],
      Workload: null,
      Status: '',
    });
  });
});

describe('the documented shape', () => {
  it('has its faults', async () => {
    const { rows, get } = await manage({ legacyShape: 'documented' });
    expect((await rows('Services'))[1]).toEqual({
      Id: 'Lync',
      DisplayName: 'Skype for Business',
      FeatureNames: ['Service'],
    });
    expect((await rows('CurrentStatus'))[0]).toMatchObject({
      StatusDate: expect.any(String),
      FeatureGroupStatusCollection: [{ FeatureStatus: 'ServiceOperational' }, {}],
    });
    const { text } = await get("Messages?$filter=Workload eq 'Exchange'");
    expect(text).toMatch(/^\{\s*\{/);
    const { value } = JSON.parse(text.slice(1)) as { value: Row[] };
    expect(value).toMatchObject([
      { Id: 'EX1', Name: 'EX1', Title: null, Workload: 'Exchange Online', WorkloadDisplayName: 'Exchange' },
    ]);
    expect(value[0]).not.toHaveProperty('MessageType');
  });
});

describe('a refusal', () => {
  it('is told in one code with words', async () => {
    const { rig, get } = await manage();
    const { directory } = rig.sandbox;
    directory.addTenant({ tenantId: 'aaaaaaaa-0000-4000-8000-000000000001', domain: 'fabrikam.example' });
    const code = async (...args: Parameters<Manage['get']>): Promise<unknown> => {
      const { status, text } = await get(...args);
      return [status, (JSON.parse(text) as { error: { code: string } }).error.code.slice(0, 7)];
    };
    expect(await code('Services', { token: 'x.y.z' })).toEqual([401, 'AF10000']);
    expect(await code('Services', { token: await rig.token() })).toEqual([401, 'AF10000']);
    expect(await code('Services', { tenant: 'fabrikam.example' })).toEqual([401, 'AF20010']);
    expect(await code('Services', { tenant: 'nobody.example' })).toEqual([404, 'AF20011']);
    expect(await code('Nothing')).toEqual([404, 'AF20022']);
    expect(await code("Messages?$filter=Title eq 'x'")).toEqual([400, 'AF20002']);
    expect(await code('CurrentStatus?$top=3')).toEqual([400, 'AF20002']);
    expect(
      (await get('Services', { tenant: rig.sandbox.directory.tenant('contoso.example')?.domain ?? '' }))
        .status,
    ).toBe(200);
  });

  it('follows from a missing permission, and from too many questions', async () => {
    const poor = await manage({ roles: ['ServiceHealth.Read.All'] });
    expect((await poor.get('Services')).text).toContain('AF10001');
    await poor.rig.close();
    const { get } = await manage({ throttle: { perMinute: 1, perHour: 10 } });
    expect((await get('Services')).status).toBe(200);
    const { status, headers } = await get('Services');
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
  });
});

describe('attachments of a message in Graph', () => {
  it('are listed, told and served', async () => {
    const { rig } = await manage();
    rig.sandbox.messages.attach(
      'MC1',
      { id: 'a1', name: 'plan.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF') },
      NOW - MINUTE,
    );
    const path = '/admin/serviceAnnouncement/messages/MC1';
    const body = async (suffix: string): Promise<unknown> => (await rig.get(`${path}${suffix}`)).json();
    expect(await body('')).toMatchObject({
      hasAttachments: true,
      lastModifiedDateTime: new Date(NOW - MINUTE).toISOString().replace('.000Z', 'Z'),
    });
    expect(await body('/attachments')).toMatchObject({
      value: [{ id: 'a1', name: 'plan.pdf', size: 4, contentType: 'application/pdf' }],
    });
    expect(await body('/attachments/a1')).toMatchObject({ name: 'plan.pdf' });
    expect(await (await rig.get(`${path}/attachments/a1/content`)).text()).toBe('%PDF');
    expect((await rig.get(`${path}/attachments/a2`)).status).toBe(404);
    expect((await rig.get('/admin/serviceAnnouncement/messages/MC9/attachments')).status).toBe(404);
  });
});
