import { describe, expect, it } from '@jest/globals';
import { compileExpression } from '../../../src/lib/cel.js';
import type { Trace } from '../../../src/model/evaluation.js';

const VARIABLES = { now: 'map', before: 'map', subject: 'string' };

function traced(text: string, now: Record<string, unknown>, before: Record<string, unknown> = {}): string {
  return say(compileExpression(text, VARIABLES).trace({ now, before, subject: 'trunk:sbc1' }));
}

/** `(attempts=40 >= 20 ✓ and …)` */
function say(trace: Trace): string {
  const mark = trace.holds === null ? '?' : trace.holds ? '✓' : '✗';
  if (trace.kind !== 'term')
    return `(${trace.of.map(say).join(trace.kind === 'all' ? ' and ' : ' or ')})${mark}`;
  if (trace.left === undefined) return `${trace.text} ${mark}`;
  const right = trace.right === undefined ? '' : ` ${trace.op ?? ''} ${value(trace.right)}`;
  const not = trace.text.startsWith('!') ? 'not ' : '';
  return `${not}${value(trace.left)}${right} ${mark}`;
}

function value(side: { text: string; value: unknown }): string {
  const shown = JSON.stringify(side.value);
  return shown === side.text ? shown : `${side.text}=${shown}`;
}

describe('what a condition came to', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'now.attempts >= 20 && now.ner < 0.90',
      { attempts: 40, ner: 0.97 },
      '(now.attempts=40 >= 20 ✓ and now.ner=0.97 < 0.90=0.9 ✗)✗',
    ],
    ['now.active', { active: true }, 'now.active=true ✓'],
    ['!now.active', { active: true }, 'not now.active=true ✗'],
    [
      'now.failures >= 3 || (now.failures >= 1 && now.state == "denied")',
      { failures: 1, state: 'failing' },
      '(now.failures=1 >= 3 ✗ or (now.failures=1 >= 1 ✓ and now.state="failing" == "denied" ✗)✗)✗',
    ],
    [
      '!(now.a > 1 && (now.b || now.c))',
      { a: 2, b: false, c: false },
      '(not now.a=2 > 1 ✗ or (not now.b=false ✓ and not now.c=false ✓)✓)✓',
    ],
    [
      'now.name == ")(" && !(now.a > (1 + 2))',
      { name: ')(', a: 4 },
      '(now.name=")(" == ")(" ✓ and not now.a=4 > 1 + 2=3 ✗)✗',
    ],
    ['(now.a == 1) == (now.b == 2)', { a: 1, b: 3 }, 'now.a == 1=true == now.b == 2=false ✗'],
    [
      'now.at > timestamp(now.due) + duration("30m")',
      { at: new Date('2026-11-21T03:00:00Z'), due: '2026-11-21T02:45:00Z' },
      'now.at="2026-11-21T03:00:00.000Z" > timestamp(now.due) + duration("30m")="2026-11-21T03:15:00.000Z" ✗',
    ],
    ['now.name.like("(?i)teams")', { name: 'Teams' }, 'now.name="Teams" like "(?i)teams" ✓'],
    [
      'now.state in ["stale", "failing"]',
      { state: 'stale' },
      'now.state="stale" in ["stale", "failing"]=["stale","failing"] ✓',
    ],
    ['now.list.exists(i, i > 2)', { list: [1, 3] }, 'now.list.exists(i, i > 2) ✓'],
    ['now.wait == duration("90s")', { wait: 1 }, 'now.wait=1 == duration("90s")="90s" ✗'],
    ['subject == "trunk:sbc1"', {}, 'subject="trunk:sbc1" == "trunk:sbc1" ✓'],
  ])('%s', (text, now, expected) => {
    expect(traced(text, now)).toBe(expected);
  });

  it('tells only the branch of a choice that counted', () => {
    const text = 'has(before.v) ? before.v != now.v : now.updates > 0';
    expect(traced(text, { v: 2, updates: 0 }, { v: 1 })).toBe(
      '(has(before.v) ✓ and before.v=1 != now.v=2 ✓)✓',
    );
    expect(traced(text, { v: 2, updates: 0 })).toBe('(!has(before.v) ✓ and now.updates=0 > 0 ✗)✗');
  });

  it('says of what cannot be evaluated that nobody knows, and goes on', () => {
    expect(traced('now.gone > 1 && now.b', { b: true })).toBe('(now.gone=null > 1 ? and now.b=true ✓)?');
    expect(traced('now.gone > 1 && now.b', { b: false })).toBe('(now.gone=null > 1 ? and now.b=false ✗)✗');
    expect(traced('now.a > "x" || now.b', { a: 1, b: true })).toBe('(now.a=1 > "x" ? or now.b=true ✓)✓');
  });

  it('cuts what is long, and keeps to one line', () => {
    const shown = traced('now.list == [] &&\n  now.text == "a"', {
      list: Array.from({ length: 99 }, (_, i) => i),
      text: 'é'.repeat(500),
    });
    expect(shown.length).toBeLessThan(400);
    expect(shown).not.toContain('\n');
  });
});
