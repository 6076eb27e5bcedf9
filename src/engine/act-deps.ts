import type { Clock } from '../lib/clock.js';
import type { DecidingStore } from '../store/store.js';

/** What acting on incidents and silences needs. */
export interface ActDeps {
  readonly store: DecidingStore;
  readonly clock: Clock;
  /** These channels have something to say now, and the escalations of these incidents to follow. */
  readonly kick: (channels: readonly string[], incidents: readonly number[]) => Promise<void>;
}
