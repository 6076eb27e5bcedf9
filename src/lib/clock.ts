/**
 * The engine's time. In production it is the wall clock; the demo's runs faster, the tests' stands still until it is told
 * to move.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long to really wait for `ms` of this clock to pass. */
  real(ms: number): number;
}

export const wallClock: Clock = { now: () => Date.now(), real: (ms) => ms };

/** A clock that stands at `start` until it is let go, and then runs `speed` times as fast as the wall clock. */
export function fastClock(start: number, speed: number): Clock & { go(): void } {
  let begun: number | undefined;
  return {
    now: () => (begun === undefined ? start : Math.round(start + (performance.now() - begun) * speed)),
    real: (ms) => ms / speed,
    go() {
      begun ??= performance.now();
    },
  };
}
