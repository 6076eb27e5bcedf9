import type { ChannelHealth } from '../model/telling.js';
import { SECOND, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import type { AnnounceDeps } from './announce-deps.js';
import { leaseChannel, type ChannelLease } from './channel-lease.js';
import { faultOf, ifIll, noteHealth } from './failed.js';
import { fallBack, hasStandIn } from './fall-back.js';
import type { Waits } from './paced.js';
import { tell } from './tell.js';

const BATCH = 50;

/**
 * Tells one channel everything that is due, in order: worst first, then oldest. Safe to run at any time and twice: each
 * row is decided afresh on the incident as it is and on what the channel was last told. Resolves with the instant at which
 * the next row is due, if there is one.
 */
export async function drainChannel(channel: Channel, deps: AnnounceDeps): Promise<Instant | undefined> {
  const { store, clock } = deps;
  const lease = await leaseChannel(channel, deps);
  if (lease === undefined) return clock.now() + SECOND;
  try {
    const health = (await store.channels()).find((known) => known.channel === channel.name);
    if (health?.retryAt !== undefined && health.retryAt > clock.now()) {
      await fallBack(channel, await dueTopics(channel, deps), health, deps);
      return health.retryAt;
    }
    await fallBackFromCarrier(channel, health, deps);
    const paced = await drain(deps.pace?.over(channel) ?? channel, deps, health, lease);
    const next = (await store.waiting()).find((waiting) => waiting.channel === channel.name)?.dueAt;
    return next === undefined ? undefined : Math.max(next, paced ?? next);
  } finally {
    await lease.release();
  }
}

async function drain(
  channel: Channel,
  deps: AnnounceDeps,
  health: ChannelHealth | undefined,
  lease: ChannelLease,
): Promise<Instant | undefined> {
  let known = health;
  const waits: Waits = { edits: 0 };
  for (;;) {
    const rows = await deps.store.due(channel.name, deps.clock.now(), BATCH);
    if (rows.length === 0) {
      deps.pace?.caughtUp(channel.name);
      return undefined;
    }
    for (const row of rows) {
      if (!lease.isMine()) return undefined;
      const result = ifIll(known, await tell(channel, row, waits, deps));
      if (result.paced !== undefined) {
        if ((await deps.pace?.rest(result.paced)) !== true) return result.paced;
        // What came meanwhile may be worse than what was next.
        break;
      }
      known = await noteHealth(channel, known, result, deps);
      // A channel that throttles or refuses is left alone until it may work again; the rows keep their order.
      if (result.fault !== undefined && result.fault !== 'none-sent')
        await fallBack(channel, [row.topic], known, deps, result.fault);
      if (result.stop) {
        await fallBack(channel, await dueTopics(channel, deps), known, deps, faultOf(result));
        return undefined;
      }
    }
  }
}

/** An outage may be long: everything that waits is told elsewhere, and not only the next few. */
const WAITING = 2_000;

async function dueTopics(channel: Channel, deps: AnnounceDeps): Promise<readonly string[]> {
  if (!hasStandIn(channel.name, deps)) return [];
  return (await deps.store.due(channel.name, deps.clock.now(), WAITING)).map(({ topic }) => topic);
}

/** What carries the channel may be down although it takes messages: nobody sees them then. */
async function fallBackFromCarrier(
  channel: Channel,
  health: ChannelHealth | undefined,
  deps: AnnounceDeps,
): Promise<void> {
  if (channel.kind === 'teams') await fallBack(channel, await dueTopics(channel, deps), health, deps);
}
