import { faultLine } from '../lib/fault.js';
import type { Http } from '../lib/http.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Json } from '../model/json.js';
import type { ChannelHealth } from '../model/telling.js';
import { MINUTE, SECOND, type Duration, type Instant } from '../model/time.js';
import type { SourceRow, Store } from '../store/store.js';

/** Somebody else's service that misses a beat: healthchecks.io, Uptime Kuma, a dead man's switch. */
export interface HeartbeatDeps {
  /** Undefined: nobody waits for a beat. */
  readonly heartbeat: () => { readonly url: string } | undefined;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly http: Pick<Http, 'request'>;
  readonly sources: () => readonly Polled[];
}

interface Polled {
  readonly key: string;
  readonly everyMs: Duration;
}

/** How the last minute went: for `doctor`. */
interface Beat {
  readonly at: Instant;
  readonly ok: boolean;
  /** Why it was not sent, or what came back. */
  readonly detail: string;
}

const KEY = 'heartbeat';
/** What is due may wait this long before nobody can be said to be at work on it. */
const STANDS_STILL: Duration = 5 * MINUTE;

/**
 * Called once a minute when the audit has passed: beats when messages leave and sources are asked, as they should, and is silent
 * otherwise, so that whoever waits for the beat calls. `stuck` is how many escalations stand still.
 */
export async function beat(stuck: number, deps: HeartbeatDeps): Promise<Beat | undefined> {
  const target = deps.heartbeat();
  if (target === undefined) return undefined;
  const { store, clock, log } = deps;
  const now = clock.now();
  const why = whyNot({
    now,
    stuck,
    sources: deps.sources(),
    polled: await store.sources(),
    waiting: await store.waiting(),
    channels: await store.channels(),
  });
  const done = why === undefined ? await send(target.url, now, deps) : { at: now, ok: false, detail: why };
  if (!done.ok) log.error({ reason: done.detail }, 'no heartbeat was sent');
  const kept: Json = { ...done };
  await store.put(KEY, kept);
  return done;
}

async function send(url: string, now: Instant, { http }: HeartbeatDeps): Promise<Beat> {
  try {
    await http.request({ url, timeoutMs: 10 * SECOND, maxBytes: 64_000 });
    return { at: now, ok: true, detail: 'answered' };
  } catch (error) {
    // The path is the password of such services.
    return { at: now, ok: false, detail: faultLine(error).replaceAll(new URL(url).pathname, '/…') };
  }
}

interface Signs {
  readonly now: Instant;
  readonly stuck: number;
  readonly sources: readonly Polled[];
  readonly polled: readonly Pick<SourceRow, 'source' | 'polledAt'>[];
  readonly waiting: readonly { readonly channel: string; readonly dueAt: Instant }[];
  readonly channels: readonly Pick<ChannelHealth, 'channel' | 'state' | 'retryAt'>[];
}

/** Why this is no working Tocsin; undefined when it is one. A source that is refused or a channel that is broken has its own alarm. */
export function whyNot({ now, stuck, sources, polled, waiting, channels }: Signs): string | undefined {
  if (stuck > 0) return `${stuck} escalations stand still`;
  const asked = new Map(polled.map(({ source, polledAt }) => [source, polledAt]));
  const late = sources.filter(({ key, everyMs }) => {
    const at = asked.get(key);
    return at !== undefined && now - at > 3 * everyMs + STANDS_STILL;
  });
  if (late.length > 0) return `${late.map(({ key }) => key).join(', ')}: not polled in time`;
  const resting = new Set(
    channels
      .filter(({ state, retryAt }) => state !== 'ok' || (retryAt ?? 0) > now)
      .map(({ channel }) => channel),
  );
  const stopped = waiting.filter(({ channel, dueAt }) => now - dueAt > STANDS_STILL && !resting.has(channel));
  if (stopped.length > 0) return `${stopped.map(({ channel }) => channel).join(', ')}: not told in time`;
  return undefined;
}

/** The last beat that was tried, as `doctor` tells it. */
export async function lastBeat(store: Pick<Store, 'get'>): Promise<Beat | undefined> {
  const kept = await store.get(KEY);
  if (typeof kept !== 'object' || kept === null) return undefined;
  if (!('at' in kept) || !('ok' in kept) || !('detail' in kept)) return undefined;
  const { at, ok, detail } = kept;
  return typeof at === 'number' && typeof ok === 'boolean' && typeof detail === 'string'
    ? { at, ok, detail }
    : undefined;
}
