import { describe, expect, it } from '@jest/globals';
import { messageLines } from '../../src/incidents/changes-messages.js';
import type { Alert } from '../../src/model/alert.js';
import type { JsonObject } from '../../src/model/json.js';
import { DAY, HOUR } from '../../src/model/time.js';
import { judge } from '../../src/rules/judge.js';
import { aFact, T0 } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';

const SUBJECT = 'message:MC1';

const message = (over: JsonObject = {}): JsonObject => ({
  type: 'message',
  id: 'MC1',
  title: 'A change',
  name: 'A change',
  severity: 'normal',
  isMajorChange: false,
  actionRequiredBy: null,
  actionRequiredDay: '',
  daysLeft: null,
  lastModified: '2026-11-20T00:00:00.000Z',
  active: true,
  summary: '',
  updates: 0,
  changed: '',
  ...over,
});

interface Case {
  readonly before?: JsonObject;
  readonly now: JsonObject;
  readonly at?: number;
  readonly alerts?: readonly Alert[];
  readonly baseline?: boolean;
}

function judged({
  before,
  now,
  at = T0,
  alerts = [],
  baseline = false,
}: Case): readonly { said: string; alert: Alert }[] {
  const fact = aFact(SUBJECT, now, 'message-center');
  const { transitions, errors } = judge({
    rules: builtinRules(),
    source: 'contoso/message-center',
    tenant: 'contoso',
    at,
    baseline,
    changes: [
      {
        subject: SUBJECT,
        kind: 'message-center',
        at,
        now: fact,
        ...(before === undefined ? {} : { before: aFact(SUBJECT, before, 'message-center') }),
      },
    ],
    facts: new Map([[SUBJECT, fact]]),
    alerts,
  });
  expect(errors).toEqual([]);
  return transitions.map(({ kind, alert }) => ({ said: `${kind} ${alert.rule} ${alert.severity}`, alert }));
}

const said = (one: Case): string[] => judged(one).map((step) => step.said);

describe('a message', () => {
  it.each<[string, Case, string[]]>([
    ['that is new', { now: message() }, ['once message-new info']],
    [
      'that is new and a major change',
      { now: message({ isMajorChange: true }) },
      ['once message-new warning'],
    ],
    ['that is new and grave', { now: message({ severity: 'critical' }) }, ['once message-new major']],
    ['that was there before anybody watched', { now: message(), baseline: true }, []],
    ['that is new and over already', { now: message({ active: false }) }, []],
    [
      'that did not change but for the day',
      { before: message({ daysLeft: 30 }), now: message({ daysLeft: 29 }) },
      [],
    ],
    [
      'that was updated',
      { before: message(), now: message({ lastModified: '2026-11-21T00:00:00.000Z', updates: 1 }) },
      ['once message-updated info'],
    ],
    ['that was forgotten and then updated', { now: message({ updates: 2 }) }, ['once message-updated info']],
  ])('%s', (_name, one, expected) => {
    expect(said(one)).toEqual(expected);
  });

  it('speaks of itself without Microsoft’s "(Updated)"', () => {
    const now = message({
      title: '(Updated) A change',
      lastModified: '2026-11-21T00:00:00.000Z',
      updates: 1,
      changed: 'Severity: a → b',
    });
    expect(judged({ before: message(), now })[0]?.alert).toMatchObject({
      summary: 'Updated: A change (MC1)',
      description: 'Severity: a → b',
    });
  });
});

describe('a deadline', () => {
  const by = T0 + 20 * DAY;
  const due = (at: number): JsonObject =>
    message({
      actionRequiredBy: new Date(by).toISOString(),
      actionRequiredDay: '2026-12-11',
      daysLeft: Math.floor(by / DAY) - Math.floor(at / DAY),
    });
  const step = (days: number, alerts: readonly Alert[]): readonly { said: string; alert: Alert }[] => {
    const at = by - days * DAY;
    return judged({ before: due(at - DAY), now: due(at), at, alerts });
  };

  it('opens two weeks before, weighs more at seven and two days, and ends with the day', () => {
    expect(step(15, [])).toEqual([]);
    const [opened] = step(14, []);
    expect(opened?.said).toBe('firing action-required info');
    expect(opened?.alert.summary).toBe('Action required by 2026-12-11: A change (MC1)');
    let alerts = opened === undefined ? [] : [opened.alert];
    const told: string[] = [];
    for (const days of [8, 7, 3, 2, 1, 0]) {
      for (const { said: words, alert } of step(days, alerts)) {
        told.push(`${days}: ${words}`);
        alerts = [alert];
      }
    }
    expect(told).toEqual([
      '8: updated action-required info',
      '7: worsened action-required warning',
      '3: updated action-required warning',
      '2: worsened action-required major',
      '1: updated action-required major',
      '0: resolved action-required major',
    ]);
  });

  it('that is taken back or moved away ends it', () => {
    const at = by - 5 * DAY;
    const [opened] = judged({ before: message(), now: due(at), at });
    const alerts = opened === undefined ? [] : [opened.alert];
    expect(said({ before: due(at), now: message(), at: at + HOUR, alerts })).toEqual([
      'resolved action-required warning',
    ]);
    const moved = { ...due(at), actionRequiredBy: new Date(by + 60 * DAY).toISOString(), daysLeft: 65 };
    expect(said({ before: due(at), now: moved, at: at + HOUR, alerts })).toEqual([
      'resolved action-required warning',
    ]);
  });

  it('that was over when it was first seen reminds nobody', () => {
    expect(said({ before: message(), now: due(by + DAY), at: by + DAY })).toEqual([]);
  });
});

describe('the words of a change', () => {
  it('are those of the new version, and none for a day that passed', () => {
    expect(messageLines(message(), message({ daysLeft: 3 }))).toEqual([]);
    const now = message({ lastModified: '2026-11-21T00:00:00.000Z', changed: 'Severity: normal → high' });
    expect(messageLines(message(), now)).toEqual([
      { kind: 'changed', by: 'microsoft', text: 'Microsoft updated the post.\nSeverity: normal → high' },
    ]);
  });
});
