import type { Clock } from '../../lib/clock.js';
import { DAY, type Instant } from '../../model/time.js';
import type { Sandbox } from '../sandbox.js';
import type { HealthSnapshot } from '../state/health.js';
import { openTimeline, openWorld, type Step } from '../state/world.js';
import type { GraphMessage } from '../state/wire.js';
import { callControl } from './call-control.js';
import { calls } from './calls.js';
import { cqd } from './cqd.js';
import { exchange } from './exchange.js';
import { history } from './history.js';
import { insights } from './insights.js';
import { messageCenter } from './message-center.js';
import { intune, oneDrive, quietOnes, sharePoint } from './others.js';
import { services } from './services.js';
import { teams } from './teams.js';

/** What happens in the scripted week, as data: the same start gives the same week to the millisecond. */
export interface Week {
  readonly start: Instant;
  readonly end: Instant;
  /** In order of time; those before `start` are the past that the tenant brings along. */
  readonly steps: readonly Step[];
}

const PARTS = [
  services,
  history,
  intune,
  exchange,
  teams,
  callControl,
  sharePoint,
  oneDrive,
  quietOnes,
  messageCenter,
  calls,
  cqd,
  insights,
];

export function scriptedWeek(start: Instant): Week {
  const steps = PARTS.flatMap((part) => part(start)).sort((a, b) => a.at - b.at);
  return { start, end: start + 7 * DAY, steps };
}

export interface WeekState {
  readonly health: HealthSnapshot;
  readonly messages: readonly GraphMessage[];
}

/** What the APIs show at an instant of the week. */
export function stateAt(week: Week, now: Instant): WeekState {
  const world = openWorld(() => now);
  const timeline = openTimeline();
  timeline.add(week.steps);
  timeline.advance(world, now);
  return { health: world.health.snapshot(), messages: world.messages.snapshot() };
}

/** Plays the week into the sandbox from the clock's present on. Nothing runs for it: changes happen when somebody looks. */
export function playWeek(sandbox: Sandbox, clock: Clock = sandbox.clock): Week {
  const week = scriptedWeek(clock.now());
  sandbox.script(week.steps, clock);
  return week;
}
