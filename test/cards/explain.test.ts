import { describe, expect, it } from '@jest/globals';
import { traceWords, gapOf, unmet } from '../../src/cards/explain-trace.js';
import { needWords } from '../../src/cards/explain-term.js';
import { deliveryLines } from '../../src/cards/explain-told.js';
import { explainCard } from '../../src/cards/explain.js';
import type { ExplainView } from '../../src/cards/explain-view.js';
import { compileExpression } from '../../src/lib/cel.js';
import type { KeptEvaluation, Trace } from '../../src/model/evaluation.js';
import type { Page } from '../../src/model/page.js';
import { inlinesToText } from '../../src/model/rich.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { aDelivery, aLine, anAlert, anEvaluation, anIncident, T0, someHealth } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';
import { expectGolden } from './golden.js';

const traced = (text: string, now: object, before: object = {}): Trace =>
  compileExpression(text, { now: 'map', before: 'map' }).trace({ now: { ...now }, before: { ...before } });
const words = (trace: Trace): string => inlinesToText(traceWords(trace));

describe('the words of a condition', () => {
  it.each<[text: string, now: object, words: string]>([
    [
      'now.attempts >= 20 && now.ner < 0.90',
      { attempts: 40, ner: 0.97 },
      'attempts 40 ≥ 20 ✓, ner 0.97 < 0.90 ✗',
    ],
    [
      'now.active && !now.explained',
      { active: false, explained: false },
      'active no (must be yes) ✗, explained no ✓',
    ],
    ['!now.explained', { explained: true }, 'explained yes (must be no) ✗'],
    ['now.state == "denied"', { state: 'ok' }, 'state ok = denied ✗'],
    ['now.code == ""', { code: '' }, 'code empty = empty ✓'],
    ['now.state in ["stale", "failing"]', { state: 'healthy' }, 'state healthy in [stale, failing] ✗'],
    ['now.by != null && now.by > 3', { by: 5 }, 'by 5 > 3 ✓'],
    ['now.by != null && now.by > 3', { by: null }, 'no by ✗'],
    ['now.last == null', { last: '2026-11-21T03:00:00.000Z' }, 'last 2026-11-21 03:00 UTC is there ✗'],
    ['now.bad * 10 >= now.attempts', { bad: 2, attempts: 30 }, 'bad * 10 (20) ≥ attempts 30 ✗'],
    ['now.name.like("(?i)teams")', { name: 'Teams' }, 'name Teams matches (?i)teams ✓'],
    ['now.gone > 1', {}, 'gone nothing > 1 (cannot be told)'],
    [
      'now.a > 1 && (now.b > 1 || (now.c > 1 && now.d > 1))',
      { a: 2, b: 0, c: 2, d: 0 },
      'a 2 > 1 ✓, (b 0 > 1 ✗ or d 0 > 1 ✗)',
    ],
    [
      'now.a > 1 && (now.b > 1 || (now.c > 1 && now.d > 1))',
      { a: 2, b: 0, c: 2, d: 2 },
      'a 2 > 1 ✓, (c 2 > 1 ✓ and d 2 > 1 ✓)',
    ],
  ])('%s on %j', (text, now, expected) => {
    expect(words(traced(text, now))).toBe(expected);
  });

  it('says what changed, and what did not', () => {
    const text = 'has(before.v) && before.v != now.v';
    expect(words(traced(text, { v: 'b' }, { v: 'a' }))).toBe('v known before ✓, v changed (a → b) ✓');
    expect(words(traced(text, { v: 'a' }, { v: 'a' }))).toBe('v known before ✓, v unchanged (a) ✗');
    expect(words(traced(text, { v: 'a' }))).toBe('v known before ✗');
  });

  it('keeps ids and texts short, and shows no more than one line of what is hostile', () => {
    const id = 'c1afd5f2-2a53-4338-8bdf-c4348cf59624';
    expect(words(traced('now.id != ""', { id }))).toBe('id c1afd5f2… ≠ empty ✓');
    const shown = words(traced('now.text == "a"', { text: `<!channel>\n${'x'.repeat(5_000)}` }));
    expect(shown.length).toBeLessThan(80);
    expect(shown).not.toContain('\n');
  });
});

describe('how near a condition is', () => {
  it.each<[text: string, now: object, gap: number, needs: string]>([
    ['now.ner < 0.9', { ner: 0.8 }, 0, ''],
    ['now.ner < 0.9', { ner: 1 }, 0.1, 'ner < 0.9 (now 1)'],
    ['now.attempts >= 20 && now.ner < 0.9', { attempts: 10, ner: 0.5 }, 0.5, 'attempts ≥ 20 (now 10)'],
    ['now.a >= 20 || now.b >= 20', { a: 5, b: 15 }, 0.25, 'b ≥ 20 (now 15)'],
    ['now.down', { down: false }, 1, 'down = yes (now no)'],
    ['now.due != null', { due: null }, 1, 'a due (there is none)'],
    ['has(now.x)', {}, 1, 'x known'],
    [
      'now.at > timestamp("2026-11-21T15:00:00Z")',
      { at: new Date('2026-11-21T03:00:00Z') },
      0.5,
      'time > 2026-11-21 15:00 UTC (now 2026-11-21 03:00 UTC)',
    ],
  ])('%s on %j', (text, now, gap, needs) => {
    const trace = traced(text, now);
    expect(gapOf(trace)).toBeCloseTo(gap);
    expect(
      unmet(trace)
        .map((term) => inlinesToText(needWords(term)))
        .join(' and '),
    ).toBe(needs);
  });
});

