import { describe, expect, it } from '@jest/globals';
import { callsInsight, effectOf } from '../../src/incidents/calls-insight.js';
import { insightOf, joinedWith, noticed, type Sight } from '../../src/incidents/insight.js';
import { issuesBeside, isFamily } from '../../src/incidents/issues-insight.js';
import type { Alert } from '../../src/model/alert.js';
import type { Incident } from '../../src/model/incident.js';
import type { CallsInsight, Insight } from '../../src/model/insight.js';
import type { JsonObject } from '../../src/model/json.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { aFact, anAlert, anIncident, T0 } from '../support/builders.js';

const iso = (at: number): string => new Date(at).toISOString();

const issue = (id: string, over: JsonObject = {}, tenant = 'contoso') => ({
  ...aFact(`issue:${id}`, {
    type: 'issue',
    id,
    title: 'Users cannot place calls',
    service: 'Microsoft Teams',
    serviceId: 'microsoftteams',
    active: true,
    startedAt: iso(T0 - 20 * MINUTE),
    postedAt: iso(T0),
    endedAt: null,
    ...over,
  }),
  tenant,
});

const burst = (over: Partial<Alert> = {}): Alert =>
  anAlert({
    rule: 'microsoft-side-burst',
    kind: 'direct-routing',
    subject: 'tenant:contoso',
    values: { type: 'calls' },
    ...over,
  });
const about = (over: Partial<Alert> = {}): Alert =>
  anAlert({ rule: 'service-issue', subject: 'issue:TM1', values: issue('TM1').values, ...over });

const calls = (over: Partial<CallsInsight> = {}): CallsInsight => ({
  tenant: 'contoso',
  from: T0 - HOUR,
  to: T0,
  attempts: 400,
  failed: 60,
  ner: 0.85,
  microsoft: 50,
  effect: 'heavy',
  shares: [{ owner: 'Microsoft', share: 0.83 }],
  codes: [],
  trunks: [],
  ...over,
});

const sight = (over: Partial<Sight> = {}): Sight => ({
  tenant: 'contoso',
  at: T0 + 30 * MINUTE,
  calls: undefined,
  issues: [],
  listed: true,
  bursts: [],
  ...over,
});

/** One look after the other, as the record would have it. */
function looked(incident: Incident, ...sights: readonly Sight[]): { incident: Incident; lines: string[] } {
  let now = incident;
  const lines: string[] = [];
  for (const one of sights) {
    const insight: Insight = insightOf(now, one);
    for (const { text, thread } of noticed(now, insight, one)?.lines ?? [])
      lines.push(thread ? text : `(${text})`);
    now = { ...now, insight };
  }
  return { incident: now, lines };
}

describe('what an incident is joined with', () => {
  it.each<[string, Alert, 'issues' | 'calls' | undefined]>([
    ['failing calls with Microsoft’s issues', burst(), 'issues'],
    ['an issue about Teams with the calls', about(), 'calls'],
    [
      'Skype for Business too, by its id',
      about({ values: { ...issue('LY1').values, service: '', serviceId: 'Lync' } }),
      'calls',
    ],
    [
      'mail with nothing',
      about({ values: { ...issue('EX1').values, service: 'Exchange Online', serviceId: 'Exchange' } }),
      undefined,
    ],
    ['a service’s tile with nothing', anAlert(), undefined],
  ])('%s', (_name, alert, expected) => {
    expect(joinedWith({ alerts: [alert] })).toBe(expected);
  });
});

