import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { nextHealth, sourceFact } from '../../src/engine/health.js';
import type { JsonObject } from '../../src/model/json.js';
import { judge } from '../../src/rules/judge.js';
import { aFact, T0 } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';

function judged(
  subject: string,
  values: JsonObject,
  kind: 'service-health' | 'tocsin' = 'service-health',
): string[] {
  const now = aFact(subject, values, kind);
  const { transitions, errors } = judge({
    rules: builtinRules(),
    source: 'contoso/service-health',
    tenant: 'contoso',
    at: T0,
    baseline: false,
    changes: [{ subject, kind, at: T0, now }],
    facts: new Map([[subject, now]]),
    alerts: [],
  });
  expect(errors).toEqual([]);
  return transitions.map(({ alert }) => `${alert.rule} ${alert.severity}`);
}

const issue = (over: JsonObject): JsonObject => ({
  type: 'issue',
  id: 'EX1',
  title: 't',
  service: 'Exchange Online',
  status: 'serviceDegradation',
  statusText: 'Service degradation',
  classification: 'incident',
  active: true,
  level: 'major',
  latestPost: 'p',
  nextUpdateBy: null,
  ...over,
});

describe('the built-in pack', () => {
  it.each<[string, JsonObject, string[]]>([
    ['an incident', {}, ['service-issue major']],
    ['an interruption', { status: 'serviceInterruption' }, ['service-issue critical']],
    ['an incident being verified', { status: 'verifyingService' }, ['service-issue warning']],
    ['an advisory', { classification: 'advisory' }, ['service-issue warning']],
    ['a status nobody knows yet', { status: 'unknown' }, ['service-issue major']],
    ['a restored issue', { status: 'serviceRestored', active: false }, []],
    ['a post-incident review', { status: 'postIncidentReviewPublished', active: false }, []],
    [
      'a promise just missed',
      { nextUpdateBy: new Date(T0 - 29 * 60_000).toISOString() },
      ['service-issue major'],
    ],
    [
      'a promise long missed',
      { nextUpdateBy: new Date(T0 - 31 * 60_000).toISOString() },
      ['service-issue major', 'next-update-missed warning'],
    ],
    [
      'a missed promise on a closed issue',
      { active: false, nextUpdateBy: new Date(T0 - 31 * 60_000).toISOString() },
      [],
    ],
  ])('judges %s', (_name, over, expected) => {
    expect(judged('issue:EX1', issue(over))).toEqual(expected);
  });

  it.each<[string, JsonObject, string[]]>([
    [
      'degraded without an issue',
      { active: true, explained: false, level: 'major' },
      ['service-status major'],
    ],
    ['degraded with an issue', { active: true, explained: true, level: 'major' }, []],
    ['well', { active: false, explained: false, level: 'ok' }, []],
  ])('judges a service that is %s', (_name, over, expected) => {
    expect(
      judged('service:X', { type: 'service', id: 'X', name: 'X', status: 's', statusText: 's', ...over }),
    ).toEqual(expected);
  });

  it.each<[JsonObject, string[]]>([
    [{ state: 'denied', failures: 1 }, ['source-blind major']],
    [{ state: 'unreachable', failures: 2 }, []],
    [{ state: 'unreachable', failures: 3 }, ['source-blind major']],
    [{ state: 'throttled', failures: 3 }, ['source-blind warning']],
    [{ state: 'ok', failures: 0 }, []],
    [{ state: 'denied', failures: 1, code: 'api.sign-in' }, ['sign-in-needed major', 'source-blind major']],
  ])('judges a source %j', (values, expected) => {
    const health = nextHealth(undefined, { ok: true }, T0);
    const { subject, values: well } = sourceFact(
      'contoso/service-health',
      'contoso',
      'service-health',
      health,
    );
    expect(judged(subject, { ...well, ...values }, 'tocsin')).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['broken', ['channel-broken major']],
    ['throttled', []],
    ['ok', []],
  ])('judges a channel that is %s', (state, expected) => {
    expect(
      judged('channel:noc', { type: 'channel', channel: 'noc', state, reason: 'gone' }, 'tocsin'),
    ).toEqual(expected);
  });

  it('has a runbook page for every rule', () => {
    for (const { definition } of builtinRules()) {
      const page = readFileSync(new URL(`../../${definition.runbook}`, import.meta.url), 'utf8');
      expect(page).toContain(`# ${definition.name}`);
    }
  });
});
