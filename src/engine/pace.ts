import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { openBudget, type Budget } from '../lib/budget.js';
import type { Clock } from '../lib/clock.js';
import { isFault } from '../lib/fault.js';
import type { MessageRef } from '../model/telling.js';
import { MINUTE, SECOND, type Instant } from '../model/time.js';
import type { Act, Channel, Rate } from '../notify/adapter.js';

/** Why something waits although nobody refused it, and until when. */
export interface Wait {
  readonly until: Instant;
  readonly says: string;
}

/** The budgets of all platforms, as their adapters tell them: spent by whoever sends, asked by whoever is about to. */
export interface Pace {
  /** Undefined: now. `ahead` messages of the same kind wait before this one. */
  wait(channel: Channel, act: Act, ref: MessageRef | undefined, ahead?: number): Wait | undefined;
  /** The same channel; what it sends is counted. */
  over(channel: Channel): Channel;
  /** Why the channel is behind, where its waits have taken long together; undefined once it has caught up. */
  behind(channel: string): string | undefined;
  /** It waits until then. True when that has just become long. */
  waits(channel: string, wait: Wait): boolean;
  caughtUp(channel: string): void;
  /** Waits for a short while; false, and at once, when it is longer or the engine stops: then somebody has to come back. */
  rest(until: Instant): Promise<boolean>;
  /** Nobody rests any longer. */
  close(): void;
}

interface Scope {
  readonly budget: Budget;
  readonly longestMs: number;
  usedAt: Instant;
}

/** Scopes that nothing is counted in any more are forgotten from here on: there is one for each card. */
const MANY_SCOPES = 2_000;

/** A wait that is shorter is no news. */
export const NOTICED = 5 * SECOND;

/** A platform that has refused a burst is told no faster than it takes for so long. */
const STRICT = 10 * MINUTE;

/** Of real time: a channel's next message is nearer than the way through the queue and back. */
const SHORT = 2_500;

/** The budgets are those of one process: what several together send too much is refused, and waited for, as ever. */
export function openPace(clock: Clock, mayRest = false): Pace {
  const closing = new AbortController();
  // There is one listener for each channel that rests.
  setMaxListeners(0, closing.signal);
  const scopes = new Map<string, Scope>();
  /** By kind of channel: until when also rates that are eased are held to. */
  const strict = new Map<string, Instant>();
  const late = new Map<string, { readonly since: Instant; readonly says: string | undefined }>();

  function scopeOf({ scope, windows }: Rate): Scope {
    const known = scopes.get(scope) ?? {
      budget: openBudget(windows),
      longestMs: Math.max(...windows.map(({ perMs }) => perMs)),
      usedAt: 0,
    };
    scopes.set(scope, known);
    return known;
  }

  function forget(now: Instant): void {
    if (scopes.size < MANY_SCOPES) return;
    for (const [name, { usedAt, longestMs }] of scopes) if (usedAt + longestMs < now) scopes.delete(name);
  }

  /**
   * Counted from the moment of the answer, for the platform counts when the request arrives: on the way it may take any time, and
   * of two requests the second may be the faster.
   */
  async function spending<T>(kind: string, rates: readonly Rate[], send: () => Promise<T>): Promise<T> {
    const begun = clock.now();
    forget(begun);
    const spent = rates.map(scopeOf).map((scope) => Object.assign(scope, { usedAt: begun }));
    for (const { budget } of spent) budget.spend(begun);
    try {
      return await send();
    } catch (error) {
      if (isFault(error, 'channel.throttled')) strict.set(kind, clock.now() + STRICT);
      throw error;
    } finally {
      const ended = clock.now();
      for (const { budget } of spent) budget.moved(begun, ended);
    }
  }

  return {
    wait(channel, act, ref, ahead = 0) {
      const now = clock.now();
      let longest: Wait | undefined;
      const isStrict = (strict.get(channel.kind) ?? 0) > now;
      for (const rate of channel.rates?.(act, ref) ?? []) {
        if (rate.eased === true && !isStrict) continue;
        const until = scopeOf(rate).budget.freeAt(now, 1 + ahead);
        if (until > (longest?.until ?? now)) longest = { until, says: rate.says };
      }
      return longest;
    },
    over(channel) {
      const { kind, rates, update, thread } = channel;
      if (rates === undefined) return channel;
      return {
        ...channel,
        post: (message, before) =>
          spending(kind, rates('post', undefined), () => channel.post(message, before)),
        ...(update === undefined
          ? {}
          : { update: (ref, message) => spending(kind, rates('edit', ref), () => update(ref, message)) }),
        ...(thread === undefined
          ? {}
          : { thread: (ref, line) => spending(kind, rates('thread', ref), () => thread(ref, line)) }),
      };
    },
    behind: (channel) => late.get(channel)?.says,
    waits(channel, { until, says }) {
      const { since, says: before } = late.get(channel) ?? { since: clock.now(), says: undefined };
      const long = before ?? (until - since >= NOTICED ? says : undefined);
      late.set(channel, { since, says: long });
      return before === undefined && long !== undefined;
    },
    caughtUp: (channel) => void late.delete(channel),
    async rest(until) {
      const ms = Math.ceil(clock.real(until - clock.now()));
      if (!mayRest || ms > SHORT || closing.signal.aborted) return false;
      return setTimeout(Math.max(ms, 1), true, { signal: closing.signal }).catch(() => false);
    },
    close: () => closing.abort(),
  };
}
