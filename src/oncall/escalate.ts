import type { Incident } from '../model/incident.js';
import type { Escalation, EscalationStep, StepTarget } from '../model/schedule.js';
import type { EscalationState } from '../model/page.js';
import { isWorse } from '../model/severity.js';
import type { Instant } from '../model/time.js';

/** Somebody to be told, once for each key. */
export interface Call {
  readonly key: string;
  readonly target: StepTarget | { readonly kind: 'holder'; readonly name: string };
  readonly at: Instant;
  readonly reason: 'step' | 'still-unresolved';
  readonly round: number;
  readonly step: number;
}

export interface Advance {
  readonly state: EscalationState;
  readonly calls: readonly Call[];
  /** Why it stands where it stands, in words. */
  readonly detail: string;
}

/** The escalation of an incident that has none yet. */
export function begin(incident: Incident, escalation: string, now: Instant): EscalationState {
  return {
    incident: incident.id,
    escalation,
    run: 1,
    ...atFirstStep(incident, now),
  };
}

function atFirstStep(
  { severity }: Incident,
  now: Instant,
): Omit<EscalationState, 'incident' | 'escalation' | 'run'> {
  return { round: 0, step: 0, dueAt: now, startedAt: now, state: 'running', severity, acknowledgedBy: '' };
}

/**
 * What an escalation should do now: the one step that is due, or nothing. A step that comes late is not skipped, and the next
 * one still waits its whole time: whoever is called gets it. Asked again at the same instant it does nothing more.
 * `acknowledged` are the different people who did in this run: they count where the policy wants more than one.
 */
export function advance(
  policy: Escalation,
  before: EscalationState,
  incident: Incident,
  now: Instant,
  acknowledged: readonly string[] = [],
): Advance {
  const state = follow(withNeeds(policy, before), incident, now, acknowledged);
  if (state.state === 'over') return { state, calls: [], detail: 'the incident is resolved' };
  if (state.state === 'acknowledged') return remind(policy, state, incident, now);
  if (state.state === 'exhausted')
    return { state, calls: [], detail: 'every step has run and nobody acknowledged' };
  if (now < state.dueAt)
    return {
      state,
      calls: [],
      detail: `step ${state.step + 1} is due at ${new Date(state.dueAt).toISOString()}`,
    };
  return take(policy, state, now);
}

/** The incident as it is now decides whether the escalation runs, has stopped, or begins anew. */
function follow(
  before: EscalationState,
  incident: Incident,
  now: Instant,
  acknowledged: readonly string[],
): EscalationState {
  if (incident.state === 'resolved') return before.state === 'over' ? before : { ...before, state: 'over' };
  if (before.state === 'over') return anew(before, incident, now);
  if (isWorse(incident.severity, before.severity)) return anew(before, incident, now);
  // An acknowledgement from before this run was of something milder.
  if (incident.state === 'acknowledged' && (incident.acknowledgedAt ?? now) >= before.startedAt)
    return acknowledged.length < (before.needed ?? 1) && before.needed !== undefined
      ? goOn(before, acknowledged)
      : acknowledge(before, incident, now);
  // Given back: whoever had it has it no longer, and it begins with the first step.
  if (before.state === 'acknowledged') return anew(before, incident, now);
  return before.acknowledgedBy === '' ? before : { ...before, acknowledgedBy: '' };
}

/** Somebody has it, and more have to: it goes on from where it is. */
function goOn(before: EscalationState, acknowledged: readonly string[]): EscalationState {
  return before.state === 'acknowledged' ? before : { ...before, acknowledgedBy: acknowledged.join(', ') };
}

function withNeeds({ acknowledgements = 1 }: Escalation, before: EscalationState): EscalationState {
  const { needed: _, ...rest } = before;
  return acknowledgements > 1 ? { ...rest, needed: acknowledgements } : rest;
}

function acknowledge(before: EscalationState, incident: Incident, now: Instant): EscalationState {
  if (before.state === 'acknowledged') return before;
  return {
    ...before,
    state: 'acknowledged',
    acknowledgedBy: incident.acknowledgedBy ?? '',
    remindedAt: incident.acknowledgedAt ?? now,
  };
}

function anew(before: EscalationState, incident: Incident, now: Instant): EscalationState {
  const { remindedAt: _, ...rest } = before;
  return {
    ...rest,
    run: before.run + 1,
    ...atFirstStep(incident, now),
  };
}

function take(policy: Escalation, state: EscalationState, now: Instant): Advance {
  const step = policy.steps[state.step];
  if (step === undefined)
    return {
      state: { ...state, state: 'exhausted' },
      calls: [],
      detail: 'the escalation has no such step any more',
    };
  const calls = step.notify.map((target): Call => ({
    key: `${state.incident}/${state.run}/${state.round}/${state.step}/${target.kind}:${target.name}`,
    target,
    at: now,
    reason: 'step',
    round: state.round,
    step: state.step,
  }));
  return {
    state: afterStep(policy, step, state, now),
    calls,
    detail: `step ${state.step + 1} of ${policy.steps.length}, round ${state.round + 1} of ${policy.repeat + 1}`,
  };
}

function afterStep(
  policy: Escalation,
  step: EscalationStep,
  state: EscalationState,
  now: Instant,
): EscalationState {
  const dueAt = now + step.wait;
  if (state.step + 1 < policy.steps.length) return { ...state, step: state.step + 1, dueAt };
  if (state.round < policy.repeat) return { ...state, round: state.round + 1, step: 0, dueAt };
  return { ...state, step: state.step + 1, dueAt, state: 'exhausted' };
}

function remind(policy: Escalation, state: EscalationState, incident: Incident, now: Instant): Advance {
  if (incident.snoozedUntil !== undefined)
    return { state, calls: [], detail: `snoozed until ${new Date(incident.snoozedUntil).toISOString()}` };
  const last = state.remindedAt ?? incident.acknowledgedAt ?? state.startedAt;
  if (policy.renotify === undefined || now < last + policy.renotify)
    return { state, calls: [], detail: `acknowledged by ${state.acknowledgedBy}` };
  const holder = incident.acknowledgedBy ?? '';
  return {
    state: { ...state, remindedAt: now },
    calls: [
      {
        key: `${state.incident}/${state.run}/renotify/${last + policy.renotify}`,
        target: { kind: 'holder', name: holder },
        at: now,
        reason: 'still-unresolved',
        round: state.round,
        step: state.step,
      },
    ],
    detail: `acknowledged by ${holder} and still not resolved`,
  };
}

/** What an escalation should have done by now and has not: for the proof that it runs. Milliseconds overdue, 0 when it is in time. */
export function overdueBy(state: EscalationState, incident: Incident, now: Instant): number {
  const calls =
    incident.state === 'open' || (incident.state === 'acknowledged' && state.needed !== undefined);
  return state.state === 'running' && calls ? Math.max(0, now - state.dueAt) : 0;
}

/** The same for the reminder of whoever has it. */
export function reminderOverdueBy(
  { renotify }: Escalation,
  { state, remindedAt, startedAt }: EscalationState,
  { state: incident, snoozedUntil, acknowledgedAt }: Incident,
  now: Instant,
): number {
  if (state !== 'acknowledged' || incident !== 'acknowledged') return 0;
  if (renotify === undefined || snoozedUntil !== undefined) return 0;
  return Math.max(0, now - ((remindedAt ?? acknowledgedAt ?? startedAt) + renotify));
}
