import type { Fact } from '../model/source.js';
import type { Judgement } from '../rules/judge.js';

export interface RulesSeen {
  /** The snapshot, with what was said of rules before. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** The names of the rules in force. */
  readonly rules: ReadonlySet<string>;
  readonly judgements: readonly Pick<Judgement, 'errors' | 'passed'>[];
}

/**
 * What is to be said of rules that could not be evaluated: `rule:<name>`, with the first subject it happened on. It is said once: as
 * long as that subject has not been evaluated again nothing else is told, and once it has been the rule is well, or fails elsewhere.
 */
export function ruleFacts({ facts, rules, judgements }: RulesSeen): Fact[] {
  const errors = judgements.flatMap((judgement) => judgement.errors);
  const known: Fact[] = [];
  for (const fact of facts.values())
    if (fact.values['type'] === 'rule' && fact.values['failing'] === true) known.push(fact);
  const lasting = known.filter((fact) => {
    const rule = textOf(fact, 'rule');
    const example = textOf(fact, 'example');
    const passed = judgements.some((judgement) => judgement.passed.get(rule)?.has(example));
    return rules.has(rule) && facts.has(example) && !passed;
  });
  const told = new Set(lasting.map((fact) => fact.subject));
  const said: Fact[] = [];
  for (const { rule, subject, message } of errors) {
    if (told.has(`rule:${rule}`)) continue;
    told.add(`rule:${rule}`);
    said.push({
      subject: `rule:${rule}`,
      kind: 'tocsin',
      values: { type: 'rule', rule, failing: true, message, example: subject },
    });
  }
  const well = known.filter((fact) => !told.has(fact.subject));
  return [...said, ...well.map((fact) => ({ ...fact, values: { ...fact.values, failing: false } }))];
}

function textOf({ values }: Fact, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}
