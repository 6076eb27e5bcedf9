import type { Fact, SourceKey } from '../model/source.js';
import type { ChannelHealth } from '../model/telling.js';
import type { Poll } from '../sources/source.js';
import type { Committed, DecidingStore } from '../store/store.js';
import type { Clock } from '../lib/clock.js';
import type { MatchLabels } from '../model/silence.js';
import type { IncidentLife } from '../model/life.js';
import type { RouteNode } from '../model/route.js';
import type { Rule } from '../rules/compile.js';
import { takeTurn } from './take-turn.js';

/** The tenant label of what concerns Tocsin as a whole. */
export const SELF = 'tocsin';
const SOURCE = 'tocsin/channels';

export interface SelfDeps {
  readonly store: DecidingStore;
  readonly clock: Clock;
  readonly rules: () => readonly Rule[];
  readonly root: () => RouteNode;
  readonly tenants?: () => readonly string[];
  readonly matches: MatchLabels;
  readonly life?: () => IncidentLife;
}

/** A turn about a channel: `channel:<name>`, judged and announced like any other fact. */
export async function observeChannel(health: ChannelHealth, deps: SelfDeps): Promise<Committed> {
  const fact: Fact = {
    subject: `channel:${health.channel}`,
    kind: 'tocsin',
    values: { type: 'channel', channel: health.channel, state: health.state, reason: health.reason },
  };
  return observeSelf(SOURCE, [fact], deps);
}

/** A turn about Tocsin itself: facts of its own, of one of its own sources. */
export async function observeSelf(
  source: SourceKey,
  facts: readonly Fact[],
  deps: SelfDeps,
): Promise<Committed> {
  const at = deps.clock.now();
  const poll: Poll = {
    observation: { kind: 'tocsin', at, coverage: 'partial', facts },
    memory: null,
    unchanged: false,
  };
  const { committed } = await takeTurn(deps.store, {
    context: {
      source,
      tenant: SELF,
      kind: 'tocsin',
      rules: deps.rules(),
      root: deps.root(),
      tenants: deps.tenants?.() ?? [],
      matches: deps.matches,
      at,
      ...(deps.life === undefined ? {} : { life: deps.life() }),
    },
    poll,
    outcome: { ok: true },
    // Tocsin's own first word about a channel is no baseline: it is news.
    seenAs: (known) => ({ ...known, fresh: false }),
  });
  return committed;
}
