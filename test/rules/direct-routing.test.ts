import { describe, expect, it } from '@jest/globals';
import { builtinRules, rulesOf } from '../support/pack.js';
import { each, listen, SBC1, type Calls } from './calls.js';

const rules = builtinRules();
const steps = (log: readonly Calls[], until: number): string[] => listen(rules, log, { until }).steps;
const titles = (log: readonly Calls[], until: number) => listen(rules, log, { until }).titles;

const usual = each(-60, 200, { times: 2 });
const expired = [
  ...each(-60, 60, { times: 2 }),
  ...each(60, 120, { times: 2, code: '504/569008' }),
  ...each(120, 200, { times: 2 }),
];

describe('the rules of direct routing', () => {
  it.each<[string, readonly Calls[], string[]]>([
    [
      'an expired certificate, from the first call to the first that goes well',
      expired,
      [
        '60 firing sbc-certificate critical',
        '65 firing trunk-failing major',
        '120 resolved sbc-certificate critical',
        '140 resolved trunk-failing major',
      ],
    ],
    [
      'one call that could not be delivered',
      [...usual, { minute: 60, code: '504/569002' }],
      ['60 firing sbc-unreachable major', '65 resolved sbc-unreachable major'],
    ],
    [
      'an SBC that is gone',
      [...each(-60, 60, {}), ...each(60, 90, { code: '504/569002' }), ...each(90, 200, {})],
      [
        '60 firing sbc-unreachable major',
        '65 worsened sbc-unreachable critical',
        '65 firing trunk-failing major',
        '90 resolved sbc-unreachable critical',
        '150 resolved trunk-failing major',
      ],
    ],
    [
      'a name that is not in DNS',
      [...usual, { minute: 200, code: '504/569015' }],
      ['200 firing sbc-dns critical'],
    ],
    [
      'a storm of 503',
      [...each(-60, 200, {}), ...each(60, 100, { times: 4, code: '503/560503' })],
      [
        '65 firing trunk-overloaded critical',
        '65 firing trunk-failing major',
        '120 resolved trunk-overloaded critical',
        '165 resolved trunk-failing major',
      ],
    ],
    [
      'a carrier that refuses',
      [...usual, ...each(60, 100, { code: '403/560403' })],
      [
        '65 firing carrier-refusing major',
        '65 firing trunk-failing major',
        '120 resolved carrier-refusing major',
        '120 resolved trunk-failing major',
      ],
    ],
    [
      'no voice path',
      [...usual, ...each(60, 100, { code: '410/531004' })],
      [
        '65 firing media-failing major',
        '65 firing trunk-failing major',
        '120 resolved media-failing major',
        '120 resolved trunk-failing major',
      ],
    ],
    [
      'a code that nobody knows',
      [...usual, ...each(60, 90, { times: 2, code: '599/123456' })],
      ['65 firing trunk-failing critical', '110 resolved trunk-failing critical'],
    ],
    [
      'routes that refuse before any trunk',
      [...usual, ...each(60, 90, { trunk: '', code: '403/510559' })],
      [
        '70 firing tenant-misconfiguration warning',
        '90 worsened tenant-misconfiguration major',
        '120 eased tenant-misconfiguration warning',
        '155 resolved tenant-misconfiguration warning',
      ],
    ],
    [
      'an emergency call, until one is answered',
      [...usual, { minute: 20, emergency: true, code: '500/510544' }, { minute: 100, emergency: true }],
      ['20 firing emergency-call-failed critical', '100 resolved emergency-call-failed critical'],
    ],
    [
      'an emergency call whose caller hung up, as a warning',
      [...usual, { minute: 20, emergency: true, code: '487/540487' }],
      ['20 firing emergency-call-failed warning'],
    ],
  ])('hear %s', (_name, log, expected) => {
    expect(steps(log, 200)).toEqual(expected);
  });

  it('hear Microsoft on several trunks once, and nothing of each of them', () => {
    const log = ['a', 'b', 'c'].flatMap((trunk) => [
      ...each(-60, 200, { trunk }),
      ...each(60, 90, { trunk, times: 2, code: '503/540998' }),
    ]);
    expect(steps(log, 200)).toEqual([
      '65 firing microsoft-side-burst major',
      '70 worsened microsoft-side-burst critical',
      '100 eased microsoft-side-burst major',
      '110 resolved microsoft-side-burst major',
    ]);
  });

  it('hear a trunk of which a tenth of the tenant’s calls know nothing', () => {
    const log = [
      ...each(-60, 200, { trunk: 'big', times: 20 }),
      ...each(-60, 200, { trunk: 'small', times: 2 }),
      ...each(60, 90, { trunk: 'small', code: '503/540998' }),
      { minute: 60, trunk: 'big', code: '503/540998' },
      ...each(-60, 200, { trunk: 'desk', times: 2 }),
      ...each(60, 90, { trunk: 'desk', code: '404/510404', direction: 'in' as const }),
    ];
    expect(
      steps(log, 90)
        .filter((step) => step.includes('firing'))
        .sort(),
    ).toEqual([
      expect.stringMatching(/^\d+ firing trunk-failing/),
      expect.stringMatching(/^\d+ firing trunk-failing/),
    ]);
  });

  it('hear a dead trunk on a quiet weekend, after five calls in two days', () => {
    const quiet = [{ minute: -100 }, ...each(10, 2_700, { code: '503/560503' }, 660), { minute: 3_200 }];
    expect(steps(quiet, 3_300)).toEqual([
      '2650 firing trunk-failing warning',
      '3205 resolved trunk-failing warning',
    ]);
  });

  it('take a failing trunk that falls silent not for well', () => {
    const log = [...each(-60, 0, {}), ...each(10, 20, { times: 2, code: '504/569008' })];
    expect(steps(log, 5_000).filter((step) => step.includes('resolved'))).toEqual([]);
  });

  it.each([
    '480/10037',
    '480/10140',
    '486/560486',
    '487/540487',
    '487/569002',
    '600/-',
    '603/560603',
    '404/560404',
    '484/560484',
    '403/510534',
    '403/510563',
    '0/540000',
  ])('wake nobody by any number of %s', (code) => {
    expect(steps([...each(-60, 10, {}), ...each(10, 120, { times: 3, code })], 200)).toEqual([]);
  });

  it('let rows that come a day late wake nobody, and rows 40 minutes late all the same', () => {
    const late = (seen: number, minute: number) => each(minute, minute + 10, { code: '504/569008', seen });
    expect(steps([...each(-60, 60, {}), ...late(30, -1_400)], 60)).toEqual([]);
    expect(steps(late(30, -1_400), 60)).toEqual([]);
    expect(steps([{ minute: 20, emergency: true, code: '500/510544', seen: 1_400 }], 1_400)).toEqual([]);
    expect(steps([...each(-60, 0, {}), ...late(55, 10)], 60)).toEqual([
      '55 firing sbc-certificate critical',
      '55 firing trunk-failing major',
    ]);
  });

  it('say on a phone what it is, how bad, and whose', () => {
    expect(titles(expired, 80)).toEqual({
      'sbc-certificate':
        'sbc1.contoso.com: the SBC’s certificate has expired (504/569008). 2 of 30 outbound calls failed in 15 min',
      'trunk-failing':
        'sbc1.contoso.com: 12 of 30 outbound calls failed in 15 min. SBC, not Microsoft: the SBC’s certificate has expired (504/569008)',
    });
  });
});

