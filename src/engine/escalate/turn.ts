import type { Incident } from '../../model/incident.js';
import { pageTopic, type EscalationState, type Page } from '../../model/page.js';
import type { Escalation } from '../../model/schedule.js';
import type { OutboxRow } from '../../model/telling.js';
import type { Instant } from '../../model/time.js';
import type { Call } from '../../oncall/escalate.js';
import type { Reached } from '../../oncall/resolve-target.js';
import type { EscalationTurn } from '../../store/store.js';
import { outboxOf } from '../outbox-rows.js';
import { pagesFor, type Directory } from './pages.js';
import { owedSteps } from './steps.js';
import { calledLine, countLines } from './words.js';

/** There is nothing left to do for as long as nothing changes. */
export const NEVER: Instant = Date.UTC(9999, 0);

interface EscalationTurnInput extends Directory {
  readonly policy: Escalation;
  readonly before: EscalationState;
  /** `EscalationRow.version` of `before`; 0 for one that is not in the record yet. */
  readonly version: number;
  readonly incident: Incident;
  /** The people who acknowledged in this run, where one is not enough. */
  readonly acknowledged: readonly string[];
  readonly reach: (call: Call) => Reached;
  readonly now: Instant;
}

/** Everything that one escalation owes by now, as one value to commit: whom it calls, its pages, and what is said of it. Pure. */
export function escalationTurn(input: EscalationTurnInput): EscalationTurn {
  const { policy, before, version, incident, acknowledged, reach, now } = input;
  const { state, taken } = owedSteps(policy, before, incident, now, acknowledged, reach);
  const pages = taken.flatMap((each) => pagesFor(policy, each, incident, input));
  return {
    state,
    version,
    wakeAt: wakeOf(policy, state, incident),
    pages,
    timeline: [
      ...countLines(before, state, acknowledged, incident, now),
      ...taken.map((each) => calledLine(policy, each, incident, now)),
    ],
    outbox: [
      ...pages.filter((page) => page.state === 'waiting').map(rowOf),
      // Whoever looks at the card's thread sees who is being called.
      ...(taken.length === 0 ? [] : outboxOf(incident, now)),
    ],
  };
}

function wakeOf({ renotify }: Escalation, state: EscalationState, { snoozedUntil }: Incident): Instant {
  if (state.state === 'running') return state.dueAt;
  if (state.state === 'acknowledged' && renotify !== undefined)
    return Math.max((state.remindedAt ?? state.startedAt) + renotify, snoozedUntil ?? 0);
  return NEVER;
}

function rowOf({ key, channel, dueAt }: Page): OutboxRow {
  return { topic: pageTopic(key), channel, dueAt, changedAt: dueAt, priority: 0, attempts: 0 };
}
