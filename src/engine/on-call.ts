import type { Desk } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import type { Clock } from '../lib/clock.js';
import type { Schedule } from '../model/schedule.js';
import { DAY } from '../model/time.js';
import type { Roster } from '../oncall/on-call.js';
import type { Store } from '../store/store.js';
import { pageByHand, type PagingDeps } from './page-by-hand.js';

export interface OnCallDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly schedules: () => readonly Schedule[];
  readonly roster: (since: number) => Promise<Roster>;
  /** The address of a schedule's iCalendar feed; absent where none is served. */
  readonly feed?: (schedule: string) => Promise<string>;
  /** Absent where nobody would be called: no Tocsin runs. */
  readonly paging?: PagingDeps;
}

/** A shift that is on may have begun long ago, by an override that is over. */
const PAST = 40 * DAY;

/** Who is on call, and how people change it. */
export function openOnCall(
  deps: OnCallDeps,
): Pick<Desk, 'onCall' | 'feed' | 'override' | 'endOverride' | 'page'> {
  const { store, clock } = deps;
  return {
    onCall: async () => ({
      schedules: deps.schedules(),
      roster: await deps.roster(clock.now() - PAST),
    }),
    feed: async (schedule) => deps.feed?.(schedule),
    override: (order, actor) => store.addOverride({ ...order, author: actor.name, at: clock.now() }),
    page: (order, actor) => {
      if (deps.paging === undefined)
        throw new Fault('command.not-found', 'No Tocsin runs that would call anybody.', {
          advice: 'Start it, or call them yourself.',
        });
      return pageByHand(order, actor, deps.paging);
    },
    async endOverride(id) {
      const known = (await store.overrides(clock.now() - PAST)).find((one) => one.id === id);
      if (known === undefined || !(await store.endOverride(id)))
        throw new Fault('command.not-found', `There is no override #${id}.`);
      return known;
    },
  };
}
