import type { Incident } from '../../model/incident.js';
import type { EscalationState } from '../../model/page.js';
import type { Escalation } from '../../model/schedule.js';
import type { Instant } from '../../model/time.js';
import { advance, type Call } from '../../oncall/escalate.js';
import type { Reached } from '../../oncall/resolve-target.js';

/** A call that was due, and whom it reaches. */
export interface Taken {
  readonly call: Call;
  readonly reached: Reached;
}

/** A step that reaches nobody is followed at once by the next; an escalation of such steps alone ends. */
const MOST_EMPTY = 64;

/** An escalation begins when its incident's first card is told: both wait for the group. */
export function beginsAt({ openedAt, destinations }: Incident): Instant {
  return (
    openedAt + (destinations.length === 0 ? 0 : Math.min(...destinations.map(({ groupWait }) => groupWait)))
  );
}

/** Whom an escalation calls by now, and where it stands then. `acknowledged` are the people who did in this run. */
export function owedSteps(
  policy: Escalation,
  before: EscalationState,
  incident: Incident,
  now: Instant,
  acknowledged: readonly string[],
  reach: (call: Call) => Reached,
): { readonly state: EscalationState; readonly taken: readonly Taken[] } {
  const taken: Taken[] = [];
  let state = before;
  for (let empty = 0; empty < MOST_EMPTY; empty += 1) {
    const step = advance(policy, state, incident, now, acknowledged);
    const called = step.calls.map((call) => ({ call, reached: reach(call) }));
    taken.push(...called);
    state = step.state;
    if (called.length === 0 || called.some(reachesSomebody) || state.state !== 'running') break;
    state = { ...state, dueAt: now };
  }
  return { state, taken };
}

function reachesSomebody({ reached: { people, channel } }: Taken): boolean {
  return people.length > 0 || channel !== undefined;
}
