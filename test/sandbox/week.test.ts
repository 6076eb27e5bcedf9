import { describe, expect, it } from '@jest/globals';
import { playWeek, scriptedWeek, stateAt, type WeekState } from '../../src/sandbox/week/index.js';
import { ANNOUNCEMENTS, handClock, openRig, type Listing } from './support.js';

const START = Date.parse('2026-11-02T08:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const week = scriptedWeek(START);

describe('the scripted week', () => {
  it('is the same each time', () => {
    const later = START + 3 * DAY;
    expect(stateAt(scriptedWeek(START), later)).toEqual(stateAt(scriptedWeek(START), later));
  });

  it('begins with 28 services, two open issues and months of resolved ones', () => {
    const { health } = stateAt(week, START);
    expect(health.overviews).toHaveLength(28);
    expect(unwell(stateAt(week, START))).toEqual({ Intune: 'extendedRecovery', PowerBIcom: 'investigating' });
    expect(health.issues.filter((issue) => !issue.isResolved).map(({ id }) => id)).toEqual([
      'IT1171042',
      'PB1183377',
    ]);
    expect(health.issues.filter((issue) => issue.isResolved)).toHaveLength(6);
    expect(health.issues.every((issue) => Date.parse(issue.lastModifiedDateTime) <= START)).toBe(true);
  });

  it.each([
    [7 * MINUTE, undefined],
    [9 * MINUTE, ['advisory', 'investigating', false, 1]],
    [27 * MINUTE, ['advisory', 'serviceDegradation', false, 2]],
    [53 * MINUTE, ['incident', 'serviceDegradation', false, 3]],
    [3 * HOUR, ['incident', 'serviceDegradation', false, 4]],
    [4 * HOUR, ['incident', 'restoringService', false, 5]],
    [6 * HOUR, ['incident', 'serviceRestored', true, 6]],
    [2 * DAY + 6 * HOUR + MINUTE, ['incident', 'postIncidentReviewPublished', true, 7]],
    [3 * DAY, ['incident', 'postIncidentReviewPublished', true, 8]],
  ])('after %d ms shows the Exchange incident as %j', (after, expected) => {
    const found = issue(stateAt(week, START + after), 'EX1184213');
    expect(found && [found.classification, found.status, found.isResolved, found.posts.length]).toEqual(
      expected,
    );
  });

  it('moves the beginning of the Exchange incident back when it is promoted', () => {
    const before = issue(stateAt(week, START + 30 * MINUTE), 'EX1184213');
    const after = issue(stateAt(week, START + HOUR), 'EX1184213');
    expect(Date.parse(after?.startDateTime ?? '')).toBeLessThan(Date.parse(before?.startDateTime ?? ''));
  });

  it.each([
    [26, 'serviceOperational'],
    [27.5, 'serviceInterruption'],
    [29, 'serviceDegradation'],
    [30, 'verifyingService'],
    [31, 'serviceOperational'],
  ])('after %d hours shows Teams as %s', (hours, status) => {
    const rows = stateAt(week, START + hours * HOUR).health.overviews;
    expect(rows.find((row) => row.id === 'microsoftteams')?.status).toBe(status);
  });

  it('has a false positive, a suspended investigation and a fault of somebody else', () => {
    const end = stateAt(week, week.end);
    expect(issue(end, 'SP1186120')).toMatchObject({ status: 'falsePositive', isResolved: true });
    expect(issue(end, 'PB1183377')).toMatchObject({ status: 'investigationSuspended', isResolved: false });
    expect(issue(end, 'MO1186984')).toMatchObject({ origin: 'thirdParty', isResolved: true });
    expect(issue(end, 'IT1171042')).toMatchObject({ status: 'serviceRestored' });
  });

  it('breaks the promise of an update once', () => {
    const posts = issue(stateAt(week, week.end), 'OD1187733')?.posts ?? [];
    expect(posts[0]?.description.content).toContain(
      'Next update by:</b> Thursday, November 5, 2026, at 11:00 AM UTC',
    );
    expect(Date.parse(posts[1]?.createdDateTime ?? '')).toBeGreaterThan(Date.parse('2026-11-05T14:00:00Z'));
  });

  it('writes posts in every form that is really seen', () => {
    const all = stateAt(week, week.end).health.issues.flatMap((one) =>
      one.posts.map((post) => post.description.content),
    );
    const forms = {
      'lost line breaks': /\w\.Next update by: |\w\.User impact: |[^\n]User impact: /,
      'line breaks': /\n\nCurrent status: /,
      br: /<br>/,
      list: /<ul><li>/,
      link: /<a href="https:/,
      bold: /<b>|<strong>/,
      entities: /&amp;|&#39;|&nbsp;|&rsquo;/,
      scope: /Scope of impact:/,
      promise: /Next update by:.*, at \d{1,2}:\d\d [AP]M UTC/,
      review: /^A post-incident report has been published\.$/,
    };
    for (const [name, form] of Object.entries(forms))
      expect([name, all.some((content) => form.test(content))]).toEqual([name, true]);
  });

  it('stamps every change at its own time, in order', () => {
    for (const one of stateAt(week, week.end).health.issues) {
      const posted = one.posts.map((post) => Date.parse(post.createdDateTime));
      expect(posted).toEqual([...posted].sort((a, b) => a - b));
      expect(Date.parse(one.lastModifiedDateTime)).toBeGreaterThanOrEqual(posted.at(-1) ?? 0);
    }
  });

  it('updates a Message center post under its id', () => {
    const titleAt = (after: number): string | undefined =>
      stateAt(week, START + after).messages.find((message) => message.id === 'MC1190118')?.title;
    expect(titleAt(DAY)).not.toMatch(/^\(Updated\)/);
    expect(titleAt(4 * DAY)).toMatch(/^\(Updated\)/);
  });
});

it('plays into a sandbox as its clock moves', async () => {
  const clock = handClock(START);
  const rig = await openRig({ clock });
  playWeek(rig.sandbox);
  const open = async (): Promise<unknown[]> => {
    const answer = await rig.get(`${ANNOUNCEMENTS}/issues?$filter=isResolved eq false`);
    return ((await answer.json()) as Listing).value.map((one) => one['id']);
  };
  expect(await open()).toEqual(['IT1171042', 'PB1183377']);
  clock.move(9 * MINUTE);
  expect(await open()).toContain('EX1184213');
  expect(rig.sandbox.health.snapshot().issues).toEqual(stateAt(week, clock.now()).health.issues);
  clock.move(2 * DAY);
  expect(await open()).not.toContain('EX1184213');
  await rig.close();
});

it('plays on a clock of its own when given one', async () => {
  const clock = handClock(START);
  const rig = await openRig();
  playWeek(rig.sandbox, clock);
  clock.move(10 * MINUTE);
  expect(rig.sandbox.health.snapshot().issues.map((one) => one.id)).toContain('EX1184213');
  await rig.close();
});

function issue(state: WeekState, id: string): WeekState['health']['issues'][number] | undefined {
  return state.health.issues.find((one) => one.id === id);
}

function unwell(state: WeekState): Record<string, string> {
  const rows = state.health.overviews.filter((row) => row.status !== 'serviceOperational');
  return Object.fromEntries(rows.map((row) => [row.id, row.status]));
}
