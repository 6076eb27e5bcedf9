import { ENGINE, type Incident, type TimelineEntry } from '../../model/incident.js';
import type { EscalationState } from '../../model/page.js';
import type { Escalation } from '../../model/schedule.js';
import type { Instant } from '../../model/time.js';
import type { Call } from '../../oncall/escalate.js';
import type { Taken } from './steps.js';

/** `step 1 of 2 of voice, round 2`: what a call belongs to. */
export function stepWords(policy: Escalation, call: Call): string {
  if (call.reason === 'still-unresolved') return 'still not resolved';
  const round = call.round === 0 ? '' : `, round ${call.round + 1}`;
  return `step ${call.step + 1} of ${policy.steps.length} of ${policy.name}${round}`;
}

/** The line of the timeline that says who was called, or why nobody was. */
export function calledLine(
  policy: Escalation,
  { call, reached: { people, channel, nobody } }: Taken,
  incident: Incident,
  at: Instant,
): TimelineEntry {
  const who =
    channel === undefined
      ? people.map(({ name, why }) => `${name} (${why})`).join(', ')
      : `the channel ${channel}`;
  const { done, vain } = wordsOf(policy, call, who);
  return nobody === undefined
    ? line(incident, at, 'called', done)
    : line(incident, at, 'not-called', `${vain}: ${nobody}.`);
}

function wordsOf(policy: Escalation, call: Call, who: string): { done: string; vain: string } {
  if (call.reason === 'still-unresolved')
    return {
      done: `Reminded ${who}: still not resolved.`,
      vain: 'Nobody was reminded that it is still not resolved',
    };
  const step = stepWords(policy, call);
  return { done: `Called ${who}: ${step}.`, vain: `Nobody was called at ${step}` };
}

/** One more has acknowledged, and more have to; no line when nothing of that is new. */
export function countLines(
  before: EscalationState,
  { state, needed, acknowledgedBy: by, escalation }: EscalationState,
  acknowledged: readonly string[],
  incident: Incident,
  at: Instant,
): readonly TimelineEntry[] {
  if (needed === undefined || state === 'acknowledged' || by === '' || by === before.acknowledgedBy)
    return [];
  const text = `${acknowledged.length} of ${needed} have acknowledged (${by}): ${escalation} goes on.`;
  return [line(incident, at, 'called', text)];
}

function line({ id }: Incident, at: Instant, kind: 'called' | 'not-called', text: string): TimelineEntry {
  return { incident: id, seq: 0, at, kind, actor: ENGINE, text, thread: true };
}
