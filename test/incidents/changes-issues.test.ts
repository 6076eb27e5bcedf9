import { describe, expect, it } from '@jest/globals';
import { issueLines } from '../../src/incidents/changes-issues.js';
import type { JsonObject } from '../../src/model/json.js';

const TITLE = 'Users cannot place calls';
const before: JsonObject = {
  type: 'issue',
  title: TITLE,
  impact: TITLE,
  classification: 'incident',
  statusText: 'Service degradation',
  lastPostAt: '2026-11-21T09:00:00.000Z',
  latestPostAt: '2026-11-21T09:00:00.000Z',
  latestPost: 'We look.',
  earlierPosts: [],
  scope: '',
  nextUpdateBy: '2026-11-21T10:00:00.000Z',
  pir: false,
};

const said = (now: JsonObject, was: JsonObject = before): string[] =>
  issueLines(was, { ...was, ...now }).map(({ kind, text }) => `${kind}: ${text}`);
const posted = (hour: string, latestPost: string): JsonObject => {
  const at = `2026-11-21T${hour}:00.000Z`;
  return { latestPost, latestPostAt: at, lastPostAt: at };
};

describe('what changed in an issue', () => {
  it('tells every post that came between two polls, oldest first', () => {
    const now = {
      ...posted('09:50', 'It works again.'),
      earlierPosts: [
        { at: '2026-11-21T08:30:00.000Z', text: 'Known before.' },
        { at: '2026-11-21T09:20:00.000Z', text: `Title: ${TITLE}\nThe cause is known.` },
        { at: '2026-11-21T09:35:00.000Z', text: 'Half of it is repaired.' },
      ],
    };
    expect(said(now)).toEqual([
      'post: The cause is known.',
      'post: Half of it is repaired.',
      'post: It works again.',
    ]);
  });

  it('says first what a post changes: status, next update, scope of impact', () => {
    const now = {
      ...posted(
        '09:50',
        `Title: ${TITLE}\nUser impact: ${TITLE}\nCurrent status: We restart call control.\nScope of impact: Users in Europe.\nNext update by: Saturday, November 21, 2026, at 11:00 AM UTC`,
      ),
      statusText: 'Service interruption',
      scope: 'Users in Europe.',
      nextUpdateBy: '2026-11-21T11:00:00.000Z',
    };
    expect(said(now)).toEqual([
      'changed: Status: Service degradation → Service interruption',
      'post: Next update by 2026-11-21 11:00 UTC, before: 2026-11-21 10:00 UTC.\nScope of impact: Users in Europe.\nCurrent status: We restart call control.',
    ]);
    const wider = said({ ...posted('10:50', 'More.'), scope: 'All users.' }, { ...before, ...now });
    expect(wider).toEqual(['post: Scope of impact is now: All users.\nMore.']);
  });

  it('says in one line that a post said nothing new', () => {
    const lastPostAt = '2026-11-21T09:55:00.000Z';
    expect(said({ lastPostAt, nextUpdateBy: '2026-11-21T11:00:00.000Z' })).toEqual([
      'post: Microsoft posted again and says nothing new. Next update by 2026-11-21 11:00 UTC, before: 2026-11-21 10:00 UTC.',
    ]);
    expect(said({ lastPostAt })).toEqual(['post: Microsoft posted again and says nothing new.']);
    expect(said({ nextUpdateBy: null })).toEqual([]);
  });

  it('tells the report once, and what was posted with it', () => {
    const now = {
      ...posted('12:00', 'A post-incident report has been published.'),
      earlierPosts: [{ at: '2026-11-21T10:00:00.000Z', text: 'The issue is resolved.' }],
      pir: true,
    };
    expect(said(now)).toEqual([
      'post: The issue is resolved.',
      'pir: Microsoft published the post-incident report.',
    ]);
  });

  it('reads facts that an earlier version wrote, and lists that are none', () => {
    const { lastPostAt: _at, earlierPosts: _posts, scope: _scope, ...old } = before;
    expect(said(posted('09:50', 'News.'), old)).toEqual(['post: News.']);
    expect(said({ ...posted('09:50', 'News.'), earlierPosts: [null, 7, {}] })).toEqual(['post: News.']);
  });
});