describe('the effect on calls', () => {
  it.each<[number, number, number, string]>([
    [0, 0, 0, 'no-calls'],
    [100, 0, 0, 'none'],
    [100, 4, 4, 'none'],
    [1_000, 6, 6, 'none'],
    [100, 6, 6, 'some'],
    [100, 30, 10, 'heavy'],
    [100, 30, 4, 'other'],
    [5, 5, 5, 'heavy'],
  ])(
    'of %d calls with %d failed, %d of them on Microsoft’s side, is %s',
    (attempts, failed, microsoft, effect) => {
      expect(effectOf(attempts, failed, microsoft)).toBe(effect);
    },
  );

  it('is read from the windows of the call log', () => {
    const facts = [
      aFact('calls:contoso', {
        attempts: 412,
        failed: 38,
        ner: 0.91,
        from: iso(T0 - HOUR),
        to: iso(T0),
        microsoftShare: 0.84,
        sbcShare: 0.16,
        codes: [
          {
            code: '503/540998',
            count: 32,
            failure: true,
            owner: 'microsoft',
            meaning: 'Microsoft is overloaded',
          },
          { code: '504/569008', count: 6, failure: true, owner: 'sbc', meaning: 'certificate' },
          { code: '486/560486', count: 20, failure: false, owner: 'caller', meaning: 'busy' },
        ],
      }),
      aFact('trunk:a', { trunk: 'a', failed: 3, attempts: 100 }),
      aFact('trunk:b', { trunk: 'b', failed: 35, attempts: 300 }),
      aFact('trunk:c', { trunk: 'c', failed: 0, attempts: 12 }),
    ];
    expect(callsInsight('contoso', facts)).toMatchObject({
      microsoft: 32,
      effect: 'some',
      shares: [
        { owner: 'Microsoft', share: 0.84 },
        { owner: 'SBC', share: 0.16 },
      ],
      codes: [{ code: '503/540998' }, { code: '504/569008' }],
      trunks: [{ trunk: 'b' }, { trunk: 'a' }],
    });
    expect(callsInsight('contoso', [])).toBeUndefined();
    expect(callsInsight('contoso', [aFact('calls:x', { attempts: 'many', codes: [7, null] })])).toMatchObject(
      {
        attempts: 0,
        effect: 'no-calls',
      },
    );
  });
});

describe('Microsoft’s issues beside calls', () => {
  it.each<[string, JsonObject, boolean]>([
    ['one that is open', {}, true],
    ['one that ended meanwhile', { active: false, endedAt: iso(T0 + 5 * MINUTE) }, true],
    ['one that ended before', { active: false, endedAt: iso(T0 - MINUTE) }, false],
    ['one that began after', { startedAt: iso(T0 + 2 * HOUR) }, false],
    ['one about mail', { service: 'Exchange Online', serviceId: 'Exchange' }, false],
    ['one without a time', { startedAt: null, postedAt: null }, false],
  ])('are those that overlap: %s', (_name, over, expected) => {
    expect(issuesBeside([issue('TM1', over)], T0, T0 + HOUR).length > 0).toBe(expected);
  });

  it('come with those about calls first, once each', () => {
    const found = issuesBeside(
      [
        issue('TM9', { title: 'Some files cannot be opened', startedAt: iso(T0 - MINUTE) }),
        issue('TM1'),
        issue('TM1', {}, 'fabrikam'),
      ],
      T0,
      T0 + HOUR,
    );
    expect(found.map(({ id, calling, tenants }) => [id, calling, tenants])).toEqual([
      ['TM1', true, ['contoso', 'fabrikam']],
      ['TM9', false, ['contoso']],
    ]);
    expect(isFamily({ service: 'Microsoft Teams', serviceId: '' })).toBe(true);
  });
});

