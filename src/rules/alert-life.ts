import { isDeepStrictEqual } from 'node:util';
import type { Alert, Transition, TransitionKind } from '../model/alert.js';
import { compareSeverity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import { alertOf } from './alert-of.js';
import type { Rule } from './compile.js';
import type { JudgeInput } from './judgement.js';
import type { Scene } from './scene.js';

/**
 * The next step of the alert of one rule about one subject: pending → firing → resolved. Undefined when nothing about it changes.
 * Throws what the rule's expressions throw.
 */
export function advance(
  rule: Rule,
  scene: Scene,
  before: Alert | undefined,
  input: JudgeInput,
): Transition | undefined {
  if (before === undefined) return rule.holds(scene) ? begin(rule, scene, input) : undefined;
  return before.state === 'pending' ? ripen(rule, scene, before, input) : hold(rule, scene, before, input);
}

function begin(rule: Rule, scene: Scene, input: JudgeInput): Transition {
  const { once, forMs, when } = rule.definition;
  // At the first poll nobody knows how long it has held already.
  const waits = forMs > 0 && !once && !input.baseline;
  const alert = alertOf(rule, scene, input, {
    state: waits ? 'pending' : 'firing',
    startsAt: input.at,
    baseline: input.baseline && rule.definition.source !== 'tocsin',
    ...(waits ? {} : { firingAt: input.at }),
  });
  if (once)
    return step(
      'once',
      { ...alert, state: 'resolved', endsAt: input.at },
      undefined,
      input.at,
      `${when} became true`,
    );
  return waits
    ? step('pending', alert, undefined, input.at, `${when} is true; waiting ${forMs / 1000} s`)
    : step('firing', alert, undefined, input.at, `${when} is true → ${alert.severity}`);
}

function ripen(rule: Rule, scene: Scene, before: Alert, input: JudgeInput): Transition | undefined {
  if (!rule.holds(scene))
    return step('dropped', before, before, input.at, `${rule.definition.when} is false again`);
  const waited = input.at - before.startsAt;
  if (waited < rule.definition.forMs) return undefined;
  const alert = alertOf(rule, scene, input, { ...times(before), state: 'firing', firingAt: input.at });
  return step(
    'firing',
    alert,
    before,
    input.at,
    `${rule.definition.when} has held for ${Math.round(waited / 1000)} s`,
  );
}

function hold(rule: Rule, scene: Scene, before: Alert, input: JudgeInput): Transition | undefined {
  const { keepMs } = rule.definition;
  if (rule.clears(scene)) {
    const clearSince = before.clearSince ?? input.at;
    const alert = asItWas(
      rule,
      before,
      alertOf(rule, scene, input, { ...times(before), state: 'firing', clearSince }),
    );
    if (input.at - clearSince < keepMs) return changedStep(alert, before, input.at);
    const { clearSince: _, ...rest } = alert;
    const over = { ...rest, state: 'resolved' as const, severity: before.severity, endsAt: input.at };
    return step(
      'resolved',
      over,
      before,
      input.at,
      `${rule.definition.clear ?? `not (${rule.definition.when})`} is true`,
    );
  }
  return changedStep(alertOf(rule, scene, input, { ...times(before), state: 'firing' }), before, input.at);
}

/** Of counted calls: a window that has recovered has nothing to say about what was, so that the last words stand. */
function asItWas({ definition }: Rule, before: Alert, alert: Alert): Alert {
  if (definition.windowMs === undefined) return alert;
  const { severity, summary, description, because, labels } = before;
  return { ...alert, severity, summary, description, because, labels };
}

function changedStep(alert: Alert, before: Alert, at: Instant): Transition | undefined {
  const by = compareSeverity(alert.severity, before.severity);
  if (by < 0) return step('worsened', alert, before, at, `severity ${before.severity} → ${alert.severity}`);
  if (by > 0) return step('eased', alert, before, at, `severity ${before.severity} → ${alert.severity}`);
  return isDeepStrictEqual(alert, before)
    ? undefined
    : step('updated', alert, before, at, 'its facts changed');
}

function times(before: Alert): Pick<Alert, 'startsAt' | 'baseline'> & { firingAt?: Instant } {
  return {
    startsAt: before.startsAt,
    baseline: before.baseline,
    ...(before.firingAt === undefined ? {} : { firingAt: before.firingAt }),
  };
}

/** Alerts whose subject is gone, or whose rule was taken out of the settings, are over. */
export function orphans(input: JudgeInput): Transition[] {
  if (input.alerts.length === 0) return [];
  const names = new Set(input.rules.map((rule) => rule.definition.name));
  const found: Transition[] = [];
  for (const alert of input.alerts) {
    const reason = !names.has(alert.rule)
      ? 'its rule was removed'
      : !input.facts.has(alert.subject)
        ? 'its subject is no longer reported'
        : undefined;
    if (reason === undefined) continue;
    if (alert.state === 'pending') found.push(step('dropped', alert, alert, input.at, reason));
    else
      found.push(
        step('resolved', { ...alert, state: 'resolved', endsAt: input.at }, alert, input.at, reason),
      );
  }
  return found;
}

function step(
  kind: TransitionKind,
  alert: Alert,
  before: Alert | undefined,
  at: Instant,
  reason: string,
): Transition {
  return { kind, alert, at, reason, ...(before === undefined ? {} : { before }) };
}
