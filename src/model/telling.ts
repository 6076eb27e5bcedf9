import type { Json } from './json.js';
import type { Instant } from './time.js';

/**
 * The platform's own address of a message (Slack: channel and ts; Teams: conversation and activity id). Opaque outside its
 * adapter, stored as JSON.
 */
export type MessageRef = Json;

/** `incident:<id>` or `summary:<source key>`: what one card is about. */
export type Topic = string;

/** A wish to tell a channel something: stored in the same transaction as the reason for it. */
export interface OutboxRow {
  readonly topic: Topic;
  readonly channel: string;
  /** Not before this. */
  readonly dueAt: Instant;
  /** When the change that it tells was seen: a message sent long after this says that it is late. */
  readonly changedAt: Instant;
  /** Lower first: critical 0 … info 3. */
  readonly priority: number;
  /** Failed attempts in a row. */
  readonly attempts: number;
  readonly lastError?: string;
  /** Given by the store with each enqueuing: tells a row that was enqueued again since it was read. Ignored on writing. */
  readonly stamp?: number;
}

/** What a channel was last told about a topic. */
export interface Telling {
  readonly topic: Topic;
  readonly channel: string;
  /**
   * `sending`: an attempt was begun and its outcome is not noted: after a crash or a time-out nobody knows whether the
   * message exists. `told`: `ref` is the living message.
   */
  readonly state: 'sending' | 'told';
  readonly ref?: MessageRef;
  /** The revision the card shows. */
  readonly revision: number;
  /** The last timeline line told in the thread. */
  readonly threadSeq: number;
  /** `firing` or `resolved` as last told: a channel that cannot edit is told again only when this changes. */
  readonly status: string;
  /** Fingerprints of the firing alerts as last told. */
  readonly firing: readonly string[];
  readonly firstAt?: Instant;
  /** When it last made a noise (a post or a reminder; an edit makes none). */
  readonly lastAt?: Instant;
  /** When the attempt now under way was begun. */
  readonly attemptAt?: Instant;
}

/**
 * One attempt and its outcome: the log that `deliveries` and `explain` read. `held`: it waits, and is decided again; `not-told`: it
 * was decided that this channel is not told.
 */
export interface Delivery {
  readonly at: Instant;
  readonly channel: string;
  readonly topic: Topic;
  readonly action: 'post' | 'edit' | 'thread' | 'find' | 'none';
  readonly outcome: 'accepted' | 'throttled' | 'refused' | 'failed' | 'unknown' | 'held' | 'not-told';
  /** Why it was to be sent, or why it was not: the decision. */
  readonly reason: string;
  /** What came back from a channel that did not take it. */
  readonly answer?: string;
  /** When it will be looked at or tried again, when that is known. */
  readonly until?: Instant;
  readonly durationMs: number;
  readonly lateMs: number;
}

/** How a channel is doing. */
export interface ChannelHealth {
  readonly channel: string;
  readonly state: 'ok' | 'throttled' | 'broken';
  readonly since: Instant;
  readonly reason: string;
  /** Nothing is sent before this. */
  readonly retryAt?: Instant;
  readonly failures: number;
}