describe('failing calls', () => {
  const incident = anIncident({ id: 7, alerts: [burst()] });

  it('name the issue that lies beside them, and its end', () => {
    const over = issue('TM1', { postedAt: iso(T0 - MINUTE), active: false, endedAt: iso(T0 + 20 * MINUTE) });
    const { lines } = looked(
      incident,
      sight({ issues: [issue('TM1', { postedAt: iso(T0 - MINUTE) })] }),
      sight({ issues: [issue('TM1', { postedAt: iso(T0 - MINUTE) })] }),
      sight({ issues: [over] }),
    );
    expect(lines).toEqual([
      'Microsoft lists TM1 “Users cannot place calls” since 2026-11-21 02:40 UTC.',
      'Microsoft says that TM1 is over.',
    ]);
  });

  it('are seen before Microsoft says so, and by how much is noted once it does', () => {
    const { lines, incident: after } = looked(
      incident,
      sight({ at: T0 }),
      sight({ at: T0 + 10 * MINUTE }),
      sight({ at: T0 + 24 * MINUTE, issues: [issue('TM1', { postedAt: iso(T0 + 23 * MINUTE) })] }),
      sight({ at: T0 + 40 * MINUTE, issues: [issue('TM1', { postedAt: iso(T0 + 23 * MINUTE) })] }),
    );
    expect(lines).toEqual([
      'Probably a fault on Microsoft’s side that is not posted yet: no issue of Microsoft’s explains it.',
      'Microsoft lists TM1 “Users cannot place calls” since 2026-11-21 02:40 UTC.',
      'Seen 23 min before Microsoft posted TM1.',
    ]);
    expect(after.insight?.early).toEqual([
      { tenant: 'contoso', seenAt: T0, issue: 'TM1', postedAt: T0 + 23 * MINUTE },
    ]);
  });

  it.each<[string, Partial<Sight>, Partial<Incident>]>([
    [
      'an issue about calls was there already',
      { issues: [issue('TM1', { postedAt: iso(T0 - MINUTE) })] },
      {},
    ],
    ['nobody watches the service health', { listed: false }, {}],
    [
      'a trunk fails alone',
      {},
      {
        alerts: [burst({ rule: 'trunk-failing', subject: 'trunk:a', values: { type: 'trunk', trunk: 'a' } })],
      },
    ],
  ])('are no news of Microsoft’s where %s', (_name, over, different) => {
    expect(looked({ ...incident, ...different }, sight(over)).incident.insight?.early).toEqual([]);
  });

  it('are not explained by an issue about something else, nor by one that comes two days later', () => {
    const files = issue('TM9', {
      title: 'Files cannot be opened',
      startedAt: iso(T0 - DAY),
      postedAt: iso(T0 - DAY),
    });
    const late = issue('TM2', { startedAt: iso(T0 + 50 * HOUR), postedAt: iso(T0 + 50 * HOUR) });
    const { incident: after } = looked(
      incident,
      sight({ issues: [files] }),
      sight({ at: T0 + 51 * HOUR, issues: [late] }),
    );
    expect(after.insight?.early).toEqual([{ tenant: 'contoso', seenAt: T0 }]);
  });
});

describe('an issue about Teams', () => {
  const incident = anIncident({ id: 8, alerts: [about()] });

  it('says what the calls say, and speaks up when they begin to fail', () => {
    const { lines } = looked(
      incident,
      sight({ calls: calls({ effect: 'none', failed: 1, microsoft: 0, ner: 0.991 }) }),
      sight({ calls: calls({ effect: 'none', failed: 2, microsoft: 1, ner: 0.989 }) }),
      sight({ calls: calls({ attempts: 372, failed: 312, microsoft: 262 }) }),
    );
    expect(lines).toEqual([
      '(No effect seen on the calls, NER 99.1 %.)',
      '312 of 372 calls failed since 2026-11-21 02:00 UTC, 84 % on Microsoft’s side.',
    ]);
  });

  it('takes new figures over when they say something else, and not with every call', () => {
    let now: Incident = incident;
    let edits = 0;
    for (let failed = 20; failed < 220; failed += 1) {
      const one = sight({ calls: calls({ attempts: 2 * failed, failed, microsoft: failed }) });
      const insight = insightOf(now, one);
      if (noticed(now, insight, one) !== undefined) edits += 1;
      now = { ...now, insight };
    }
    // 20, 50, 100, 200.
    expect(edits).toBe(4);
  });

  it('counts the tenants that feel it, and tells the first of them', () => {
    const names = ['a', 'b', 'c'];
    const shared = {
      ...incident,
      groupLabels: { subject: 'issue:TM1' },
      alerts: names.map((tenant) => about({ tenant })),
    };
    const { lines } = looked(
      shared,
      ...names.map((tenant) =>
        sight({ tenant, calls: calls({ tenant, attempts: 100, failed: 50, microsoft: 50 }) }),
      ),
    );
    expect(lines.map((text) => text.slice(0, 8))).toEqual(['a: 50 of', '(b: 50 o', '(c: 50 o']);
  });

  it('knows what was seen of it before it was posted', () => {
    const early = { tenant: 'contoso', seenAt: T0 - 23 * MINUTE, issue: 'TM1', postedAt: T0 };
    const seen = anIncident({
      id: 5,
      alerts: [burst()],
      insight: { calls: [], issues: [], early: [early], listed: true },
    });
    expect(looked(incident, sight({ bursts: [seen] })).lines).toEqual([
      'Seen 23 min before Microsoft posted TM1: INC-5.',
    ]);
    const other = {
      ...seen,
      insight: { calls: [], issues: [], early: [{ ...early, issue: 'TM2' }], listed: true },
    };
    expect(looked(incident, sight({ bursts: [other] })).lines).toEqual([]);
  });
});
