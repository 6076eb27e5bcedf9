import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { messageFact } from '../../../src/sources/message-center/facts.js';
import { readMessage, readMessages, type Message } from '../../../src/sources/message-center/schema.js';
import { describeUpdate, versionOf } from '../../../src/sources/message-center/versions.js';
import { readCategory } from '../../../src/sources/message-center/words.js';

const NOW = Date.UTC(2026, 10, 21, 3, 0, 0);
const NEW = { updates: 0, changed: '', attachments: [] };

const wire = {
  id: 'MC1000001',
  title: 'Teams: a new way to call',
  startDateTime: '2026-11-01T00:00:00Z',
  endDateTime: '2027-01-31T08:00:00Z',
  lastModifiedDateTime: '2026-11-01T00:00:00.123Z',
  category: 'planForChange',
  severity: 'normal',
  tags: ['New feature'],
  isMajorChange: null,
  actionRequiredByDateTime: '2026-11-27T08:00:00Z',
  services: ['Microsoft Teams'],
  expiryDateTime: null,
  hasAttachments: false,
  viewPoint: null,
  details: [
    { name: 'RoadmapIds', value: '476487, 512204' },
    { name: 'ExternalLink', value: 'https://learn.microsoft.com/teams' },
    { name: 'BlogLink', value: 'javascript:alert(1)' },
    { name: 'Summary', value: 'Calls get <b>better</b>.' },
    { name: 'FeatureStatusJson', value: '{"476487":[]}' },
  ],
  body: {
    contentType: 'html',
    content:
      '<p>Hello <script>x()</script><b>world</b></p><p>[How this affects your organization:]</p><p>Not at all.</p>',
  },
};

function message(over: object = {}): Message {
  const read = readMessage({ ...wire, ...over });
  if (read === undefined) throw new Error('no message');
  return read;
}

function values(over: object = {}, now = NOW): Record<string, unknown> {
  return messageFact(message(over), NEW, { cloud: 'global', now }).values;
}

describe('the fact of a message', () => {
  it('says everything a card needs', () => {
    const now = values();
    expect(now).toMatchObject({
      type: 'message',
      title: 'Teams: a new way to call',
      services: ['Microsoft Teams'],
      category: 'planForChange',
      severity: 'normal',
      isMajorChange: false,
      actionRequiredBy: '2026-11-27T08:00:00.000Z',
      actionRequiredDay: '2026-11-27',
      daysLeft: 6,
      active: true,
      body: 'Hello world\nHow this affects your organization\nNot at all.',
      roadmapIds: ['476487', '512204'],
      links: [{ name: 'ExternalLink', url: 'https://learn.microsoft.com/teams' }],
      url: 'https://admin.microsoft.com/Adminportal/Home#/MessageCenter/:/messages/MC1000001',
      updates: 0,
      changed: '',
    });
    expect(JSON.stringify(now)).not.toMatch(/script|x\(\)|viewPoint|isRead/);
  });

  it('reads nulls, missing parts and the year 1', () => {
    const bare = {
      tags: null,
      services: null,
      details: null,
      body: null,
      endDateTime: null,
      isMajorChange: null,
    };
    expect(values({ ...bare, actionRequiredByDateTime: '0001-01-01T00:00:00Z' })).toMatchObject({
      tags: [],
      services: [],
      endAt: null,
      active: true,
      actionRequiredBy: null,
      actionRequiredDay: '',
      daysLeft: null,
      body: '',
    });
    expect(values({ category: 'somethingNew', severity: 'Urgent' })).toMatchObject({
      category: 'unknown',
      severity: 'unknown',
    });
    expect(readMessages([{}, null, wire])).toMatchObject({ broken: 2, rows: [{ id: 'MC1000001' }] });
  });

  it('counts days at midnight UTC and at no other time', () => {
    const at = (hour: number, minute: number): unknown =>
      values({}, Date.UTC(2026, 10, 26, hour, minute))['daysLeft'];
    expect([at(0, 0), at(7, 59), at(23, 59)]).toEqual([1, 1, 1]);
    expect(values({}, Date.UTC(2026, 10, 27, 23))['daysLeft']).toBe(0);
    expect(values({}, Date.UTC(2026, 10, 28))['daysLeft']).toBe(-1);
  });

  it('takes the end of display for no deadline', () => {
    expect(values({ actionRequiredByDateTime: null, endDateTime: '2026-11-20T00:00:00Z' })).toMatchObject({
      active: false,
      daysLeft: null,
    });
  });

  it.each([
    ['Stay Informed', 'stayInformed'],
    ['PlanForChange', 'planForChange'],
    ['Prevent Or Fix Issue', 'preventOrFixIssue'],
    ['Prevent Or Fix Issues', 'preventOrFixIssue'],
    ['', 'unknown'],
  ])('knows the category %s', (raw, expected) => {
    expect(readCategory(raw)).toBe(expected);
  });
});

describe('what an update changed', () => {
  const told = (over: object): string => describeUpdate(versionOf(message()), versionOf(message(over)));

  it('begins with the deadline and quotes what is new', () => {
    expect(
      told({
        title: '(Updated) Teams: a new way to call',
        tags: ['Updated message', 'New feature', 'Retirement'],
        actionRequiredByDateTime: '2026-12-31T08:00:00Z',
        severity: 'high',
        isMajorChange: true,
        body: {
          content: `<p>More.</p><p>Updated November 20, 2026: later.</p>${wire.body.content.replace('Not at all.', 'A little.')}`,
        },
      }).split('\n'),
    ).toEqual([
      'Action required by: 2026-11-27 → 2026-12-31',
      'Severity: normal → high',
      'It is now a major change',
      'Tags: added Retirement',
      '“Updated November 20, 2026: later.”',
      '“More.”',
      '“A little.”',
      '1 paragraph replaced or removed',
    ]);
  });

  it('says so when nothing can be seen', () => {
    expect(told({ lastModifiedDateTime: '2026-11-02T00:00:00Z' })).toBe('Nothing that its words show');
  });
});

const payloads = '../shared/payloads';
(existsSync(`${payloads}/graph-messages.json`) ? describe : describe.skip)('recorded messages', () => {
  const parsed = (file: string): unknown => JSON.parse(readFileSync(`${payloads}/${file}`, 'utf8'));

  it('are read as Graph sends them', () => {
    const { value } = parsed('graph-messages.json') as { value: unknown[] };
    const { rows, broken } = readMessages(value);
    expect(broken).toBe(0);
    const facts = rows.map(
      (row) => messageFact(row, NEW, { cloud: 'global', now: Date.UTC(2021, 6, 25) }).values,
    );
    expect(
      facts.map((fact) => [fact['id'], fact['daysLeft'], fact['active'], fact['isMajorChange']]),
    ).toEqual([
      ['MC237349', 6, true, false],
      ['MC237741', null, true, false],
      ['MC247825', null, true, true],
      ['MC248201', null, true, true],
    ]);
    expect(facts[3]).toMatchObject({ name: 'Quick Create – Easily Create Power BI Reports from Lists' });
  });

  it('are read as an SDK writes them', () => {
    const read = readMessage(parsed('mc-archive-MC1009932.powershell-sdk-cased.json'));
    if (read === undefined) throw new Error('no message');
    expect(messageFact(read, NEW, { cloud: 'gcchigh', now: NOW }).values).toMatchObject({
      category: 'stayInformed',
      roadmapIds: ['476487'],
      platforms: 'Desktop, Mac, Web',
      body: expect.stringContaining('Updated March 27, 2025'),
      url: expect.stringContaining('portal.office365.us'),
    });
  });
});
