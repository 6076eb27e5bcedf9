import { describe, expect, it } from '@jest/globals';
import { describeChange } from '../../src/incidents/changes.js';
import type { Alert } from '../../src/model/alert.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Fact } from '../../src/model/source.js';
import { judge } from '../../src/rules/judge.js';
import { aFact, T0 } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';

const HEALTHY: JsonObject = {
  type: 'cqd',
  site: 'paris',
  stage: 'cube',
  stageText: 'Cube processing',
  state: 'healthy',
  stateText: 'Healthy',
  failing: false,
  stuck: false,
  stale: false,
  upstream: false,
  lastSuccess: '2026-11-21T02:46:40.000Z',
  note: '',
};

const FAILING: JsonObject = { state: 'failing', stateText: 'Failing', failing: true };
const STUCK: JsonObject = { state: 'stuck', stateText: 'Hanging', stuck: true, stale: true };
const STALE: JsonObject = { state: 'stale', stateText: 'Standing still', stale: true };
const DISABLED: JsonObject = { state: 'disabled', stateText: 'Log switched off', lastSuccess: null };
const NEVER: JsonObject = { state: 'never', stateText: 'Never ran', lastSuccess: null };

/** The firing alerts after each of these polls of one stage: `failing major`. */
function told(...polls: readonly JsonObject[]): readonly string[] {
  let alerts: readonly Alert[] = [];
  let before: Fact | undefined;
  return polls.map((over, i) => {
    const stage = typeof over['stage'] === 'string' ? over['stage'] : 'cube';
    const now = aFact(`cqd:paris/${stage}`, { ...HEALTHY, ...over }, 'cqd');
    const at = T0 + i * 300_000;
    const { transitions, errors } = judge({
      rules: builtinRules().filter(({ definition }) => definition.source === 'cqd'),
      source: 'contoso/cqd/paris',
      tenant: 'contoso',
      at,
      baseline: false,
      changes: [{ subject: now.subject, kind: 'cqd', at, now, ...(before === undefined ? {} : { before }) }],
      facts: new Map([[now.subject, now]]),
      alerts,
    });
    expect(errors).toEqual([]);
    before = now;
    const touched = new Set(transitions.map(({ alert }) => alert.fingerprint));
    alerts = [
      ...alerts.filter(({ fingerprint }) => !touched.has(fingerprint)),
      ...transitions.map(({ alert }) => alert).filter(({ state }) => state !== 'resolved'),
    ];
    return alerts
      .map(({ rule, severity }) => `${rule.replace('cqd-', '')} ${severity}`)
      .sort()
      .join(', ');
  });
}

describe('the rules of the dashboard', () => {
  it.each<[string, JsonObject, string]>([
    ['a stage that is well', {}, ''],
    ['one that overcame a failure', { state: 'flapping' }, ''],
    ['one that runs', { state: 'running' }, ''],
    ['one that runs after a long rest', { state: 'running', stale: true }, ''],
    ['a failure', FAILING, 'failing major'],
    ['failures for longer than the limit', { ...FAILING, stale: true }, 'failing major, stale warning'],
    ['a run that hangs', STUCK, 'stuck major'],
    ['a first run that takes long', { ...STUCK, lastSuccess: null }, 'stuck warning'],
    ['a job that is dead', STALE, 'stale major'],
    ['a cube behind an archive job that is dead', { ...STALE, upstream: true }, 'stale warning'],
    ['a log that is switched off', { ...DISABLED, stage: 'integration' }, 'disabled info'],
    ['the same of its other stage', DISABLED, ''],
    ['a cube that was never processed', NEVER, 'disabled info'],
    ['a new installation’s cube', { ...NEVER, upstream: true }, ''],
  ])('on %s', (_name, over, expected) => {
    expect(told(over)).toEqual([expected]);
  });

  it('end with a success, and neither with a new attempt nor with silence', () => {
    expect(told(FAILING, { ...FAILING, underWay: true }, DISABLED, NEVER, FAILING, {})).toEqual([
      'failing major',
      'failing major',
      'failing major',
      'disabled info, failing major',
      'failing major',
      '',
    ]);
    const again = { state: 'running', stale: true };
    expect(told(STUCK, again, { ...FAILING, stale: true }, {})).toEqual([
      'stuck major',
      'stuck major',
      'failing major, stale warning, stuck major',
      '',
    ]);
    expect(told(STALE, again, DISABLED, { state: 'running' })).toEqual([
      'stale major',
      'stale major',
      'stale major',
      '',
    ]);
    expect(told({ ...DISABLED, stage: 'integration' }, { stage: 'integration' })).toEqual([
      'disabled info',
      '',
    ]);
  });
});

describe('the thread of an incident', () => {
  const lines = (before: JsonObject, now: JsonObject): readonly string[] =>
    describeChange({
      before: aFact('cqd:paris/cube', { ...HEALTHY, ...before }, 'cqd'),
      now: aFact('cqd:paris/cube', { ...HEALTHY, ...now }, 'cqd'),
    }).map(({ text }) => text);

  it('tells when one trouble becomes another, and nothing every quarter of an hour', () => {
    expect(lines(STALE, { ...FAILING, note: 'Archiving works.' })).toEqual([
      'Cube processing: Standing still → Failing. Archiving works.',
    ]);
    expect(lines({}, { state: 'running', stateText: 'Running' })).toEqual([]);
    expect(lines(FAILING, { ...FAILING, failures: 4 })).toEqual([]);
    expect(lines(FAILING, {})).toEqual([]);
  });
});
