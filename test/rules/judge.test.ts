import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE } from '../../src/model/time.js';
import { diff } from '../../src/diff.js';
import type { Rule } from '../../src/rules/compile.js';
import { judge, type JudgeInput } from '../../src/rules/judge.js';
import { aChange, aFact, T0 } from '../support/builders.js';
import { rulesOf } from '../support/pack.js';

/** Plays observations one minute apart and tells every transition as `minute kind severity`. */
function play(rules: readonly Rule[], ...polls: (Record<string, JsonObject> | undefined)[]): string[] {
  let facts = new Map<string, Fact>();
  let alerts: readonly Alert[] = [];
  const heard: string[] = [];
  polls.forEach((poll, minute) => {
    const at = T0 + minute * MINUTE;
    const observed = poll ?? Object.fromEntries([...facts].map(([subject, fact]) => [subject, fact.values]));
    const seen = Object.entries(observed).map(([subject, values]) => aFact(subject, values));
    const { changes } = diff(facts, { kind: 'service-health', at, coverage: 'full', facts: seen });
    facts = new Map(seen.map((fact) => [fact.subject, fact]));
    const result = judge({
      rules,
      source: 'contoso/service-health',
      tenant: 'contoso',
      at,
      baseline: false,
      changes,
      facts,
      alerts,
    });
    for (const { kind, alert } of result.transitions) heard.push(`${minute} ${kind} ${alert.severity}`);
    for (const { rule, message } of result.errors) heard.push(`${minute} error ${rule} ${message}`);
    const live = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
    for (const { kind, alert } of result.transitions)
      if (kind === 'resolved' || kind === 'dropped' || kind === 'once') live.delete(alert.fingerprint);
      else live.set(alert.fingerprint, alert);
    alerts = [...live.values()];
  });
  return heard;
}

const down = { 'service:A': { up: false } };
const up = { 'service:A': { up: true } };
const rule = (extra = ''): readonly Rule[] =>
  rulesOf(
    `- { name: r, source: service-health, when: "!now.up", severity: major, summary: "{{subject}} down"${extra} }`,
  );

describe('what judge keeps of a decision', () => {
  const source = {
    rules: rule(),
    source: 'contoso/service-health',
    tenant: 'contoso',
    at: T0,
    baseline: false,
  };
  const watched = rulesOf(
    `- { name: r, source: service-health, when: "now.ner < 0.9", clear: "now.ner > 0.97", for: 2m, severity: major, summary: s }
- { name: e, source: service-health, when: "now.late == 1.0", severity: major, summary: s }
- { name: o, source: service-health, when: "has(before.v) && before.v != now.v", once: true, severity: info, summary: s }`,
  );
  const aTurn = (over: Partial<JudgeInput>, now?: JsonObject, before?: JsonObject): JudgeInput => ({
    ...source,
    rules: watched,
    changes:
      now === undefined ? [] : [aChange('service:A', { now, ...(before === undefined ? {} : { before }) })],
    facts: new Map(now === undefined ? [] : [['service:A', aFact('service:A', now)]]),
    alerts: [],
    ...over,
  });
  const told = (input: JudgeInput): string[] =>
    judge(input).evaluated.map(
      ({ rule: name, state, trace, reason }) => `${name} ${state} ${trace?.holds} ${reason}`,
    );

  it('tells of what is silent, of what cannot be evaluated, and of what a baseline does not announce', () => {
    expect(told(aTurn({}, { ner: 0.99 }))).toEqual([
      'r silent false ',
      'e failed undefined No such key: late',
      'o silent false ',
    ]);
    expect(told(aTurn({ baseline: true }, { ner: 0.99, late: 1 }))).toEqual([
      'r silent false ',
      'e firing true now.late == 1.0 is true → major',
      'o silent undefined it was there at the first poll, and only changes after that are announced',
    ]);
  });

  it('says nothing again when nothing that the rule reads is different', () => {
    const before = { ner: 0.99, late: 0, v: 1, note: 'a' };
    expect(told(aTurn({}, { ...before, note: 'b' }, before))).toEqual(['o silent false ']);
    expect(told(aTurn({}, { ...before, ner: 0.98 }, before))).toEqual(['r silent false ', 'o silent false ']);
    expect(told(aTurn({}, { ...before, v: 2 }, before))).toEqual([
      'o announced true has(before.v) && before.v != now.v became true',
    ]);
  });

  it('follows an alert from waiting to firing to its end', () => {
    const at = (minute: number): number => T0 + minute * MINUTE;
    const first = judge(aTurn({ rules: watched.slice(0, 1) }, { ner: 0.5 }));
    expect(first.evaluated).toMatchObject([{ state: 'pending', startsAt: T0, forMs: 2 * MINUTE }]);
    const alerts = first.transitions.map(({ alert }) => alert);
    const facts = new Map([['service:A', aFact('service:A', { ner: 0.5 })]]);
    expect(told(aTurn({ alerts, facts, at: at(1) }))).toEqual([]);
    const second = judge(aTurn({ alerts, facts, at: at(2) }));
    expect(second.evaluated).toMatchObject([
      {
        state: 'firing',
        startsAt: T0,
        severity: 'major',
        clear: { text: 'now.ner > 0.97', trace: { holds: false, left: { value: 0.5 } } },
      },
    ]);
    const firing = second.transitions.map(({ alert }) => alert);
    expect(told(aTurn({ alerts: firing, at: at(3) }, { ner: 0.99 }, { ner: 0.5 })).slice(0, 1)).toEqual([
      'r silent false now.ner > 0.97 is true',
    ]);
    expect(told(aTurn({ alerts: firing, at: at(3) }))).toEqual([
      'r silent undefined its subject is no longer reported',
    ]);
  });
});

