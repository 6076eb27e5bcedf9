import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import { describeChange } from '../../src/incidents/changes.js';
import { judge } from '../../src/rules/judge.js';
import { aFact, T0 } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';

const SUBJECT = 'report:d9548477-16d4-492a-bf9c-0cf91a9f69bf';

const calm: JsonObject = {
  type: 'report',
  name: 'Nightly',
  lastExecutionId: 'r1',
  overdue: false,
  overdueHours: 0,
  paused: false,
  stopped: false,
  ended: false,
  empty: false,
  shapeChanged: false,
  rowsDropped: false,
  resultText: '12 rows, 3 columns',
  changeText: '',
  status: 'Active',
};

function told(now: JsonObject, before: JsonObject | undefined, baseline = false): string[] {
  const fact = aFact(SUBJECT, now, 'partner-insights');
  const { transitions, errors } = judge({
    rules: builtinRules(),
    source: 'contoso/partner-insights',
    tenant: 'contoso',
    at: T0,
    baseline,
    changes: [
      {
        subject: SUBJECT,
        kind: 'partner-insights',
        at: T0,
        now: fact,
        ...(before === undefined ? {} : { before: aFact(SUBJECT, before, 'partner-insights') }),
      },
    ],
    facts: new Map([[SUBJECT, fact]]),
    alerts: [],
  });
  expect(errors).toEqual([]);
  return transitions.map(({ alert, kind }) => `${kind} ${alert.rule} ${alert.severity}: ${alert.summary}`);
}

describe('the rules of Partner Insights', () => {
  it.each<[string, JsonObject, JsonObject | undefined, string[]]>([
    ['nothing new', calm, calm, []],
    [
      'a new run',
      { ...calm, lastExecutionId: 'r2' },
      calm,
      ['once report-finished info: Report “Nightly” is ready: 12 rows, 3 columns'],
    ],
    [
      'the first run',
      calm,
      { ...calm, lastExecutionId: '' },
      ['once report-finished info: Report “Nightly” is ready: 12 rows, 3 columns'],
    ],
    [
      'a report we see for the first time, done',
      calm,
      undefined,
      ['once report-finished info: Report “Nightly” is ready: 12 rows, 3 columns'],
    ],
    ['a report we see for the first time, not run yet', { ...calm, lastExecutionId: '' }, undefined, []],
    [
      'one that is late',
      { ...calm, overdue: true, overdueHours: 6 },
      calm,
      ['firing report-overdue warning: Report “Nightly” is 6 h overdue'],
    ],
    [
      'one that is a day late',
      { ...calm, overdue: true, overdueHours: 24 },
      calm,
      ['firing report-overdue major: Report “Nightly” is 24 h overdue'],
    ],
    [
      'a pause',
      { ...calm, paused: true, stateText: 'paused' },
      calm,
      ['firing report-paused info: Report “Nightly” is paused'],
    ],
    [
      'a stop',
      { ...calm, stopped: true, stateText: 'inactive, with runs left' },
      calm,
      ['firing report-paused warning: Report “Nightly” is inactive, with runs left'],
    ],
    ['the end of all runs', { ...calm, ended: true }, calm, []],
    [
      'an empty file',
      { ...calm, empty: true },
      calm,
      ['firing report-empty warning: Report “Nightly” came without a single row'],
    ],
    [
      'another shape',
      { ...calm, shapeChanged: true, changeText: 'new column A' },
      calm,
      ['firing report-changed warning: Report “Nightly” has another shape: new column A'],
    ],
    [
      'half of the rows',
      { ...calm, rowsDropped: true, changeText: '100 rows → 4' },
      calm,
      ['firing report-changed warning: Report “Nightly” has another shape: 100 rows → 4'],
    ],
  ])('tell %s', (_what, now, before, expected) => {
    expect(told(now, before)).toEqual(expected);
  });

  it('announce no run that was done before they first looked', () => {
    expect(told(calm, undefined, true)).toEqual([]);
  });

  it('ask for a person on the subject of the source', () => {
    const values = {
      type: 'source',
      source: 'contoso/partner-insights',
      sourceKind: 'partner-insights',
      state: 'denied',
      failures: 1,
      code: 'api.sign-in',
      message: 'No longer good.',
      advice: 'tocsin login',
    };
    const fact = aFact('source:contoso/partner-insights', values, 'tocsin');
    const { transitions } = judge({
      rules: builtinRules(),
      source: 'contoso/partner-insights',
      tenant: 'contoso',
      at: T0,
      baseline: false,
      changes: [{ subject: fact.subject, kind: 'tocsin', at: T0, now: fact }],
      facts: new Map([[fact.subject, fact]]),
      alerts: [],
    });
    expect(transitions.map(({ alert }) => alert.rule).sort()).toEqual(['sign-in-needed', 'source-blind']);
    expect(transitions.find(({ alert }) => alert.rule === 'sign-in-needed')?.alert.description).toBe(
      'tocsin login',
    );
  });

  it('put into words what changed, and not that time passed', () => {
    const words = (now: JsonObject): string[] =>
      describeChange({ before: aFact(SUBJECT, calm), now: aFact(SUBJECT, now) }).map(({ text }) => text);
    expect(words({ ...calm, overdueHours: 3 })).toEqual([]);
    expect(words({ ...calm, lastExecutionId: 'r2', changeText: 'new column A', status: 'Paused' })).toEqual([
      'Report: Active → Paused.',
      'A run was completed: 12 rows, 3 columns.',
      'Shape: new column A.',
    ]);
  });
});
