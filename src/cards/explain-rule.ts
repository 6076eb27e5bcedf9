import type { KeptDecision, KeptEvaluation } from '../model/evaluation.js';
import type { Inline } from '../model/rich.js';
import type { Tone } from '../model/card.js';
import { labelOf } from './explain-facts.js';
import { needWords } from './explain-term.js';
import { traceWords, unmet } from './explain-trace.js';
import type { ExplainView } from './explain-view.js';
import { bold, command, merged, say, time, type ListItem } from './parts.js';
import { age, clip } from './words.js';

/** What a line begins with. */
export type Lead = 'rule' | 'subject';

type Known = Pick<ExplainView, 'rules' | 'facts'>;

/** What a rule last decided, led by its name or by its subject. */
export function evaluationLine(evaluation: KeptEvaluation, known: Known, lead: Lead): ListItem {
  const { rule, subject, when } = evaluation;
  const head =
    lead === 'rule'
      ? command(rule, `explain ${rule}`)
      : command(nameOf(subject, known), `explain ${subject}`);
  const now = known.rules.find(({ name }) => name === rule);
  const changed = now !== undefined && now.when !== when ? [say(' (the rule was written anew since)')] : [];
  return {
    tone: toneOf(evaluation),
    line: merged([head, say(' '), ...stateWords(evaluation), ...valueWords(evaluation), ...changed]),
  };
}

/** Those that are awake with their values, and the silent ones by name alone. */
export function briefLines(sorted: readonly KeptEvaluation[], known: Known): readonly ListItem[] {
  const awake = sorted.filter(({ state }) => state !== 'silent');
  const silent = [...new Set(sorted.filter(({ state }) => state === 'silent').map(({ rule }) => rule))];
  const names = silent.flatMap((rule, i) => [
    ...(i === 0 ? [] : [say(', ')]),
    command(rule, `explain ${rule}`),
  ]);
  return [
    ...awake.map((evaluation) => evaluationLine(evaluation, known, 'rule')),
    ...(silent.length === 0
      ? []
      : [{ tone: 'neutral', line: [bold('silent'), say(': '), ...names] } as const]),
  ];
}

function nameOf(subject: string, { facts }: Known): string {
  return labelOf(
    subject,
    facts.filter((row) => row.subject === subject),
  );
}

function toneOf({ state, severity }: KeptEvaluation): Tone {
  if (state === 'failed' || state === 'pending') return 'warning';
  return state === 'silent' ? 'neutral' : (severity ?? 'neutral');
}

function stateWords(evaluation: KeptEvaluation): readonly Inline[] {
  const { state, since, startsAt = since, clearSince = since, forMs, keepMs, severity = '' } = evaluation;
  switch (state) {
    case 'firing':
      return [bold('fires'), say(`, ${severity}, since `), time(startsAt), say(firstPoll(evaluation))];
    case 'pending':
      return [bold('waits'), say(' since '), time(startsAt), say(` and fires after ${age(forMs)}`)];
    case 'keeping':
      return [bold('is over'), say(' since '), time(clearSince), say(`, kept open for ${age(keepMs)}`)];
    case 'announced':
      return [bold('announced'), say(' at '), time(evaluation.at)];
    case 'failed':
      return [bold('cannot be evaluated'), say(' since '), time(since)];
    case 'silent':
      return [bold('silent'), say(' since '), time(since)];
  }
}

function firstPoll({ baseline }: KeptEvaluation): string {
  return baseline ? ' (so at the first poll, which pages nobody)' : '';
}

function valueWords({ trace, clear, state, reason }: KeptEvaluation): readonly Inline[] {
  if (trace === undefined) return reason === '' ? [] : [say(`: ${clip(reason, 200)}`)];
  const ends =
    clear === undefined || (state !== 'firing' && state !== 'keeping') ? [] : endWords(clear.trace);
  return [say(': '), ...traceWords(trace), ...ends];
}

function endWords(trace: Parameters<typeof traceWords>[0]): readonly Inline[] {
  const missing = unmet(trace).slice(0, 4);
  if (missing.length === 0) return [];
  const needs = missing.flatMap((term, i) => [...(i === 0 ? [] : [say(' and ')]), ...needWords(term)]);
  return [say('; ends with '), ...merged(needs)];
}

/** `trunk-failing needs attempts ≥ 20 (now 12)`. */
export function nearestWords({ rule, trace }: KeptEvaluation, lead = rule): readonly Inline[] {
  const missing = trace === undefined ? [] : unmet(trace);
  if (missing.length === 0) return [bold(lead), say(' would fire with its next look')];
  const needs = missing
    .slice(0, 3)
    .flatMap((term, i) => [...(i === 0 ? [] : [say(' and ')]), ...needWords(term)]);
  return [bold(lead), say(' needs '), ...needs];
}

const OUTCOMES: Readonly<Record<string, string>> = {
  pending: 'began to wait',
  dropped: 'did not last',
  firing: 'fired',
  worsened: 'got worse',
  eased: 'eased',
  resolved: 'ended',
  once: 'announced',
};

/** `03:05 trunk-failing fired: attempts 40 ≥ 20 ✓, ner 0.22 < 0.90 ✓`. */
export function decisionLine(decision: KeptDecision, known: Known, lead: Lead): ListItem {
  const { at, rule, subject, outcome, evaluation } = decision;
  const what = lead === 'rule' ? rule : nameOf(subject, known);
  return {
    tone: outcome === 'resolved' ? 'ok' : (evaluation?.severity ?? 'neutral'),
    line: [time(at), say(' '), bold(what), say(` ${OUTCOMES[outcome] ?? outcome}: `), ...whyWords(decision)],
  };
}

/** The values that it was decided on; a change of severity, and whatever has none, keep their own words. */
export function whyWords({ outcome, evaluation, reason }: KeptDecision): readonly Inline[] {
  const trace = outcome === 'resolved' ? (evaluation?.clear?.trace ?? evaluation?.trace) : evaluation?.trace;
  if (trace === undefined || outcome === 'worsened' || outcome === 'eased') return [say(clip(reason, 200))];
  return traceWords(trace);
}