describe('windows of a rule’s own', () => {
  const calls = [
    ...each(-200, 60, {}),
    ...each(-200, 60, { direction: 'in', code: '404/511404' }),
    ...each(30, 60, { country: 'CU', user: 'bot', times: 2 }),
  ];
  const heard = (by: string, window: string, when: string): Readonly<Record<string, string>> => {
    const text = `- { name: own, source: direct-routing, by: ${by}, window: ${window}, when: '${when}', severity: major, summary: '{{subject}} {{failed}} of {{attempts}}' }`;
    return listen(rulesOf(text), calls, { until: 60 }).titles;
  };

  it.each([
    ['[trunk]', '2h', 'now.attempts > 250', `trunk:${SBC1} 120 of 252`],
    ['[]', '30m', 'now.attempts > 100', 'tenant:contoso 30 of 102'],
    ['[direction, trunk]', '1h', 'now.direction == "in" && now.failed >= 60', `trunk:${SBC1}/in 60 of 60`],
    ['[country]', '15m', 'now.country == "CU" && now.attempts >= 10', 'tenant:contoso/CU 0 of 12'],
    ['[user, country]', '20m', 'now.country == "CU" && now.attempts > 20', 'tenant:contoso/CU/bot 0 of 21'],
    ['[code]', '24h', 'now.code == "404/511404"', 'tenant:contoso/404/511404 201 of 201'],
  ])('by %s over %s', (by, window, when, expected) => {
    expect(heard(by, window, when)['own']).toBe(expected);
  });
});
