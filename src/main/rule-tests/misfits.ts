import type { Expectation, Step } from './schema.js';

/** The keys that say what a source answers, and for which kind each is. */
const ANSWERS = {
  body: 'any',
  rows: 'any',
  fails: 'any',
  calls: 'direct-routing',
  services: 'service-health',
  issues: 'service-health',
  messages: 'message-center',
  runs: 'cqd',
  reports: 'partner-insights',
} as const satisfies Partial<Record<keyof Step, string>>;

type AnswerKey = keyof typeof ANSWERS;
const ANSWER_KEYS = Object.keys(ANSWERS) as AnswerKey[];

/** What keys are together although each is right by itself. */
export function stepMisfits(step: Step): string[] {
  const given = ANSWER_KEYS.filter((key) => step[key] !== undefined);
  const deeds = [step.source, step.act, step.silence, step.restart].filter((deed) => deed !== undefined);
  if (deeds.length !== 1) return ['a step has one of source, act, silence and restart'];
  if (step.source === undefined)
    return [
      ...(given.length > 0 ? [`${given.join(' and ')}: needs source beside it`] : []),
      ...(step.act !== undefined && step.subject === undefined ? ['act: needs subject beside it'] : []),
      ...(step.silence !== undefined && step.for === undefined ? ['silence: needs for beside it'] : []),
    ];
  return [
    ...(given.length === 0
      ? ['says nothing about what the source answers: body, rows, calls … or fails']
      : []),
    ...(step.fails !== undefined && given.length > 1 ? ['fails: a poll that fails has no answer'] : []),
    ...given.flatMap((key) =>
      ANSWERS[key] === 'any' || ANSWERS[key] === step.source
        ? []
        : [`${key}: is for source ${ANSWERS[key]}, not ${step.source}`],
    ),
  ];
}

export function expectMisfits(expected: Expectation): string[] {
  const { alert, state, severity, summary, silent, channel, told, reason } = expected;
  const asks = [
    state !== undefined || severity !== undefined || summary !== undefined,
    silent,
    told !== undefined,
  ];
  return [
    ...(asks.filter(Boolean).length === 1
      ? []
      : ['expects one of an alert (state, severity, summary), silent, and told']),
    ...(asks[0] === true && alert === undefined ? ['needs alert, the name of a rule'] : []),
    ...(told !== undefined && channel === undefined ? ['told: needs channel beside it'] : []),
    ...(reason !== undefined && told === undefined ? ['reason: needs told beside it'] : []),
    ...(state === 'none' && (severity !== undefined || summary !== undefined)
      ? ['an alert that is not there has neither severity nor summary']
      : []),
  ];
}
