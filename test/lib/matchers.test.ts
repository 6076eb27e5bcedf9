import { describe, expect, it } from '@jest/globals';
import { formatMatcher, matches, MatcherError, parseMatcher } from '../../src/lib/matchers.js';

describe('a matcher', () => {
  it.each([
    ['severity="critical"', { name: 'severity', op: '=', value: 'critical' }],
    [' severity = critical ', { name: 'severity', op: '=', value: 'critical' }],
    ['team!=""', { name: 'team', op: '!=', value: '' }],
    ['source=~"cqd|.*-health"', { name: 'source', op: '=~', value: 'cqd|.*-health' }],
    ['subject!~trunk:.*', { name: 'subject', op: '!~', value: 'trunk:.*' }],
    ['note="a \\"b\\" \\\\ c\\n"', { name: 'note', op: '=', value: 'a "b" \\ c\n' }],
    ['code=~"\\d+"', { name: 'code', op: '=~', value: '\\d+' }],
    ['a==b', { name: 'a', op: '=', value: '=b' }],
  ])('%s is read', (text, matcher) => {
    expect(parseMatcher(text)).toEqual(matcher);
    expect(parseMatcher(formatMatcher(parseMatcher(text)))).toEqual(matcher);
  });

  it.each([
    ['severity', 'is not a matcher such as'],
    ['', 'is not a matcher such as'],
    ['9lives="x"', 'is not a matcher such as'],
    ['a="x', 'the quotes do not close'],
    ['a=x"y', 'put the value in double quotes'],
    ['a=~"("', '"(" is not an expression that RE2 takes: error parsing regexp: missing closing )'],
    ['a=~"(?=x)"', 'is not an expression that RE2 takes'],
  ])('%s is refused', (text, reason) => {
    expect(() => parseMatcher(text)).toThrow(MatcherError);
    expect(() => parseMatcher(text)).toThrow(reason);
  });
});

describe('labels', () => {
  const labels = { severity: 'critical', subject: 'trunk:sbc1.contoso.com', note: 'two\nlines' };

  it.each([
    [['severity="critical"'], true],
    [['severity!="critical"'], false],
    [['severity=~"crit"'], false],
    [['severity=~"crit.*|major"'], true],
    [['severity!~"crit"'], true],
    [['note=~"two.lines"'], true],
    [['severity="critical"', 'subject=~"issue:.*"'], false],
    [['team=""'], true],
    [['team!=""'], false],
    [['constructor=""'], true],
    [[], true],
  ])('%j: %s', (texts, outcome) => {
    expect(matches(texts.map(parseMatcher), labels)).toBe(outcome);
  });

  it('are matched in linear time', () => {
    const matcher = parseMatcher('note=~"(a+)+"');
    expect(matches([matcher], { note: 'a'.repeat(20_000) + '!' })).toBe(false);
  });
});
