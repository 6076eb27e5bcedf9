import type { Duration, Instant } from './time.js';

/** What came of the alerts of one rule that began to fire within one week: each counts once, but for `flapped`. */
export interface NoiseWeek {
  readonly from: Instant;
  readonly to: Instant;
  readonly fired: number;
  /** Somebody acknowledged, snoozed, noted or resolved. */
  readonly acted: number;
  /** Nobody acted, and a silence held it back. */
  readonly silenced: number;
  /** Nobody acted, and it is over. */
  readonly ignored: number;
  /** Nobody acted, and it still fires. */
  readonly open: number;
  /** Of an edge rule: there is nothing to act on. */
  readonly announced: number;
  /** How many of them were part of a coming and going. */
  readonly flapped: number;
}

export interface NoiseRow {
  readonly rule: string;
  /** Newest first. */
  readonly weeks: readonly NoiseWeek[];
  /** The subjects that fired most over all weeks. */
  readonly subjects: readonly { readonly subject: string; readonly fired: number }[];
  readonly suggestions: readonly Suggestion[];
}

/**
 * What a longer `for` or `keep` would have made of the history. Nothing is suggested that would have kept from anybody what
 * they acted on, or have delayed anything critical that it would have kept quiet.
 */
export interface Suggestion {
  readonly setting: 'for' | 'keep';
  /** The new value of the setting. */
  readonly ms: Duration;
  /** How many of the firings it would have spared. */
  readonly spared: number;
  readonly of: number;
}
