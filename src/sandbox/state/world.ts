import type { Instant } from '../../model/time.js';
import { openJobs, type CqdJobs } from '../cqd/jobs.js';
import { openInsightsState, type InsightsState } from '../partner/state.js';
import { openCalls, type CallState } from './calls.js';
import { openHealth, type HealthState } from './health.js';
import { openMessages, type MessageState } from './messages.js';

/** Everything the APIs show. A new API adds its state here. */
export interface World {
  readonly health: HealthState;
  readonly messages: MessageState;
  readonly insights: InsightsState;
  readonly cqd: CqdJobs;
  readonly calls: CallState;
}

/** `settle` is called before anything is read, so that scripted changes that are due have happened. */
export function openWorld(now: () => Instant, settle: () => void = () => undefined): World {
  return {
    health: openHealth(now, settle),
    messages: openMessages(now, settle),
    insights: openInsightsState(now, settle),
    cqd: openJobs(now, settle),
    calls: openCalls(now, settle),
  };
}

/** One scripted change. */
export interface Step {
  readonly at: Instant;
  /** For people: `EX1184213 becomes an incident`. */
  readonly what: string;
  apply(world: World): void;
}

/** Steps that wait for their time. */
export interface Timeline {
  /** Steps of several calls are merged by time; steps of one instant keep their order. */
  add(steps: readonly Step[]): void;
  /** Applies, in order, every step due at `now`. */
  advance(world: World, now: Instant): void;
}

export function openTimeline(): Timeline {
  let waiting: readonly Step[] = [];
  return {
    add: (steps) => {
      waiting = [...waiting, ...steps].sort((a, b) => a.at - b.at);
    },
    advance: (world, now) => {
      const firstLater = waiting.findIndex((step) => step.at > now);
      const due = firstLater === -1 ? waiting : waiting.slice(0, firstLater);
      // Taken out first: a step that reads the world comes back here.
      waiting = waiting.slice(due.length);
      for (const step of due) step.apply(world);
    },
  };
}
