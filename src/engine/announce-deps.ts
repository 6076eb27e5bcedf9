import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Inhibition, MatchLabels, MuteTime } from '../model/silence.js';
import type { ChannelHealth, Delivery } from '../model/telling.js';
import type { DecidingStore } from '../store/store.js';
import type { ShiftDeps } from './shift-deps.js';
import type { Pace } from './pace.js';

/** What announcing needs; settings that a reload may change are functions. */
export interface AnnounceDeps {
  readonly store: DecidingStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
  readonly url: string;
  readonly matches: MatchLabels;
  readonly inhibitions: () => readonly Inhibition[];
  readonly muteTimes: () => readonly MuteTime[];
  readonly random: () => number;
  readonly measure: { delivered(delivery: Delivery): void };
  /** What platforms are known to take; absent where nothing is sent. */
  readonly pace?: Pace;
  /** Who stands in for a channel, and what wakes them; absent where nobody does. */
  readonly fallback?: {
    /** The channel that it names itself. */
    readonly of: (channel: string) => string | undefined;
    /** Whether a route that leads to it names one. */
    readonly routed: (channel: string) => boolean;
    readonly kick: (channels: readonly string[]) => Promise<void>;
  };
  /** What a notice of a change of shift is made of; absent where there are none. */
  readonly shifts?: ShiftDeps;
  /** The channel's state changed: let it be judged. */
  readonly onHealth: (health: ChannelHealth) => Promise<void>;
}
