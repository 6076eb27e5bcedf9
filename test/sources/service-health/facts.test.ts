import { describe, expect, it } from '@jest/globals';
import { issueFact, nameKey, serviceFact } from '../../../src/sources/service-health/facts.js';
import {
  readIssue,
  readIssues,
  readOverviews,
  type Issue,
} from '../../../src/sources/service-health/schema.js';

const CONTEXT = { serviceIds: new Map([[nameKey('Exchange Online'), 'Exchange']]), cloud: 'global' } as const;

const wire = {
  id: 'EX1001',
  title: 'Mail is slow',
  startDateTime: '2026-11-02T08:00:00Z',
  endDateTime: null,
  lastModifiedDateTime: '2026-11-02T09:00:00.1234567Z',
  classification: 'advisory',
  origin: 'microsoft',
  status: 'serviceDegradation',
  service: 'Exchange Online',
  feature: 'E-Mail timely delivery',
  featureGroup: 'E-Mail and calendar access',
  impactDescription: 'Mail arrives late.',
  isResolved: false,
  highImpact: null,
  details: [{ name: 'NotifyInApp', value: 'True' }],
  posts: [
    post(
      '2026-11-02T08:30:00Z',
      'Current status: We look.Next update by: Monday, November 2, 2026, at 12:00 PM UTC',
    ),
  ],
};

function post(createdDateTime: string, content: string): object {
  return { createdDateTime, postType: 'regular', description: { contentType: 'html', content } };
}

function values(over: object = {}, raw: object = wire): Record<string, unknown> {
  const issue: Issue | undefined = readIssue({ ...raw, ...over });
  if (issue === undefined) throw new Error('no issue');
  return issueFact(issue, CONTEXT).values;
}

function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(inner)]),
  );
}

describe('the fact of an issue', () => {
  it('says everything a card needs', () => {
    const now = values();
    expect(now).toEqual({
      type: 'issue',
      id: 'EX1001',
      title: 'Mail is slow',
      service: 'Exchange Online',
      serviceId: 'Exchange',
      status: 'serviceDegradation',
      statusText: 'Service degradation',
      classification: 'advisory',
      origin: 'microsoft',
      feature: 'E-Mail timely delivery',
      featureGroup: 'E-Mail and calendar access',
      impact: 'Mail arrives late.',
      active: true,
      level: 'warning',
      startedAt: '2026-11-02T08:00:00.000Z',
      endedAt: null,
      lastModified: '2026-11-02T09:00:00.123Z',
      posts: 1,
      postedAt: '2026-11-02T08:30:00.000Z',
      lastPostAt: '2026-11-02T08:30:00.000Z',
      earlierPosts: [],
      scope: '',
      latestPostAt: '2026-11-02T08:30:00.000Z',
      latestPost: 'Current status: We look.\nNext update by: Monday, November 2, 2026, at 12:00 PM UTC',
      latestPostRich: expect.any(Array),
      nextUpdateBy: '2026-11-02T12:00:00.000Z',
      pir: false,
      reportName: '',
      reportBytes: 0,
      highImpact: null,
      url: 'https://admin.microsoft.com/Adminportal/Home#/servicehealth/:/alerts/EX1001',
    });
    expect(JSON.parse(JSON.stringify(now))).toEqual(now);
  });

  it('is the same in PascalCase, keys and members', () => {
    const over = { classification: 'Advisory', origin: 'Microsoft', status: 'ServiceDegradation' };
    expect(values({}, pascal({ ...wire, ...over }) as object)).toEqual(values());
  });

  it.each([
    ['ServiceRestored', 'serviceRestored'],
    ['Service interruption', 'serviceInterruption'],
    ['serviceOperational', 'serviceOperational'],
    ['PostIncidentReviewPublished', 'postIncidentReviewPublished'],
    ['somethingNew', 'unknown'],
  ])('reads the status %s as %s', (raw, name) => {
    expect(values({ status: raw })['status']).toBe(name);
  });

  it('takes an unknown status for active, in its own words', () => {
    expect(values({ status: 'limitedRecovery', isResolved: null })).toMatchObject({
      status: 'unknown',
      statusText: 'Limited recovery',
      active: true,
      level: 'warning',
    });
    expect(values({ classification: 'rumour', origin: null })).toMatchObject({
      classification: 'unknown',
      origin: 'unknown',
    });
  });

  it.each<[string, boolean | null, boolean]>([
    ['serviceDegradation', false, true],
    ['serviceDegradation', true, false],
    ['serviceRestored', true, false],
    ['serviceRestored', false, false],
    ['falsePositive', false, false],
    ['postIncidentReviewPublished', false, false],
    ['postIncidentReviewPublished', null, false],
    ['investigationSuspended', false, true],
    ['mitigated', false, true],
    ['mitigated', null, false],
    ['confirmed', null, true],
    ['reported', true, false],
  ])('with %s and isResolved %p is active: %p', (status, isResolved, active) => {
    expect(values({ status, isResolved })['active']).toBe(active);
  });

  it('rises when an advisory is promoted, whatever the status', () => {
    const rank = ['ok', 'info', 'warning', 'major', 'critical'];
    for (const status of [
      'investigating',
      'serviceDegradation',
      'serviceInterruption',
      'extendedRecovery',
      'investigationSuspended',
    ]) {
      const before = rank.indexOf(String(values({ status })['level']));
      const after = rank.indexOf(String(values({ status, classification: 'incident' })['level']));
      expect([status, after > before]).toEqual([status, true]);
    }
  });

  it('takes the newest post by its time, not by its place', () => {
    const posts = [
      post('2026-11-02T10:00:00Z', 'Third'),
      post('2026-11-02T08:00:00Z', 'First'),
      post('2026-11-02T09:00:00Z', 'Second'),
    ];
    expect(values({ posts })).toMatchObject({
      posts: 3,
      latestPost: 'Third',
      latestPostAt: '2026-11-02T10:00:00.000Z',
    });
  });

  it('does not count what is posted again', () => {
    const posts = [
      post('2026-11-02T08:00:00Z', 'First'),
      post('2026-11-09T08:00:00Z', 'A post-incident report has been published.'),
      post('2026-11-10T08:00:00Z', 'A post-incident report has been  published.'),
      post('2026-11-11T08:00:00Z', 'First'),
    ];
    expect(values({ posts })).toMatchObject({
      posts: 2,
      latestPost: 'A post-incident report has been published.',
      latestPostAt: '2026-11-09T08:00:00.000Z',
    });
  });

  it('promises the update of the newest post that promises one, and none once it is over', () => {
    const posts = [...wire.posts, post('2026-11-02T09:30:00Z', 'Current status: Still looking.')];
    expect(values({ posts })['nextUpdateBy']).toBe('2026-11-02T12:00:00.000Z');
    expect(values({ posts, isResolved: true })['nextUpdateBy']).toBeNull();
  });

  it('takes the year one for never, and missing things for nothing', () => {
    expect(
      values({ startDateTime: '0001-01-01T00:00:00Z', endDateTime: '0001-01-01T00:00:00Z' }),
    ).toMatchObject({
      startedAt: null,
      endedAt: null,
    });
    expect(values({}, { id: 'EX1' })).toMatchObject({
      title: 'EX1',
      service: '',
      serviceId: '',
      posts: 0,
      latestPostAt: null,
    });
  });

  it('keeps the posts before the newest, and knows one that says nothing new', () => {
    const next = (hour: number): string => `Next update by: Monday, November 2, 2026, at ${hour}:00 PM UTC`;
    const posts = [
      post('2026-11-02T08:00:00Z', `Current status: We look.<br>Scope of impact: Some users.<br>${next(1)}`),
      post('2026-11-02T09:00:00Z', `Current status: It is the cache.<br>${next(2)}`),
      post('2026-11-02T10:00:00Z', `Current status: It is the cache.<br><br>${next(3)}`),
    ];
    expect(values({ posts })).toMatchObject({
      posts: 3,
      postedAt: '2026-11-02T08:00:00.000Z',
      lastPostAt: '2026-11-02T10:00:00.000Z',
      latestPostAt: '2026-11-02T09:00:00.000Z',
      earlierPosts: [{ at: '2026-11-02T08:00:00.000Z', text: expect.stringContaining('We look.') }],
      scope: 'Some users.',
      nextUpdateBy: '2026-11-02T15:00:00.000Z',
    });
    const many = Array.from({ length: 40 }, (_, i) => post(`2026-11-02T08:${10 + i}:00Z`, `News ${i}`));
    const now = values({ posts: many });
    expect(now['earlierPosts']).toHaveLength(5);
    expect(now['latestPost']).toBe('News 39');
  });

  it('shows no hidden characters and no endless titles', () => {
    const now = values({
      title: `\u202Eevil\u0000 ${'x'.repeat(9_000)}`,
      posts: [post('2026-11-02T08:00:00Z', 'y'.repeat(50_000))],
    });
    expect(String(now['title'])).toMatch(/^evil x+…$/);
    expect(String(now['title']).length).toBeLessThanOrEqual(300);
    expect(String(now['latestPost']).length).toBeLessThanOrEqual(6_000);
  });

  it('links to the admin centre of its cloud', () => {
    const issue = readIssue(wire);
    if (issue === undefined) throw new Error('no issue');
    expect(issueFact(issue, { ...CONTEXT, cloud: 'gcchigh' }).values['url']).toMatch(
      /^https:\/\/portal\.office365\.us\//,
    );
  });
});

