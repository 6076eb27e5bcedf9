import type { Told } from '../../engine/replay/channel.js';
import { formatDuration } from '../../lib/duration.js';
import type { Evaluation, Term, Trace } from '../../model/evaluation.js';
import type { Instant } from '../../model/time.js';
import type { Course } from './run.js';
import type { Expectation } from './schema.js';
import { statesAt, type AlertState } from './states.js';

/** What is otherwise than expected, as `expected …, got …`; undefined when it is as it should be. */
export function failureOf(expected: Expectation, course: Course): string | undefined {
  const at = expected.t === undefined ? course.end : course.start + expected.t;
  const when = expected.t === undefined ? 'at the end' : `at ${formatDuration(expected.t)}`;
  const got =
    expected.silent === true
      ? noise(expected, course, at)
      : expected.told === undefined
        ? wrongAlert(expected, course, at)
        : wrongTelling(expected, course, at);
  return got === undefined ? undefined : `${when} expected ${wish(expected)}, got ${got}`;
}

/** `sbc-certificate on trunk:sbc1.contoso.com firing critical` */
function wish(expected: Expectation): string {
  const { alert, subject, tenant, state, severity, summary, silent, channel, told, reason } = expected;
  const about = [
    ...(tenant === undefined ? [] : [`in ${tenant}`]),
    ...(subject === undefined ? [] : [`on ${subject}`]),
  ];
  if (silent === true)
    return ['silence', ...(alert === undefined ? [] : [`of ${alert}`]), ...about].join(' ');
  const words = [
    alert ?? '',
    ...about,
    state ?? '',
    severity ?? '',
    summary === undefined ? '' : `“${summary}”`,
  ];
  const alertWords = words.filter(Boolean).join(' ');
  if (told === undefined) return alertWords;
  return [
    `${channel ?? ''} told`,
    told,
    ...(reason === undefined ? [] : [`(${reason})`]),
    ...(alertWords === '' ? [] : [`of ${alertWords}`]),
  ].join(' ');
}

type About = Pick<Expectation, 'alert' | 'subject' | 'tenant'>;

function isAbout(
  { rule, subject, tenant }: Pick<AlertState, 'rule' | 'subject' | 'tenant'>,
  asked: About,
): boolean {
  return (
    (asked.alert === undefined || rule === asked.alert) &&
    (asked.subject === undefined || subject === asked.subject) &&
    (asked.tenant === undefined || tenant === asked.tenant)
  );
}

/** Whatever fired or was announced until then, although nothing should have. */
function noise(asked: About, { transitions, start }: Course, at: Instant): string | undefined {
  const first = transitions.find(
    (step) => step.at <= at && (step.kind === 'firing' || step.kind === 'once') && isAbout(step.alert, asked),
  );
  if (first === undefined) return undefined;
  const { rule, subject, severity } = first.alert;
  return `${rule} on ${subject} ${severity} at ${formatDuration(first.at - start)} (${first.alert.because})`;
}

function wrongAlert(expected: Expectation, course: Course, at: Instant): string | undefined {
  const all = statesAt(course.transitions, at);
  const found = all.filter((alert) => isAbout(alert, expected));
  const { state, severity, summary } = expected;
  if (state === 'none') {
    const live = found.find((alert) => alert.state === 'firing' || alert.state === 'pending');
    return live === undefined ? undefined : told(live);
  }
  const fits = found.some(
    (alert) =>
      (state === undefined ? alert.state !== 'none' : alert.state === state) &&
      (severity === undefined || alert.severity === severity) &&
      (summary === undefined || alert.summary.includes(summary)),
  );
  if (fits) return undefined;
  const there = found.filter((alert) => alert.state !== 'none');
  if (there.length > 0) return there.map(told).join('; ');
  const others = all.filter((alert) => alert.state === 'firing' || alert.state === 'pending');
  const instead = others.length === 0 ? '' : `; there were ${others.slice(0, 5).map(told).join(', ')}`;
  return `none${why(expected, course.evaluated, at)}${instead}`;
}

function told({ rule, subject, state, severity, summary }: AlertState): string {
  return `${rule} on ${subject} ${state} ${severity} “${summary}”`;
}

/** What the rule decided on last, and the part of it that did not hold. */
function why({ alert, subject }: Expectation, evaluated: readonly Evaluation[], at: Instant): string {
  const last = evaluated.findLast(
    (one) => one.rule === alert && one.at <= at && (subject === undefined || one.subject === subject),
  );
  if (last === undefined) return subject === undefined ? '' : ` (it was never evaluated on ${subject})`;
  const missed = last.trace === undefined ? [] : falseTerms(last.trace);
  const words = missed.length === 0 ? last.reason : missed.map(termWords).join(', ');
  return words === '' ? '' : ` (on ${last.subject}: ${words})`;
}

function falseTerms(trace: Trace): readonly Term[] {
  if (trace.holds === true) return [];
  return trace.kind === 'term' ? [trace] : trace.of.flatMap(falseTerms).slice(0, 4);
}

function termWords({ text, left, right }: Term): string {
  const values = [left, right].filter((side) => side !== undefined && /[a-z]/i.test(side.text));
  const told = values.map((side) => `${side?.text ?? ''} is ${JSON.stringify(side?.value)}`);
  return told.length === 0 ? `${text} is false` : `${text} is false: ${told.join(', ')}`;
}

function wrongTelling(expected: Expectation, course: Course, at: Instant): string | undefined {
  const heard = course.told.filter(
    (one) =>
      one.at <= at &&
      one.channel === expected.channel &&
      (one.alerts.length === 0 || one.alerts.some((alert) => isAbout(alert, expected))),
  );
  const { reason = '' } = expected;
  if (expected.told === 'nothing') {
    const seen = heard.findLast((one) => one.do !== 'hold' && one.do !== 'skip');
    if (seen !== undefined) return heardWords(seen, course);
    if (reason === '' || heard.some((one) => one.reason.includes(reason))) return undefined;
    return `nothing, because of ${heard.map((one) => one.reason).join(', ') || 'nothing'}`;
  }
  const last = heard.findLast((one) => one.do !== 'skip');
  if (last === undefined) return 'nothing';
  const fits = last.do === expected.told && last.reason.includes(reason);
  return fits ? undefined : heardWords(last, course);
}

function heardWords({ do: what, reason, title, severity, at }: Told, { start }: Course): string {
  return `${what} at ${formatDuration(at - start)} (${reason}) “${title}” ${severity}`;
}
