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
});
