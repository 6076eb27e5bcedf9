import { row, type FactTable } from './table.js';

export const CQD: readonly FactTable[] = [
  {
    kind: 'cqd',
    subject: 'cqd:<site>/<stage>',
    note: '',
    rows: [
      row('type', 'string', 'cqd'),
      row('site healthUrl', 'string', 'paris', 'its name, and its page for people'),
      row('stage stageText', 'string', 'cube', '`integration` (archiving) or `cube` (cube processing)'),
      row('timeZone', 'string', 'Europe/Paris', 'of the site’s clocks'),
      row(
        'state stateText',
        'string',
        'failing',
        '`healthy`, `flapping`, `running`, `failing`, `stuck`, `stale`, `never` or `disabled`',
      ),
      row(
        'failing stuck stale',
        'bool',
        'true',
        'the last run that ended has failed; one has not ended within the limit; no success within it',
      ),
      row('failingText stuckText staleText watchText', 'string', '', 'the same in words, or how it ended'),
      row('underWay', 'bool', 'false', 'a run has begun and may still end in time'),
      row('since', 'string?', '2026-11-21T09:29:00.000Z', 'when the state began, or null'),
      row('lastSuccess lastFailure', 'string?', '2026-11-21T09:30:00.000Z', 'or null'),
      row('startedAt', 'string?', '2026-11-21T09:45:00.000Z', 'of the newest run that has begun, or null'),
      row(
        'sinceLocal lastSuccessLocal lastFailureLocal startedAtLocal gapFromLocal gapToLocal',
        'string',
        '21/11/2026 10:29',
        'the same as the site’s clocks show it; `never` or empty for null',
      ),
      row('failures', 'number', '5', 'since the last success'),
      row('failuresText', 'string', 'at least 5', 'the same in words'),
      row('failuresAtLeast', 'bool', 'false', 'the log may hide more'),
      row('limitMinutes', 'number?', '45', 'how old the newest success may be; null while unknown'),
      row('cadenceMinutes', 'number?', '15', 'how often a success comes; null while unknown'),
      row(
        'gapMinutes',
        'number?',
        '35',
        'the newest hole between successes that is longer than the limit; null without one',
      ),
      row('gapFrom gapTo', 'string?', '2026-11-21T08:55:00.000Z', 'from when to when; null without one'),
      row('upstream', 'bool', 'false', 'cube only: archiving does not bring anything either'),
      row('note', 'string', '', 'what the other stage means for this one'),
    ],
  },
];
