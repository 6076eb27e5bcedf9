import type { Duration, Instant } from './time.js';

/** How people answered to the incidents that opened within one week. */
export interface ResponseWeek {
  readonly from: Instant;
  readonly to: Instant;
  /** Incidents that somebody could have taken: announcements, and what was there at the first poll, are none. */
  readonly incidents: number;
  readonly acknowledged: number;
  /** From the opening to the first acknowledgement, the mean of those that were; absent where none was. */
  readonly mttaMs?: Duration;
  readonly resolved: number;
  /** From the opening to the end, the mean of those that have ended. */
  readonly mttrMs?: Duration;
  readonly people: readonly PersonWeek[];
}

export interface PersonWeek {
  readonly person: string;
  /** How often somebody was called: by several ways at once counts once. */
  readonly pages: number;
  /** Of these, between 22:00 and 07:00 where the person lives. */
  readonly night: number;
}
