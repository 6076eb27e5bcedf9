import type { Duration, Instant } from './time.js';

/** Times of the week in a layer's own zone: days Monday 1 … Sunday 7, minutes of the day; `to` before `from` runs over midnight. */
export interface WeekTime {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** How long a shift is. Hours that divide a day, and days, keep their times of day over a change of the clocks. */
export interface Rotation {
  readonly every: number;
  readonly unit: 'hour' | 'day' | 'week';
  /** Of the local day, in minutes. A time that a change of the clocks skips is the one after it, a repeated one the first. */
  readonly handoverMinute: number;
  /** Monday 1 … Sunday 7; counts for weeks alone. */
  readonly handoverDay: number;
}

interface LayerCommon {
  readonly timeZone: string;
  /** Somebody is on at these times only; empty: always. */
  readonly only: readonly WeekTime[];
  /** Local day, `2026-11-02`: the first shift begins at the handover time of this day. */
  readonly from: string;
  /** Local day; the layer ends at the handover time of this day. */
  readonly until?: string;
}

export interface RotationLayer extends LayerCommon {
  readonly kind: 'rotation';
  readonly rotation: Rotation;
  /** In the order in which they take over; a name may stand more than once. */
  readonly people: readonly string[];
}

/** Somebody else's calendar: its events say who is on. */
export interface CalendarLayer extends LayerCommon {
  readonly kind: 'calendar';
  readonly calendar: string;
}

export type Layer = RotationLayer | CalendarLayer;

/** Who is on call when. A later layer goes before an earlier one wherever it has somebody; an override goes before all. */
export interface Schedule {
  readonly name: string;
  readonly timeZone: string;
  readonly layers: readonly Layer[];
  /** Where a change of shift is told. */
  readonly channel?: string;
}

/** One person in place of whoever would be on. */
export interface Override {
  readonly id: number;
  readonly schedule: string;
  readonly person: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly author: string;
  readonly comment: string;
  readonly at: Instant;
}

/** One event of a calendar, with the person that its title names. */
export interface CalendarEvent {
  readonly person: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** A time in which somebody takes no shifts; those of a rotation go to the next one. */
export interface Away {
  readonly person: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** One person's time on call. */
export interface Shift {
  /** Undefined: nobody is on. */
  readonly person?: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly reason: string;
}

/** How somebody is reached, and how long after being called, while nobody has acknowledged. */
export interface ContactRule {
  readonly via: string;
  readonly after: Duration;
  /** Only for these; empty: for all. */
  readonly severities: readonly string[];
}

/** Who an escalation step calls. */
export type StepTarget =
  | { readonly kind: 'schedule'; readonly name: string; readonly next?: boolean }
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'channel'; readonly name: string };

export interface EscalationStep {
  readonly notify: readonly StepTarget[];
  /** Before the next step. */
  readonly wait: Duration;
}

export interface Escalation {
  readonly name: string;
  readonly steps: readonly EscalationStep[];
  /** How often all of it runs again when nobody acknowledged. */
  readonly repeat: number;
  /** So many different people have to acknowledge before it stops; one when left out. */
  readonly acknowledgements?: number;
  /** Acknowledged and not resolved after this: whoever has it is reminded. */
  readonly renotify?: Duration;
}
