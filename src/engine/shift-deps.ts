import type { RouteNode } from '../model/route.js';
import type { Schedule } from '../model/schedule.js';
import type { MatchLabels } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import type { Roster } from '../oncall/on-call.js';

/** What a notice of a change of shift is made of. */
export interface ShiftDeps {
  readonly schedules: () => readonly Schedule[];
  /** With the overrides that ended after an instant. */
  readonly roster: (since: Instant) => Promise<Roster>;
  readonly root: () => RouteNode;
  readonly tenants: () => readonly string[];
  readonly matches: MatchLabels;
}
