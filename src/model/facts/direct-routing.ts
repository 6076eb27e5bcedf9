import { figure, row, windowed, type FactTable, type FieldRow } from './table.js';

const CALLS: readonly FieldRow[] = [
  figure(
    'attempts answered unanswered failed',
    '120',
    '`unanswered`: busy, no answer, hung up, misdialled; `failed`: all others',
  ),
  figure(
    'alarming alarmingRatio',
    '3',
    'failed, and not with SIP 480, 486, 487, 600 or 603, which are nobody’s alarm whatever the sub-code; of attempts',
  ),
  figure('userVisible', '3', 'failed, and no other attempt made it good'),
  figure('ner', '0.97', 'network effectiveness ratio, 0 to 1, by Microsoft’s formula; 1 without calls'),
  figure('failureRatio', '0.03', 'failed of attempts'),
  figure(
    'certificateFailures dnsFailures unreachableFailures overloaded503 carrierFailures mediaFailures emergencyFailures misconfigurations microsoftFailures',
    '0',
    'failures by what they point to',
  ),
  windowed('failedText', 'string', '31 of 40 outbound calls failed in 15 min', 'empty without failures'),
  windowed('topCode', 'string', '504/569008', 'the code of most failures'),
  windowed('topCodes', 'texts', '["504/569008 ×31"]', 'up to five of them with their counts'),
  windowed(
    'owner verdict nextStep',
    'string',
    'sbc',
    'whose most failures are (`sbc`, `carrier`, `tenant`, `microsoft`, `unknown`, `caller`), in words, and what to do',
  ),
  windowed(
    'sbcShare carrierShare tenantShare microsoftShare unknownShare',
    'number',
    '0.8',
    'of the failures',
  ),
  row(
    'consecutiveFailures',
    'number',
    '0',
    'alarming failures since the last call that went well, over any time; of a tenant or a finer group all failures within the day',
  ),
  row(
    'certificateOpen dnsOpen unreachableOpen emergencyOpen',
    'bool',
    'false',
    'such a failure within the day, and no call since that went well; for `emergencyOpen` no answered emergency call',
  ),
  row(
    'emergencyFault',
    'bool',
    'false',
    'an emergency call of the day failed otherwise than by busy, no answer or hanging up',
  ),
  row(
    'certificateText dnsText unreachableText emergencyText overloadText carrierText mediaText',
    'string',
    'the SBC’s certificate has expired (504/569008)',
    'of the day: what the most frequent code of that kind means',
  ),
  row(
    'certificateNextStep dnsNextStep unreachableNextStep emergencyNextStep overloadNextStep carrierNextStep mediaNextStep',
    'string',
    'Renew the SBC’s certificate, …',
    'what to do about it',
  ),
  row(
    'certificateLastAt dnsLastAt unreachableLastAt emergencyLastAt',
    'string?',
    '2026-11-21T03:10:00.000Z',
    'the last such failure of the day, to the minute, or null',
  ),
  row(
    'firstFailureAt lastFailureAt',
    'string?',
    '2026-11-21T03:10:00.000Z',
    'of the unbroken run, else of the day, to the minute, or null',
  ),
  row(
    'lastCallAt lastAnsweredAt lastGoodAt',
    'string?',
    '2026-11-21T03:00:00.000Z',
    'of the day, rounded down to 15 minutes, or null; `lastGoodAt`: answered, or delivered to somebody busy or away',
  ),
  row('lagSeconds', 'number?', '900', 'age of the last call of the day, in steps; null without one'),
  row(
    'microsoftTrunks',
    'number',
    '0',
    'trunks of the tenant with failures on Microsoft’s side within the hour',
  ),
];

const FINER = CALLS.filter(({ names }) => !names.includes('microsoftTrunks'));

export const DIRECT_ROUTING: readonly FactTable[] = [
  {
    kind: 'direct-routing',
    subject: 'trunk:<fqdn>',
    note: 'A trunk has them when it had a call in the last two days, or when its last calls failed. What is not said to be of the day or the hour is of the 15 minutes before the last call; the words on failures are of the hour when none failed in them.',
    rows: [
      row('type', 'string', 'trunk'),
      row('trunk', 'string', 'sbc1.contoso.com', 'in lower case'),
      ...CALLS,
      row(
        'tenantWide',
        'string',
        'told',
        'most of its failures are Microsoft’s, or the tenant’s set-up’s. `told`: of the whole tenant’s calls ten and a tenth (within 15 minutes or the hour, on several trunks), or a twentieth for the set-up, are; `few`: that is not so, and the trunk has fewer than ten of them within the hour. Else empty',
      ),
    ],
  },
  {
    kind: 'direct-routing',
    subject: 'tenant:<name>',
    note: 'Of all trunks together, and of the calls that failed before a trunk was chosen.',
    rows: [
      row('type', 'string', 'calls'),
      row('available', 'bool', 'true', 'false where the cloud has no such log: then no rule looks at it'),
      row('trunks', 'number', '4', 'with calls within the day'),
      row(
        'misconfigurationCode misconfiguration misconfigurationNextStep',
        'string',
        '403/510559',
        'the first code of the hour that is the tenant’s own set-up, what it means, and what to do',
      ),
      ...CALLS,
    ],
  },
  {
    kind: 'direct-routing',
    subject: '<trunk or tenant>/<finer>',
    finer: true,
    note: 'What a rule’s `by` keeps apart: `trunk:sbc1.contoso.com/out`, or `tenant:contoso/FR` when trunks are taken together. The parts stand in the order trunk, direction, country, user, code. Each has a fact while it has calls within the day; of very many the busiest and the worst.',
    rows: [
      row('type', 'string', 'trunk+direction', 'what is kept apart'),
      row(
        'trunk direction country user code',
        'string',
        'out',
        'those of `by`: direction `in`, `out` or `unknown`; country as two letters, or empty; Graph’s id of the user, or `bot`; the code, or empty for answered calls',
      ),
      ...FINER,
    ],
  },
];