describe('judge', () => {
  it.each<[string, readonly Rule[], (Record<string, JsonObject> | undefined)[], string[]]>([
    ['fires and resolves', rule(), [up, down, up], ['1 firing major', '2 resolved major']],
    ['makes no sound twice', rule(), [down, down, undefined, undefined], ['0 firing major']],
    ['waits for `for`', rule(', for: 2m'), [down, down, down, down], ['0 pending major', '2 firing major']],
    [
      'drops what does not last',
      rule(', for: 2m'),
      [down, up, down],
      ['0 pending major', '1 dropped major', '2 pending major'],
    ],
    [
      'holds for `keep`',
      rule(', keep: 2m'),
      [down, up, up, up, up],
      ['0 firing major', '1 updated major', '3 resolved major'],
    ],
    [
      'a relapse ends `keep`',
      rule(', keep: 2m'),
      [down, up, down, up, up, up],
      ['0 firing major', '1 updated major', '2 updated major', '3 updated major', '5 resolved major'],
    ],
    ['resolves when the subject is gone', rule(), [down, {}], ['0 firing major', '1 resolved major']],
    [
      'announces an edge once',
      rule(', once: true'),
      [down, down, up, down],
      ['0 once major', '3 once major'],
    ],
  ])('%s', (_name, rules, polls, expected) => {
    expect(play(rules, ...polls)).toEqual(expected);
  });

  it('raises and lowers the severity of the alert that is there', () => {
    const rules = rulesOf(`
- name: r
  source: service-health
  when: now.level != "ok"
  severity: 'now.level == "bad" ? "critical" : "warning"'
  summary: x`);
    const at = (level: string): Record<string, JsonObject> => ({ 'service:A': { level } });
    expect(play(rules, at('meh'), at('bad'), at('meh'), at('ok'))).toEqual([
      '0 firing warning',
      '1 worsened critical',
      '2 eased warning',
      '3 resolved warning',
    ]);
  });

  it('has hysteresis with a clear of its own', () => {
    const rules = rulesOf(
      `- { name: r, source: service-health, when: now.x > 10, clear: now.x < 5, severity: warning, summary: x }`,
    );
    const at = (x: number): Record<string, JsonObject> => ({ 'service:A': { x } });
    expect(play(rules, at(11), at(7), at(12), at(4))).toEqual([
      '0 firing warning',
      '1 updated warning',
      '2 updated warning',
      '3 resolved warning',
    ]);
  });

  it('looks again at every poll when a rule reads the clock', () => {
    const rules = rulesOf(
      `- { name: r, source: service-health, when: "now.at >= timestamp(now.by)", severity: warning, summary: late }`,
    );
    const by = { 'issue:A': { by: new Date(T0 + 2 * MINUTE).toISOString() } };
    expect(play(rules, by, by, by, by)).toEqual(['2 firing warning']);
  });

  it('says that a rule cannot be evaluated, keeps its alert and goes on with the others', () => {
    const rules = [
      ...rule(),
      ...rulesOf('- { name: broken, source: service-health, when: now.nope, severity: major, summary: x }'),
    ];
    expect(play(rules, down)).toEqual(['0 firing major', '0 error broken No such key: nope']);
    expect(play(rule(), down, { 'service:A': { other: 1 } }, up)).toEqual([
      '0 firing major',
      '1 error r No such key: up',
      '2 resolved major',
    ]);
  });

  it('resolves the alerts of a rule that was taken out', () => {
    const facts = new Map([['service:A', aFact('service:A', { up: false })]]);
    const base = { source: 'contoso/service-health', tenant: 'contoso', at: T0, baseline: false, facts };
    const [fired] = judge({
      ...base,
      rules: rule(),
      changes: [{ subject: 'service:A', kind: 'service-health', at: T0, now: aFact('service:A') }],
      alerts: [],
    }).transitions;
    const after = judge({
      ...base,
      rules: [],
      changes: [],
      alerts: fired === undefined ? [] : [fired.alert],
    });
    expect(after.transitions.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['resolved', 'its rule was removed'],
    ]);
  });

  it('tells an alert anew when its rule has other words, although its fact is as it was', () => {
    const facts = new Map([['service:A', aFact('service:A', { up: false })]]);
    const ask = { source: 'contoso/service-health', tenant: 'contoso', baseline: false, facts };
    const [begun] = judge({
      ...ask,
      rules: rule(),
      at: T0,
      changes: [aChange('service:A', { now: { up: false } })],
      alerts: [],
    }).transitions;
    const alerts = begun === undefined ? [] : [begun.alert];
    const later = (rules: readonly Rule[], minutes: number) =>
      judge({ ...ask, rules, at: T0 + minutes * MINUTE, changes: [], alerts }).transitions;
    const same = rule();
    expect([1, 2, 3].map((minutes) => later(same, minutes))).toEqual([[], [], []]);
    const [told] = later(rule(', description: "call them"'), 4);
    expect(told).toMatchObject({ kind: 'updated', alert: { description: 'call them' } });
  });
});
