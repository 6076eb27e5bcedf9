import { describe, expect, it } from '@jest/globals';
import { compileExpression, ExpressionError } from '../../src/lib/cel.js';

const VARIABLES = { now: 'map', before: 'map', subject: 'string' };
const evaluate = (text: string, now: object = {}): unknown =>
  compileExpression(text, VARIABLES).evaluate({ now, before: {}, subject: 'issue:EX1' });

describe('expressions', () => {
  it.each([
    ['now.ner < 0.9 && now.attempts >= 20', { ner: 0.5, attempts: 20 }, true],
    ['now.failed * 100 / now.attempts > 50', { failed: 6, attempts: 10 }, true],
    ['now.status in ["a", "b"]', { status: 'b' }, true],
    ['now.by == null', { by: null }, true],
    ['has(now.missing)', {}, false],
    ['subject.like("^issue:EX[0-9]+$")', {}, true],
    [
      'now.at > timestamp("2026-01-01T00:00:00Z") + duration("1h")',
      { at: new Date('2026-01-01T01:00:01Z') },
      true,
    ],
  ])('%s', (text, now, expected) => {
    expect(evaluate(text, now)).toBe(expected);
  });

  it('names what it reads', () => {
    expect([...compileExpression('now.at > now.until && before.x == 1', VARIABLES).names]).toEqual(
      expect.arrayContaining(['now.at', 'now.until', 'before.x']),
    );
  });

  it.each([
    ['nonsense here', /Unexpected|Expected|unexpected/],
    ['unknown.thing', /Unknown variable/],
    ['now.text.matches("^(a+)+$")', /use \.like/],
    ['[1].all(a, [1].all(b, [1].all(c, true)))', /nested comprehensions/],
    [`${'('.repeat(80)}1${')'.repeat(80)} == 1`, /depth/i],
  ])('refuses %s', (text, message) => {
    expect(() => compileExpression(text, VARIABLES)).toThrow(ExpressionError);
    expect(() => compileExpression(text, VARIABLES)).toThrow(message);
  });

  it('does not reach what is not a fact', () => {
    expect(() => evaluate('now.constructor')).toThrow(/No such key/);
    expect(() => evaluate('now.__proto__')).toThrow(/No such key/);
  });

  it('evaluates an expression that backtracks for ever elsewhere', () => {
    expect(evaluate('now.text.like("^(a+)+$")', { text: `${'a'.repeat(50_000)}!` })).toBe(false);
  });

  it.each([
    [
      'a text that is split and compared with itself',
      'subject.split("").all(a, subject.split("").exists(b, a == b))',
    ],
    ['two nested comprehensions over long lists', 'now.l.all(a, now.l.all(b, a != b || a == b))'],
    ['lists made of lists', 'now.l.map(a, now.l.map(b, now.l + now.l + now.l + now.l)).size() > 0'],
    ['a large pattern on a long text', 'subject.like("(a{300}|b{300}){3}")'],
    ['patterns again and again', 'now.l.all(a, !subject.like("(a|b)+z" + a))'],
  ])('does not begin %s', (_name, text) => {
    const context = {
      now: { l: Array.from({ length: 200 }, (_, i) => `item ${i}`) },
      before: {},
      subject: 'ab'.repeat(20_000),
    };
    expect(() => compileExpression(text, VARIABLES).evaluate(context)).toThrow(ExpressionError);
  });

  it('evaluates the same on values that are small', () => {
    const text = 'subject.split("").all(a, subject.split("").exists(b, a == b))';
    expect(compileExpression(text, VARIABLES).evaluate({ now: {}, before: {}, subject: 'issue:EX1' })).toBe(
      true,
    );
  });

  it.each([
    ['1'.repeat(10_001), /longer than/],
    ['cel.bind(x, now.l + now.l, x.size() > 0)', /bind\(\) is not available/],
    ['now.text.like("(")', /is no pattern/],
    [`now.text.like("${'a'.repeat(501)}")`, /longer than 500/],
    [`${'true ? ('.repeat(100)}true${') : false'.repeat(100)}`, /depth/i],
    [`${Array.from({ length: 300 }, () => 'now.a').join(' + ')} > 1`, /depth|nodes/i],
  ])('refuses %s', (text, message) => {
    expect(() => compileExpression(text, VARIABLES)).toThrow(message);
  });

  it('warns of a repetition of nothing but a repetition, which hangs elsewhere', () => {
    const warnings = (pattern: string): number =>
      compileExpression(`now.text.like("${pattern}")`, VARIABLES).warnings.length;
    expect(['^(a+)+$', '(?:[ab]*)*', '([0-9]+){2,}'].map(warnings)).toEqual([1, 1, 1]);
    expect(['^([a-z]+[.])+contoso$', 'a+b+', '(a+)b', '(a|b)+'].map(warnings)).toEqual([0, 0, 0, 0]);
  });
});

describe('names with types', () => {
  const FIELDS = {
    text: 'string',
    count: 'double',
    flag: 'bool',
    list: 'list<string>',
    at: 'google.protobuf.Timestamp',
  };
  const typed = { ...VARIABLES, now: FIELDS, before: FIELDS };

  it.each([
    'now.count >= 20 && now.count * 2 < 3 && now.count == 3 && now.count != 4 && now.count in [1, 2]',
    'now.text == null || now.text != "a" || now.text in ["a"]',
    'now.count == null ? "a" : "b"',
    'now.at - timestamp(now.text) < duration("6h")',
    'now.list.exists(one, one.startsWith("a")) && now.list.size() > 1',
    'has(before.text) && before.text != now.text',
  ])('take %s', (text) => {
    expect(() => compileExpression(text, typed)).not.toThrow();
  });

  it.each([
    ['now.count > "20"', 'now.count > "20"'],
    ['now.flag && now.text > 3', 'now.text > 3'],
    ['now.flag == "true"', 'now.flag == "true"'],
    ['now.text && now.flag', 'now.text && now.flag'],
    ['now.list.exists(one, one == 3)', 'one == 3'],
    ['now.at > now.text', 'now.at > now.text'],
  ])('refuse %s and point at it', (text, near) => {
    expect(() => compileExpression(text, typed)).toThrow(expect.objectContaining({ near }));
  });
});