describe('the words of a delivery', () => {
  const said = (...over: readonly Parameters<typeof aDelivery>[1][]): string[] =>
    deliveryLines(over.map((one) => aDelivery('incident:1042', { durationMs: 210, ...one }))).map(
      ({ tone, line }) => `${tone} ${inlinesToText(line).slice('2026-11-21 03:00 UTC '.length)}`,
    );

  it.each<[Parameters<typeof aDelivery>[1], string]>([
    [{}, 'ok noc: first card posted; accepted in 0.2 s'],
    [
      { action: 'edit', reason: 'changed', lateMs: 12 * MINUTE },
      'ok noc: card edited, because the incident changed; accepted in 0.2 s, 12 min after the change',
    ],
    [
      { outcome: 'throttled', answer: 'Slack asks to wait 30 s.', until: T0 + MINUTE },
      'warning noc: a card to post (first): throttled: Slack asks to wait 30 s; tried again 2026-11-21 03:01 UTC',
    ],
    [
      { outcome: 'refused', reason: 'channel_not_found' },
      'warning noc: a card to post: refused: channel_not_found',
    ],
    [
      { outcome: 'held', action: 'none', reason: 'silenced: by alice: known', until: T0 + MINUTE },
      'neutral noc: held: silenced: by alice: known; looked at again 2026-11-21 03:01 UTC',
    ],
    [
      { outcome: 'not-told', action: 'none', reason: 'acknowledged: no reminder, alice has it' },
      'neutral noc: not told: acknowledged: no reminder, alice has it',
    ],
    [
      { action: 'find', reason: 'outcome-unknown' },
      'ok noc: the message whose outcome was not known was found, and edited; accepted in 0.2 s',
    ],
  ])('%j', (over, expected) => {
    expect(said(over)).toEqual([expected]);
  });

  it('is one line for the same again and again', () => {
    const again = { action: 'post', reason: 'changed' } as const;
    expect(said({}, again, { ...again, at: T0 + MINUTE }, { ...again, at: T0 + HOUR })).toEqual([
      'ok noc: first card posted; accepted in 0.2 s',
      'ok noc: told again, because what it says has changed; accepted in 0.2 s; the same 2 times more, last 2026-11-21 04:00 UTC',
    ]);
  });
});

const SUBJECT = 'trunk:sbc1.contoso.com';
const SOURCE = 'contoso/direct-routing';

function kept(over: Partial<KeptEvaluation> = {}): KeptEvaluation {
  return { ...anEvaluation({ subject: SUBJECT, ...over }), source: SOURCE, since: T0, ...over };
}

function aPage(over: Partial<Page>): Page {
  return {
    key: '1042/1/0/0/person:alice/alice/0',
    incident: 1042,
    escalation: 'voice',
    run: 1,
    person: 'alice',
    channel: '@alice/slack',
    dueAt: T0 + MINUTE,
    reason: 'step 1 of 2',
    forHolder: false,
    state: 'waiting',
    at: T0,
    ...over,
  };
}

function aView(over: Partial<ExplainView>): ExplainView {
  return {
    about: { kind: 'subject', subject: SUBJECT },
    facts: [
      {
        subject: SUBJECT,
        kind: 'direct-routing',
        source: SOURCE,
        tenant: 'contoso',
        since: T0,
        seenAt: T0 + 5 * MINUTE,
        values: {
          type: 'trunk',
          attempts: 12,
          failed: 6,
          ner: 0.5,
          attempts1h: 40,
          failed1h: 6,
          ner1h: 0.85,
        },
      },
    ],
    evaluations: [kept()],
    decisions: [],
    incidents: [],
    deliveries: [],
    calls: [],
    sources: [{ key: SOURCE, health: someHealth(), polledAt: T0 + 5 * MINUTE }],
    rules: builtinRules().map(({ definition }) => definition),
    now: T0 + 7 * MINUTE,
    url: 'https://tocsin.example',
    ...over,
  };
}

