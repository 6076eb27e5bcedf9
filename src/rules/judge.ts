import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Alert, Transition, TransitionKind } from '../model/alert.js';
import type { Evaluation } from '../model/evaluation.js';
import type { Dimension } from '../model/ask.js';
import type { JsonObject } from '../model/json.js';
import type { Labels } from '../model/labels.js';
import { compareSeverity } from '../model/severity.js';
import type { Change, Fact, SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { windowedNames } from '../model/facts/index.js';
import type { Rule } from './compile.js';
import { evaluationOf, isNews, unevaluated } from './evaluation.js';
import { openScene, throughWindow, type Clock, type Scene } from './scene.js';
import { fillTemplate } from './template.js';

export interface JudgeInput {
  readonly rules: readonly Rule[];
  readonly source: SourceKey;
  readonly tenant: string;
  readonly at: Instant;
  /** The source's first good poll: what holds already pages nobody. */
  readonly baseline: boolean;
  readonly changes: readonly Change[];
  /** The snapshot after the changes. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** Pending and firing alerts of this source. */
  readonly alerts: readonly Alert[];
  /** False: nobody will ask why, and `evaluated` stays empty. */
  readonly explain?: boolean;
}

export interface RuleError {
  readonly rule: string;
  readonly subject: string;
  readonly message: string;
}

export interface Judgement {
  readonly transitions: readonly Transition[];
  /** Rules that could not be evaluated, once a rule and subject. */
  readonly errors: readonly RuleError[];
  /** What could be evaluated this time: subjects, by the rule's name. */
  readonly passed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly evaluations: number;
  /** What was decided on which values, of what fired and what stayed silent: those that say more than the last time. */
  readonly evaluated: readonly Evaluation[];
}

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

const asIs = new WeakMap<Alert, { readonly rule: Rule; readonly values: JsonObject }>();

/**
 * A rule that does not look at the clock and left a firing alert as it is on a fact does so again while the fact is the same one:
 * its texts are not made anew at each poll only to be compared.
 */
function leavesAsIs(rule: Rule, { values }: Fact, alert: Alert): boolean {
  const known = asIs.get(alert);
  return known?.rule === rule && known.values === values;
}

function noteAsIs(rule: Rule, { values }: Fact, alert: Alert): void {
  if (!rule.clock && alert.state === 'firing' && alert.clearSince === undefined)
    asIs.set(alert, { rule, values });
}

/** What a rule came to on a fact, the last time. */
interface Memo {
  readonly values: object;
  readonly at: Instant;
  readonly was: unknown;
  readonly before: Alert | undefined;
  readonly baseline: boolean;
  step?: Transition | 'nothing';
}

const memos = new WeakMap<Rule, Map<string, Memo>>();

function memosOf(rule: Rule): Map<string, Memo> {
  const known = memos.get(rule) ?? new Map<string, Memo>();
  memos.set(rule, known);
  return known;
}

/**
 * Several sets of rules may be played to the same history: a rule that is in each of them comes to the same each time, on the
 * same fact with the same alert. Empty when it has not been asked this yet.
 */
function memoOf(
  own: Map<string, Memo>,
  { subject, values }: Fact,
  change: Change | undefined,
  before: Alert | undefined,
  { at, baseline }: JudgeInput,
): Memo {
  const was = change === undefined ? values : change.before?.values;
  const known = own.get(subject);
  if (
    known?.values === values &&
    known.at === at &&
    known.was === was &&
    known.before === before &&
    known.baseline === baseline
  )
    return known;
  const memo: Memo = { values, at, was, before, baseline };
  own.set(subject, memo);
  return memo;
}

let prints = new Map<string, Map<string, string>>();
let printed = 0;
const MOST_PRINTS = 50_000;

/** The same over restarts and processes. Each poll asks for the same ones: they are made once. */
export function fingerprintOf(rule: string, source: SourceKey, subject: string): string {
  const own = printsOf(`${rule}\n${source}`);
  const known = own.get(subject);
  if (known !== undefined) return known;
  const named = `${rule}\n${source}\n${subject}`;
  const print = createHash('sha256').update(named).digest('hex').slice(0, 16);
  own.set(subject, print);
  printed += 1;
  return print;
}

function printsOf(key: string): Map<string, string> {
  if (printed >= MOST_PRINTS) [prints, printed] = [new Map<string, Map<string, string>>(), 0];
  const known = prints.get(key) ?? new Map<string, string>();
  prints.set(key, known);
  return known;
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

type SceneOf = (fact: Fact, change: Change | undefined) => Scene;

/** What a rule sees of a fact; made once for all rules that look through the same window and not at the clock. */
function openScenes(input: JudgeInput): (rule: Rule) => SceneOf {
  const known = new Map<string, Map<string, Scene>>();
  return (rule) => {
    const { windowMs, source, name } = rule.definition;
    const view = `${windowMs ?? ''} ${rule.clock ? name : ''}`;
    const scenes = known.get(view) ?? new Map<string, Scene>();
    known.set(view, scenes);
    const clock: Clock = rule.clock && rule.watches !== 'all' ? rule.watches : rule.clock;
    const names = windowMs === undefined ? [] : windowedNames(source);
    return (fact, change) => {
      const made = scenes.get(fact.subject);
      if (made !== undefined) return made;
      const seen = {
        now: fact.values,
        before: (change === undefined ? fact.values : change.before?.values) ?? {},
        subject: fact.subject,
        tenant: input.tenant,
        at: input.at,
      };
      const scene = throughWindow(openScene(seen, clock), windowMs, names, clock);
      scenes.set(fact.subject, scene);
      return scene;
    };
  };
}

function advance(
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

function alertOf(
  rule: Rule,
  scene: Scene,
  input: JudgeInput,
  life: Pick<Alert, 'state' | 'startsAt' | 'baseline'> & { firingAt?: Instant; clearSince?: Instant },
): Alert {
  const { definition } = rule;
  const severity = rule.severity(scene);
  const said = { tenant: scene.tenant, subject: scene.subject };
  return {
    fingerprint: fingerprintOf(definition.name, input.source, scene.subject),
    rule: definition.name,
    tenant: input.tenant,
    sourceKey: input.source,
    kind: definition.source,
    subject: scene.subject,
    severity,
    labels: {
      ...definition.labels,
      ...dimensionLabels(definition.by, scene.now),
      alertname: definition.name,
      severity,
      tenant: input.tenant,
      source: definition.source,
      subject: scene.subject,
    },
    summary: fillTemplate(definition.summary, scene.now, said),
    description: fillTemplate(definition.description, scene.now, said),
    runbook: definition.runbook,
    values: scene.now,
    because: because(rule, scene, severity),
    once: definition.once,
    ...life,
  };
}

/** What a rule keeps calls apart by, so that its alerts can be routed and grouped by it. */
function dimensionLabels(by: readonly Dimension[] | undefined, values: JsonObject): Labels {
  return Object.fromEntries(
    (by ?? []).flatMap((name) => {
      const value = values[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** `active, classification incident, status serviceDegradation → major`: what was decided on, with the values. */
function because(rule: Rule, scene: Scene, severity: string): string {
  const values = rule.reads.map((name) => {
    const value = scene.now[name];
    if (typeof value === 'boolean') return value ? name : `not ${name}`;
    return `${name} ${typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? 'unknown')}`.slice(
      0,
      80,
    );
  });
  return `${values.join(', ')} → ${severity}`;
}

/** Alerts whose subject is gone, or whose rule was taken out of the settings, are over. */
function orphans(input: JudgeInput): Transition[] {
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

function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? message).slice(0, 300);
}
