import { formatDuration } from '../lib/duration.js';
import type { Card, Section, Tone } from '../model/card.js';
import type { KeptEvaluation } from '../model/evaluation.js';
import type { Inline } from '../model/rich.js';
import type { RuleDefinition } from '../model/rule.js';
import { evaluationLine, nearestWords } from './explain-rule.js';
import { blindSections, polledFooter } from './explain-source.js';
import { firingTone, isFiring, nearestOf, sortEvaluations } from './explain-sort.js';
import { labelOf } from './explain-facts.js';
import { historySections } from './explain-subject.js';
import type { ExplainView } from './explain-view.js';
import { dotted, fact, factIf, factsSection, link, listSection, paragraph, say } from './parts.js';
import { clip, plural } from './words.js';

const FIRING_MAX = 10;
const NEAREST_MAX = 5;

/** Where a rule fires, and where it does not: how near to firing it is there, and what is missing. */
export function explainRule(view: ExplainView, rule: RuleDefinition): Card {
  const sorted = sortEvaluations(view.evaluations);
  const title = titleOf(rule, sorted);
  const nearest = nearestOf(sorted);
  return {
    topic: `explain:${rule.name}`,
    ...toneOf(sorted),
    title,
    fallback: [title, ...(nearest === undefined ? [] : [nearest.subject])].join('; nearest: '),
    sections: [
      ...blindSections(view.sources),
      ...(nearest === undefined || sorted.some(isFiring)
        ? []
        : [paragraph(say('Nearest: '), ...nearestWords(nearest, labelOf(nearest.subject, [])), say('.'))]),
      ...factsSection(ruleFacts(rule)),
      ...stateSections(sorted, view),
      ...historySections(view, 'subject'),
    ],
    actions: [],
    footer: dotted(
      [say(rule.origin)],
      polledFooter(view.sources),
      view.url === '' ? undefined : [link('console', view.url)],
    ),
    at: view.now,
  };
}

function titleOf(
  { name, source, subject = '', once }: RuleDefinition,
  evaluations: readonly KeptEvaluation[],
): string {
  const on = (count: number): string => plural(count, 'subject');
  const firing = evaluations.filter(isFiring).length;
  const waiting = evaluations.filter(({ state }) => state === 'pending').length;
  if (evaluations.length === 0)
    return `${name} is silent: ${source} has told nothing ${subject === '' ? '' : `of ${subject}… `}that it looks at`;
  if (firing > 0) return `${name} fires on ${firing} of ${on(evaluations.length)}`;
  if (waiting > 0) return `${name} waits on ${waiting} of ${on(evaluations.length)}`;
  const failed = evaluations.filter(({ state }) => state === 'failed').length;
  if (failed > 0) return `${name} cannot be evaluated on ${failed} of ${on(evaluations.length)}`;
  return once
    ? `${name} announces changes: nothing is open of it`
    : `${name} is silent on ${evaluations.length === 1 ? 'the only subject' : `all ${on(evaluations.length)}`}`;
}

function toneOf(evaluations: readonly KeptEvaluation[]): { readonly tone: Tone; readonly badge?: string } {
  const failed = evaluations.some(({ state }) => state === 'failed');
  return firingTone(evaluations) ?? { tone: failed ? 'warning' : 'neutral' };
}

function ruleFacts(rule: RuleDefinition) {
  const code = (text: string): Inline => ({ text: clip(text, 400), code: true });
  return [
    ...factIf(
      'Looks at',
      rule.windowMs === undefined ? undefined : `the calls of ${formatDuration(rule.windowMs)}`,
    ),
    fact('Fires when', code(rule.when)),
    ...(rule.clear === undefined ? [] : [fact('Ends when', code(rule.clear))]),
    ...factIf('Must hold for', rule.forMs > 0 ? formatDuration(rule.forMs) : undefined),
    ...factIf('Stays open for', rule.keepMs > 0 ? formatDuration(rule.keepMs) : undefined),
    ...factIf('Severity', clip(rule.severity, 200)),
  ];
}

function stateSections(evaluations: readonly KeptEvaluation[], view: ExplainView): readonly Section[] {
  const lines = (some: readonly KeptEvaluation[]) =>
    some.map((evaluation) => evaluationLine(evaluation, view, 'subject'));
  const awake = evaluations.filter(({ state }) => state !== 'silent' && state !== 'announced');
  const rest = evaluations.filter(({ state }) => state === 'silent' || state === 'announced');
  return [
    ...listSection('Where it speaks', lines(awake), FIRING_MAX),
    ...listSection(headingOf(rest), lines(rest), NEAREST_MAX),
  ];
}

function headingOf(silent: readonly KeptEvaluation[]): string {
  if (silent.some(({ state }) => state === 'announced')) return 'What it decided last';
  return nearestOf(silent) === undefined ? 'Where it is silent' : 'Where it is silent, the nearest first';
}
