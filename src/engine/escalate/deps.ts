import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import type { Person } from '../../model/person.js';
import type { RouteNode } from '../../model/route.js';
import type { Escalation, Schedule } from '../../model/schedule.js';
import type { Inhibition, MatchLabels, MuteTime } from '../../model/silence.js';
import type { Roster } from '../../oncall/on-call.js';
import type { Store } from '../../store/store.js';

/** What escalating needs. The settings may be read anew at any time: each is asked for when it is needed. */
export interface EscalateDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly matches: MatchLabels;
  readonly root: () => RouteNode;
  readonly people: () => readonly Person[];
  readonly schedules: () => readonly Schedule[];
  readonly escalations: () => readonly Escalation[];
  /** Names of the channels that exist, people's own among them. */
  readonly reachable: () => ReadonlySet<string>;
  readonly roster: () => Promise<Roster>;
  readonly inhibitions: () => readonly Inhibition[];
  readonly muteTimes: () => readonly MuteTime[];
}
