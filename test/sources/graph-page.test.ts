import { describe, expect, it } from '@jest/globals';
import { openPages } from '../../src/sources/graph-page.js';

const ORIGIN = 'https://graph.test';

function answerOf(value: object) {
  const body = Buffer.from(JSON.stringify(value));
  let parsed = 0;
  return {
    body,
    json: (): unknown => {
      parsed += 1;
      return JSON.parse(body.toString('utf8'));
    },
    parsed: () => parsed,
  };
}

const list = (text: string, extra: object = {}) => ({
  '@odata.context': `${ORIGIN}/v1.0/$metadata#list`,
  value: [{ '@odata.type': 'x', text }],
  ...extra,
});

describe('a page', () => {
  it('is not parsed to find out that it is the last one', () => {
    const answer = answerOf(list('a'));
    const page = openPages(ORIGIN)(answer);

    expect(page.next()).toBeUndefined();
    expect(answer.parsed()).toBe(0);
    expect(page.rows()).toEqual([{ '@odata.type': 'x', text: 'a' }]);
    expect(answer.parsed()).toBe(1);
  });

  it('with the bytes of an earlier one has that one’s body, and its rows', () => {
    const pageOf = openPages(ORIGIN);
    const first = pageOf(answerOf(list('a')));
    first.next();
    const second = pageOf(answerOf(list('a')));

    expect(second.body).toBe(first.body);
    expect(second.next()).toBeUndefined();
    expect(second.rows()).toEqual(first.rows());
  });

  it('of the same length with another byte is another page', () => {
    const pageOf = openPages(ORIGIN);
    pageOf(answerOf(list('a'))).next();
    const other = pageOf(answerOf(list('b')));

    expect(other.rows()).toEqual([{ '@odata.type': 'x', text: 'b' }]);
  });

  it.each(['@odata.nextLink', '@odata.NextLink'])(
    'names the next one under %s, each time it comes',
    (name) => {
      const pageOf = openPages(ORIGIN);
      const link = `${ORIGIN}/v1.0/list?$skiptoken=2`;
      for (let turn = 0; turn < 2; turn += 1)
        expect(pageOf(answerOf(list('a', { [name]: link }))).next()).toBe(link);
    },
  );

  it('that points to another host is refused, each time it comes', () => {
    const pageOf = openPages(ORIGIN);
    const answer = () => pageOf(answerOf(list('a', { '@odata.nextLink': 'https://elsewhere.test/x' })));
    for (let turn = 0; turn < 2; turn += 1) expect(() => answer().next()).toThrow('elsewhere.test');
  });

  it('is remembered among the last few only', () => {
    const pageOf = openPages(ORIGIN);
    const first = pageOf(answerOf(list('a')));
    first.next();
    for (const text of ['b', 'c', 'd', 'e', 'f', 'g']) pageOf(answerOf(list(text))).next();

    expect(pageOf(answerOf(list('a'))).body).not.toBe(first.body);
  });
});
