import type { ChannelHealth } from '../model/telling.js';
import type { Poll } from '../sources/source.js';
import type { Store, Committed } from '../store/store.js';
import type { Clock } from '../lib/clock.js';
import type { MatchLabels } from '../model/silence.js';
import type { RouteNode } from '../model/route.js';
import type { Rule } from '../rules/compile.js';
import { isFault } from '../lib/fault.js';
import { affectedBy, foldTurn, judgeTurn } from './turn.js';

/** The tenant label of what concerns Tocsin as a whole. */
export const SELF = 'tocsin';
const SOURCE = 'tocsin/channels';

export interface SelfDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly rules: () => readonly Rule[];
  readonly root: () => RouteNode;
  readonly matches: MatchLabels;
}

const TRIES = 6;

/** A turn about a channel: `channel:<name>`, judged and announced like any other fact. */
export async function observeChannel(health: ChannelHealth, deps: SelfDeps): Promise<Committed> {
  const at = deps.clock.now();
  const poll: Poll = {
    observation: {
      kind: 'tocsin',
      at,
      coverage: 'partial',
      facts: [
        {
          subject: `channel:${health.channel}`,
          kind: 'tocsin',
          values: { type: 'channel', channel: health.channel, state: health.state, reason: health.reason },
        },
      ],
    },
    memory: null,
    unchanged: false,
  };
  for (let attempt = 1; ; attempt += 1) {
    const known = await deps.store.known(SOURCE);
    const judged = judgeTurn(
      { ...known, fresh: false },
      poll,
      { ok: true },
      {
        source: SOURCE,
        tenant: SELF,
        kind: 'tocsin',
        rules: deps.rules(),
        root: deps.root(),
        matches: deps.matches,
        at,
      },
    );
    const affected = affectedBy(judged);
    try {
      return await deps.store.commit(
        foldTurn(judged, affected === undefined ? [] : await deps.store.affected(affected)),
      );
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
    }
  }
}