describe('the card of an explanation', () => {
  it('tells of a quiet subject what is missing, in numbers', () => {
    const card = explainCard(aView({}));
    expectGolden('explain-subject-quiet', card);
    expect(card?.fallback).toBe(
      'Why trunk:sbc1.contoso.com is quiet. The one rule that looks at it is silent. Nearest: trunk-failing needs attempts ≥ 20 (now 12).',
    );
  });

  it('says of a source that does not answer that nothing is decided', () => {
    const blindSince = new Date(T0).toISOString();
    const health = someHealth({
      state: 'denied',
      failures: 3,
      blindSince,
      lastGood: new Date(T0 - MINUTE).toISOString(),
      code: 'api.denied',
      status: 403,
      message: 'Graph refuses: 403.',
      advice: 'Grant admin consent.',
    });
    const sources = [{ key: SOURCE, health, polledAt: T0 }];
    expectGolden('explain-subject-blind', explainCard(aView({ sources })));
  });

  it('tells of an incident why it fired, where it went, why it is quiet and what came back', () => {
    const alert = anAlert({
      rule: 'service-issue',
      subject: 'issue:EX123456',
      because: 'active, classification incident, status serviceDegradation → major',
    });
    const evaluation = anEvaluation({
      rule: 'service-issue',
      subject: 'issue:EX123456',
      state: 'firing',
      severity: 'major',
      because: alert.because,
      trace: traced('now.active', { active: true }),
    });
    const incident = anIncident({
      id: 1042,
      alerts: [alert],
      state: 'acknowledged',
      acknowledgedBy: 'alice',
      acknowledgedAt: T0 + 3 * MINUTE,
      snoozedUntil: T0 + HOUR,
      flaps: [{ fingerprint: alert.fingerprint, fired: [T0], since: T0, count: 6, calmAt: T0 + 2 * HOUR }],
      destinations: [
        {
          channel: 'noc',
          groupWait: 30_000,
          groupInterval: 300_000,
          repeatInterval: 4 * HOUR,
          muteTimes: ['nights'],
          activeTimes: [],
          via: [
            { node: 'route', matchers: [] },
            { node: 'routes[0]', matchers: ['severity=~"critical|major"'] },
          ],
        },
      ],
    });
    const silence = {
      id: 3,
      matchers: [{ name: 'tenant', op: '=', value: 'contoso' } as const],
      startsAt: T0,
      endsAt: T0 + HOUR,
      author: { name: 'bob', via: 'slack' } as const,
      comment: 'known',
    };
    const decision = {
      source: alert.sourceKey,
      at: T0,
      rule: alert.rule,
      subject: alert.subject,
      outcome: 'firing',
      reason: 'now.active is true → major',
      evaluation,
    };
    const view = aView({
      about: {
        kind: 'incident',
        incident,
        timeline: [
          aLine(1042, { text: 'major: mail is late' }),
          aLine(1042, { kind: 'fallback', text: 'Told in mail too: noc refuses messages' }),
        ],
        silences: [silence],
      },
      facts: [],
      evaluations: [],
      decisions: [decision],
      deliveries: [
        aDelivery('incident:1042', {
          at: T0 + 3 * MINUTE,
          action: 'edit',
          reason: 'changed',
          durationMs: 90,
        }),
        aDelivery('incident:1042', { at: T0 + 31_000, durationMs: 210 }),
      ],
      calls: [
        { page: aPage({ state: 'told' }), deliveries: [] },
        {
          page: aPage({
            person: 'bob',
            state: 'dropped',
            dropped: 'acknowledged by alice before it was due',
          }),
          deliveries: [],
        },
        {
          page: aPage({ person: 'carol', state: 'waiting', dueAt: T0 + HOUR }),
          deliveries: [
            aDelivery('page:x', { channel: '@carol/slack', outcome: 'refused', answer: 'user_not_found' }),
          ],
        },
      ],
      sources: [],
    });
    expectGolden('explain-incident', explainCard(view));
    // An incident of an older version has no decision with values, and still its reason.
    expect(JSON.stringify(explainCard({ ...view, decisions: [] })?.sections)).toContain(
      'status serviceDegradation → major',
    );
  });

  it('tells of a rule where it fires, and where it is nearest to it', () => {
    const rule = builtinRules().find(({ definition }) => definition.name === 'trunk-failing')?.definition;
    if (rule === undefined) throw new Error('there is such a rule');
    const far = kept({ subject: 'trunk:sbc3.contoso.com', trace: traced('now.ner < 0.90', { ner: 1 }) });
    const near = kept({ subject: 'trunk:sbc2.contoso.com', trace: traced('now.ner < 0.90', { ner: 0.91 }) });
    const view = aView({ about: { kind: 'rule', rule }, facts: [], evaluations: [far, near] });
    expect(explainCard(view)?.fallback).toBe(
      'trunk-failing is silent on all 2 subjects; nearest: trunk:sbc2.contoso.com',
    );
    const firing = kept({ state: 'firing', severity: 'critical', startsAt: T0, when: 'an older one' });
    const card = explainCard({ ...view, evaluations: [far, near, firing] });
    expect(card).toMatchObject({ tone: 'critical', title: 'trunk-failing fires on 1 of 3 subjects' });
    expect(JSON.stringify(card?.sections)).toContain('the rule was written anew since');
    expect(explainCard({ ...view, evaluations: [] })?.title).toMatch(
      /^trunk-failing is silent: direct-routing has told nothing/,
    );
  });
});