describe('the fact of a service', () => {
  const overview = { id: 'Exchange', service: 'Exchange Online', status: 'extendedRecovery' };

  it('knows its open issues by its display name', () => {
    const open = new Map([
      ['exchange online', ['EX2', 'EX1']],
      ['exchange', ['EX3']],
    ]);
    expect(serviceFact(overview, open)).toEqual({
      subject: 'service:Exchange',
      kind: 'service-health',
      values: {
        type: 'service',
        id: 'Exchange',
        name: 'Exchange Online',
        status: 'extendedRecovery',
        statusText: 'Extended recovery',
        active: true,
        level: 'major',
        openIssues: ['EX1', 'EX2'],
        explained: true,
      },
    });
  });

  it('that is well is not active', () => {
    expect(serviceFact({ ...overview, status: 'ServiceOperational' }, new Map()).values).toMatchObject({
      status: 'serviceOperational',
      active: false,
      level: 'ok',
      explained: false,
    });
  });
});

describe('a list', () => {
  it('loses only the entries that cannot be read', () => {
    const read = readIssues([
      wire,
      null,
      { title: 'no id' },
      'x',
      { ...wire, id: 'EX1002', posts: [{ nothing: 1 }, wire.posts[0]] },
    ]);
    expect([read.rows.map((issue) => issue.id), read.broken, read.rows[1]?.posts.length]).toEqual([
      ['EX1001', 'EX1002'],
      3,
      1,
    ]);
  });

  it('keeps an entry whose fields have other types than told', () => {
    const read = readIssues([{ ...wire, title: 7, isResolved: 'no', posts: 'none', service: null }]);
    expect([read.rows.length, read.broken]).toEqual([1, 0]);
  });

  it('reads services in either casing', () => {
    expect(
      readOverviews([{ Id: 'Exchange', Service: 'Exchange Online', Status: 'Investigating' }]).rows,
    ).toEqual([{ id: 'Exchange', service: 'Exchange Online', status: 'Investigating' }]);
  });
});
