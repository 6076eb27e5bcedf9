import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MatcherListError, parseMatcherList } from '../../src/lib/matcher-list.js';
import { formatMatcher } from '../../src/lib/matchers.js';

const read = (text: string): string => {
  const { matchers, rest } = parseMatcherList(text);
  return `${matchers.map(formatMatcher).join(' ')} | ${rest}`;
};
const problem = (text: string): string => {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof MatcherListError) return error.message;
    throw error;
  }
};

describe('matchers as people type them', () => {
  it.each([
    ['tenant=contoso 2h planned work', 'tenant="contoso" | 2h planned work'],
    ['tenant="contoso" subject=~"trunk:.*" 2h', 'tenant="contoso" subject=~"trunk:.*" | 2h'],
    [
      '{tenant="contoso", severity=~"critical|major"} 30m x',
      'tenant="contoso" severity=~"critical|major" | 30m x',
    ],
    ['tenant = contoso, source != cqd', 'tenant="contoso" source!="cqd" | '],
    ['subject=~“trunk:sbc1.*” 1h', 'subject=~"trunk:sbc1.*" | 1h'],
    ['subject="a b" 1h', 'subject="a b" | 1h'],
    ['subject=~"a{1,2}" 1h', 'subject=~"a{1,2}" | 1h'],
    ['subject="say \\"hi\\"" 1h', 'subject="say \\"hi\\"" | 1h'],
    ['tenant=contoso it="is" fine', 'tenant="contoso" it="is" | fine'],
    ['INC-1042 2h', ' | INC-1042 2h'],
    ['', ' | '],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['tenant="contoso 2h', 'At character 8: the quotes do not close'],
    [
      'tenant=contoso subject=~"[a" 2h',
      /^At character 16: "\[a" is not an expression that RE2 takes: .*missing closing \]$/,
    ],
    ['tenant=contoso subject=~a{2} 2h', 'At character 26: put the value in double quotes, all of it'],
    ['tenant=contoso foo-bar=x 2h', /^At character 16: “foo-bar=x” is not a matcher such as/],
    ['tenant==contoso 2h', /^At character 8: the value begins with “=”/],
    ['{tenant="contoso" 2h', /^At character 19: “2h” is not a matcher/],
    ['{tenant="contoso"', 'At character 18: the brace does not close'],
    ['tenant=~".*" 2h', /^At character 1: this would match everything/],
    ['tenant!="x" subject=~"(a|)" 2h', /^At character 1: this would match everything/],
    ['tenant=~"(?!x)" 2h', /^At character 1: .*RE2/],
  ])('names the place of what it cannot read: %s', (text, expected) => {
    expect(problem(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('reads back whatever is written out', () => {
    const matcher = fc.record({
      name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: fc.string({ minLength: 1, unit: 'binary' }).filter((value) => !/[“”„]/.test(value)),
    });
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 4 }), (matchers) => {
        fc.pre(matchers.some(({ op }) => op === '='));
        const text = `${matchers.map(formatMatcher).join(' ')} 2h why`;
        expect(parseMatcherList(text)).toEqual({ matchers, rest: '2h why' });
      }),
    );
  });

  it('survives whatever is typed', () => {
    const word = fc.constantFrom('a', '=', '~', '!', '"', '{', '}', ',', ' ', '\\', '“', '[', '(');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (parts) => {
        expect(typeof problem(parts.join(''))).toBe('string');
      }),
    );
  });
});
