import type { Tone } from '../model/card.js';
import type { KeptEvaluation } from '../model/evaluation.js';
import { gapOf } from './explain-trace.js';
import { badgeOf, worstTone } from './words.js';

const ORDER: readonly KeptEvaluation['state'][] = [
  'firing',
  'keeping',
  'pending',
  'failed',
  'announced',
  'silent',
];

/** What fires first, then what is nearest to firing. */
export function sortEvaluations(evaluations: readonly KeptEvaluation[]): readonly KeptEvaluation[] {
  return [...evaluations].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      gap(a) - gap(b) ||
      a.rule.localeCompare(b.rule) ||
      a.subject.localeCompare(b.subject),
  );
}

/** Of sorted ones that which lacks least; none where all that is missing is a yes or no, which has no distance. */
export function nearestOf(sorted: readonly KeptEvaluation[]): KeptEvaluation | undefined {
  return sorted.find((evaluation) => evaluation.state === 'silent' && gap(evaluation) < 1);
}

/** One that was not asked about its values is no candidate. */
function gap({ trace }: KeptEvaluation): number {
  return trace === undefined ? Number.MAX_VALUE : gapOf(trace);
}

export function isFiring({ state }: KeptEvaluation): boolean {
  return state === 'firing' || state === 'keeping';
}

/** The colour of the worst that fires; undefined when nothing does. */
export function firingTone(
  evaluations: readonly KeptEvaluation[],
): { readonly tone: Tone; readonly badge: string } | undefined {
  const firing = evaluations.filter(isFiring).map(({ severity }): Tone => severity ?? 'warning');
  if (firing.length === 0) return undefined;
  const tone = worstTone(firing);
  return { tone, badge: badgeOf(tone) };
}
