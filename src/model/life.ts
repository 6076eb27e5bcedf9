import { HOUR, MINUTE, type Duration } from './time.js';

/** What counts as flapping. */
export interface FlapSettings {
  /** An alert that begins to fire this often … */
  readonly fires: number;
  /** … within this time flaps, */
  readonly withinMs: Duration;
  /** until it has neither come nor gone for this long. */
  readonly calmMs: Duration;
  /** Meanwhile its card is brought up to date this often at most. */
  readonly showMs: Duration;
}

/** How incidents live: the `incidents` of the settings. */
export interface IncidentLife {
  /** An alert that fires again within this time of the resolution reopens the same incident. */
  readonly reopenWithinMs: Duration;
  readonly flapping: FlapSettings;
}

export const LIFE_DEFAULTS: IncidentLife = {
  reopenWithinMs: HOUR,
  flapping: { fires: 4, withinMs: HOUR, calmMs: 30 * MINUTE, showMs: 15 * MINUTE },
};
