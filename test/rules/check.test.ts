import { describe, expect, it } from '@jest/globals';
import { FACT_TABLES } from '../../src/model/facts/index.js';
import { compileRules } from '../../src/rules/compile.js';
import { parseRules } from '../../src/rules/definition.js';

function checked(text: string): { problems: string[]; warnings: string[] } {
  const parsed = parseRules(text, 'own.yaml');
  const { problems, warnings } = compileRules(parsed.rules, FACT_TABLES);
  const line = ({ file, line: at, message }: (typeof problems)[number]): string =>
    `${file}:${at}: ${message}`;
  return { problems: [...parsed.problems, ...problems].map(line), warnings: warnings.map(line) };
}

const FIVE = `
- name: unknown-field
  source: direct-routing
  by: [trunk]
  when: >-
    now.lagSeconds != null
    && now.atempts > 20
  severity: major
  summary: '{{trunk}}'

- name: bad-type
  source: direct-routing
  when: now.attempts > "20"
  severity: major
  summary: x

- name: endless
  source: service-health
  when: subject.matches("^(a+)+$")
  severity: major
  summary: x

- name: no-severity
  source: service-health
  subject: 'issue:'
  when: now.active
  severity: 'now.pir ? "info" : "critcal"'
  summary: x

- name: endless
  source: service-health
  subject: 'issue:'
  when: now.active
  severity: info
  summary: x
`;

describe('checking rules', () => {
  it('tells an unknown field, a bad type, an endless pattern, an unknown severity and a second name, each with its line', () => {
    expect(checked(FIVE).problems).toEqual([
      'own.yaml:7: unknown-field: when: now.atempts is no field of direct-routing; did you mean now.attempts? ("rule help direct-routing" lists them)',
      'own.yaml:13: bad-type: when: a number and a text do not go together with > in now.attempts > "20"',
      'own.yaml:19: endless: when: matches() is not available: use .like("…"), which cannot hang',
      'own.yaml:27: no-severity: severity: "critcal" is no severity: use critical, major, warning or info. Did you mean critical?',
      'own.yaml:30: endless: the name is taken by own.yaml:17',
    ]);
  });

  const rule = (over: Record<string, string>): string =>
    Object.entries({
      name: 'own',
      source: 'service-health',
      subject: "'issue:'",
      when: 'now.active',
      severity: 'major',
      summary: 'x',
      ...over,
    })
      .map(([key, value], i) => `${i === 0 ? '- ' : '  '}${key}: ${value}`)
      .join('\n');

  it.each<[string, Record<string, string>, string]>([
    ['a field of another subject', { when: 'now.explained' }, 'when: now.explained is no field'],
    ['has() of a field that is never there', { when: 'has(now.titel)' }, 'did you mean now.title?'],
    ['a field in quotes', { when: 'now["titel"] == "x"' }, 'now.titel is no field'],
    ['a field of before', { when: 'before.titel == "x"' }, 'did you mean before.title?'],
    ['a placeholder', { summary: "'{{titel}}'" }, 'summary: titel is no field'],
    ['a subject that begins nothing', { subject: "'isue:'" }, 'did you mean issue:?'],
    ['a condition that is none', { when: 'now.title' }, 'it gives a text, not true or false'],
    ['a clear that is none', { clear: 'now.posts' }, 'clear: it gives a number'],
    ['a severity that is no word of the four', { severity: 'urgent' }, '"urgent" is no severity'],
    ['windows where no calls are', { window: '15m' }, 'only calls of direct-routing are counted'],
    ['a pattern that is none', { when: 'now.title.like("(")' }, 'is no pattern'],
    ['a window of seconds', { source: 'direct-routing', window: '90s' }, 'in whole minutes'],
    ['a window of two days', { source: 'direct-routing', window: '48h' }, 'from 1m to 24h'],
    ['something to count by that is nothing', { source: 'direct-routing', by: '[city]' }, 'by'],
  ])('finds %s', (_name, over, expected) => {
    const { problems } = checked(rule(over));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('takes what may be null, a field of any subject where the rule asks for any, and what only one of two has', () => {
    const when = '\'now.endedAt == null && (has(now.name) ? now.name : now.title) != ""\'';
    expect(checked(rule({ when, subject: "'i'" })).problems).toHaveLength(1);
    const { subject: _, ...any } = { subject: '' };
    const text = rule({ when, ...any }).replace(/\n {2}subject: .*/, '');
    expect(checked(text)).toEqual({ problems: [], warnings: [] });
  });

  it('warns of a repetition of a repetition, and lets it be', () => {
    expect(checked(rule({ when: '\'subject.like("^(a+)+$")\'' }))).toEqual({
      problems: [],
      warnings: [
        'own.yaml:4: own: when: like() repeats a repetition, (a+)+: safe here, for RE2 cannot hang, but one is enough',
      ],
    });
  });
});
