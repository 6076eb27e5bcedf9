import type { Alert, Transition } from '../model/alert.js';
import type { Evaluation } from '../model/evaluation.js';
import type { Change, Fact } from '../model/source.js';
import { advance, orphans } from './alert-life.js';
import type { Rule } from './compile.js';
import { evaluationOf, isNews, unevaluated } from './evaluation.js';
import type { JudgeInput, Judgement, RuleError } from './judgement.js';
import { leavesAsIs, memoOf, memosOf, noteAsIs } from './memo.js';
import { openScenes } from './scenes.js';

export type { JudgeInput, Judgement } from './judgement.js';

/**
 * Facts and changes against rules. Only what can have changed is looked at: changed subjects, subjects with an alert that
 * waits for time to pass, and for a rule that reads the clock every subject that time may make it hold of.
 */
export function judge(input: JudgeInput): Judgement {
  const transitions: Transition[] = [];
  const errors: RuleError[] = [];
  const passed = new Map<string, ReadonlySet<string>>();
  const evaluated: Evaluation[] = [];
  const { baseline, explain = true } = input;
  const changed = new Map(input.changes.map((change) => [change.subject, change]));
  const alerts = byRule(input.alerts);
  const scenesOf = openScenes(input);
  let evaluations = 0;

  for (const rule of input.rules) {
    const { name } = rule.definition;
    const live = alerts.get(name) ?? NO_ALERTS;
    const sceneOf = scenesOf(rule);
    const known = explain ? undefined : memosOf(rule);
    const well = new Set<string>();
    passed.set(name, well);
    for (const fact of candidates(rule, input, changed, live)) {
      const before = live.get(fact.subject);
      const change = changed.get(fact.subject);
      if (rule.definition.once && change === undefined) continue;
      if (rule.definition.once && baseline && !explain) continue;
      if (rule.definition.once && baseline) {
        const reason = 'it was there at the first poll, and only changes after that are announced';
        evaluated.push(unevaluated(rule, sceneOf(fact, change), baseline, { state: 'silent', reason }));
        continue;
      }
      evaluations += 1;
      if (change === undefined && before !== undefined && leavesAsIs(rule, fact, before)) {
        well.add(fact.subject);
        continue;
      }
      const memo = known === undefined ? undefined : memoOf(known, fact, change, before, input);
      if (memo?.step !== undefined) {
        well.add(fact.subject);
        if (memo.step !== 'nothing') transitions.push(memo.step);
        continue;
      }
      const scene = sceneOf(fact, change);
      try {
        const step = advance(rule, scene, before, input);
        if (memo !== undefined) memo.step = step ?? 'nothing';
        well.add(fact.subject);
        if (step !== undefined) transitions.push(step);
        else if (change === undefined && before !== undefined) noteAsIs(rule, fact, before);
        if (explain && isNews(rule, scene, change, step))
          evaluated.push(evaluationOf({ rule, scene, before, step, baseline }));
      } catch (error) {
        const reason = errorLine(error);
        errors.push({ rule: name, subject: fact.subject, message: reason });
        if (explain && isNews(rule, scene, change, undefined))
          evaluated.push(unevaluated(rule, scene, baseline, { state: 'failed', reason }));
      }
    }
  }
  const left = orphans(input);
  for (const { alert, reason } of left) {
    const rule = input.rules.find(({ definition }) => definition.name === alert.rule);
    const where = { subject: alert.subject, at: input.at };
    if (rule !== undefined) evaluated.push(unevaluated(rule, where, baseline, { state: 'silent', reason }));
  }
  return { transitions: [...transitions, ...left], errors, passed, evaluations, evaluated };
}

const NO_ALERTS: ReadonlyMap<string, Alert> = new Map();

/** Pending and firing alerts by rule, and by subject. Most rules have none. */
function byRule(alerts: readonly Alert[]): ReadonlyMap<string, ReadonlyMap<string, Alert>> {
  const rules = new Map<string, Map<string, Alert>>();
  for (const alert of alerts) {
    const own = rules.get(alert.rule);
    if (own === undefined) rules.set(alert.rule, new Map([[alert.subject, alert]]));
    else own.set(alert.subject, alert);
  }
  return rules;
}

function candidates(
  rule: Rule,
  { facts }: JudgeInput,
  changed: ReadonlyMap<string, Change>,
  live: ReadonlyMap<string, Alert>,
): Iterable<Fact> {
  const found: Fact[] = [];
  const take = (fact: Fact | undefined): void => {
    if (fact !== undefined && rule.applies(fact)) found.push(fact);
  };
  if (rule.timed)
    for (const fact of facts.values()) if (rule.applies(fact) && rule.mayCome(fact)) found.push(fact);
  for (const subject of changed.keys()) take(facts.get(subject));
  for (const subject of live.keys()) take(facts.get(subject));
  return rule.timed || live.size > 0 ? new Set(found) : found;
}

function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? message).slice(0, 300);
}
