import type { RuleScore, Score } from './score.js';

export interface Total {
  readonly rule: string;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  /** Polls until it fired: the least, the median and the most; undefined where it never did. */
  readonly polls: readonly [number, number, number] | undefined;
}

/** Each rule over all scenarios, by name. */
export function totalsOf(scores: readonly Score[]): readonly Total[] {
  const rules = new Map<string, RuleScore[]>();
  for (const score of scores.flatMap((one) => one.rules))
    rules.set(score.rule, [...(rules.get(score.rule) ?? []), score]);
  return [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, own]) => {
      const sum = (of: (score: RuleScore) => number): number => own.reduce((all, one) => all + of(one), 0);
      const right = sum((one) => one.right);
      const polls = own.flatMap((one) => one.polls).sort((a, b) => a - b);
      return {
        rule,
        right,
        precision: share(right, right + sum((one) => one.false)),
        recall: share(right, right + sum((one) => one.missed)),
        polls:
          polls.length === 0
            ? undefined
            : [polls[0] ?? 0, polls[Math.floor((polls.length - 1) / 2)] ?? 0, polls.at(-1) ?? 0],
      };
    });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** The table, and below it what was wrong in which scenario. */
export function report(scores: readonly Score[]): string {
  const totals = totalsOf(scores);
  const wide = Math.max(...totals.map(({ rule }) => rule.length));
  const lines = totals.map(
    ({ rule, right, precision, recall, polls }) =>
      `${rule.padEnd(wide)}  ${String(right).padStart(6)}  ${precision.toFixed(2).padStart(9)}  ${recall.toFixed(2).padStart(6)}  ${polls === undefined ? '' : polls.join(' / ')}`,
  );
  const wrong = scores.flatMap(({ scenario, wrong: words }) =>
    words.map((word) => `${scenario.file}: ${word}`),
  );
  return [
    `${scores.length} scenarios`,
    '',
    `${'rule'.padEnd(wide)}  ${'right'.padStart(6)}  precision  recall  polls until it fired: least / median / most`,
    ...lines,
    ...(wrong.length === 0 ? [] : ['', ...wrong]),
    '',
  ].join('\n');
}
