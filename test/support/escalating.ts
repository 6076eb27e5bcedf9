import type { EscalateDeps } from '../../src/engine/escalate/deps.js';
import type { Escalation, Schedule } from '../../src/model/schedule.js';
import { aRoster } from './on-call.js';
import type { World } from './world.js';

/** What escalating needs, in a world: its record and its clock; everybody who is listed may be on call. */
export function escalating(
  world: World,
  given: {
    readonly people: EscalateDeps['people'];
    readonly schedules?: readonly Schedule[];
    readonly escalations: readonly Escalation[];
    /** Names of the channels that exist. */
    readonly reachable: readonly string[];
  },
): EscalateDeps {
  const { store } = world;
  const { clock, log, matches } = world.announceDeps;
  return {
    store,
    clock,
    log,
    matches,
    root: () => world.set.root,
    people: given.people,
    schedules: () => given.schedules ?? [],
    escalations: () => given.escalations,
    reachable: () => new Set(given.reachable),
    inhibitions: () => [],
    muteTimes: () => [],
    roster: async () =>
      aRoster(
        given.people().map(({ name }) => name),
        await store.overrides(world.now()),
      ),
  };
}
