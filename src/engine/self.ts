import type { Fact, SourceKey } from '../model/source.js';
import type { ChannelHealth } from '../model/telling.js';
import type { Poll } from '../sources/source.js';
import type { Committed } from '../store/store.js';
import { takeTurn } from './take-turn.js';
import { contextOf, type TurnDeps } from './turn-deps.js';

/** The tenant label of what concerns Tocsin as a whole. */
export const SELF = 'tocsin';
const SOURCE = 'tocsin/channels';

/** A turn about a channel: `channel:<name>`, judged and announced like any other fact. */
export async function observeChannel(health: ChannelHealth, deps: TurnDeps): Promise<Committed> {
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
  deps: TurnDeps,
): Promise<Committed> {
  const at = deps.clock.now();
  const poll: Poll = {
    observation: { kind: 'tocsin', at, coverage: 'partial', facts },
    memory: null,
    unchanged: false,
  };
  const { committed } = await takeTurn(deps.store, {
    context: contextOf({ source, tenant: SELF, kind: 'tocsin' }, at, deps),
    poll,
    outcome: { ok: true },
    // Tocsin's own first word about a channel is no baseline: it is news.
    seenAs: (known) => ({ ...known, fresh: false }),
  });
  return committed;
}
