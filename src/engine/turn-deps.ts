import type { Clock } from '../lib/clock.js';
import type { IncidentLife } from '../model/life.js';
import type { RouteNode } from '../model/route.js';
import type { MatchLabels } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import type { Rule } from '../rules/compile.js';
import type { DecidingStore } from '../store/store.js';
import type { TurnContext } from './turn.js';

/** What taking a turn needs, whoever it is about. */
export interface TurnDeps {
  readonly store: DecidingStore;
  readonly clock: Clock;
  readonly rules: () => readonly Rule[];
  readonly root: () => RouteNode;
  /** Names of all tenants. */
  readonly tenants?: () => readonly string[];
  readonly matches: MatchLabels;
  /** The `incidents` of the settings. */
  readonly life?: () => IncidentLife;
}

/** What a turn is judged and folded with, as the settings are now. */
export function contextOf(
  about: Pick<TurnContext, 'source' | 'tenant' | 'kind'>,
  at: Instant,
  { rules, root, tenants, matches, life }: TurnDeps,
): TurnContext {
  return {
    ...about,
    rules: rules(),
    root: root(),
    tenants: tenants?.() ?? [],
    matches,
    at,
    ...(life === undefined ? {} : { life: life() }),
  };
}
