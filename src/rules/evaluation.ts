import { isDeepStrictEqual } from 'node:util';
import type { Alert, Transition } from '../model/alert.js';
import type { Evaluation } from '../model/evaluation.js';
import type { Change } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Rule } from './compile.js';
import type { Scene } from './scene.js';

export interface Evaluated {
  readonly rule: Rule;
  readonly scene: Scene;
  /** The alert before this evaluation. */
  readonly before: Alert | undefined;
  /** What came of it. */
  readonly step: Transition | undefined;
  readonly baseline: boolean;
}

/**
 * Whether an evaluation says more than the one before it: the rule changed its mind, the subject is new, or something that
 * the rule reads is different. A rule that reads the clock is asked at every poll, and mostly says the same.
 */
export function isNews(
  rule: Rule,
  { now, before }: Pick<Scene, 'now' | 'before'>,
  change: Change | undefined,
  step: Transition | undefined,
): boolean {
  if (step !== undefined) return true;
  if (change === undefined) return false;
  if (change.before === undefined || rule.watches === 'all') return true;
  return rule.watches.some((name) => !isDeepStrictEqual(before[name], now[name]));
}

/** What was decided, with the values that it was decided on. */
export function evaluationOf({ rule, scene, before, step, baseline }: Evaluated): Evaluation {
  const alert = step === undefined ? before : step.alert;
  const state = stateOf(alert, step);
  const live = state !== 'silent' && alert !== undefined;
  const clear = rule.definition.clear;
  return {
    ...common(rule, scene.subject, scene.at, baseline),
    state,
    trace: rule.trace(scene, 'when'),
    ...(clear !== undefined && [before?.state, state].some((is) => is === 'firing' || is === 'keeping')
      ? { clear: { text: clear, trace: rule.trace(scene, 'clear') } }
      : {}),
    ...(live ? { startsAt: alert.startsAt, severity: alert.severity, because: alert.because } : {}),
    ...(live && alert.clearSince !== undefined ? { clearSince: alert.clearSince } : {}),
    reason: step?.reason ?? '',
  };
}

/** The rule could not be evaluated, or was not asked. */
export function unevaluated(
  rule: Rule,
  { subject, at }: { readonly subject: string; readonly at: Instant },
  baseline: boolean,
  why: { readonly state: 'failed' | 'silent'; readonly reason: string },
): Evaluation {
  return { ...common(rule, subject, at, baseline), ...why };
}

function common(rule: Rule, subject: string, at: Instant, baseline: boolean) {
  const { name, when, forMs, keepMs } = rule.definition;
  return { rule: name, subject, at, when, forMs, keepMs, baseline };
}

function stateOf(alert: Alert | undefined, step: Transition | undefined): Evaluation['state'] {
  if (step?.kind === 'once') return 'announced';
  if (alert === undefined || step?.kind === 'dropped' || alert.state === 'resolved') return 'silent';
  if (alert.state === 'pending') return 'pending';
  return alert.clearSince === undefined ? 'firing' : 'keeping';
}
