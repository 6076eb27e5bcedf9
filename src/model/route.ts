import type { Matcher } from './silence.js';

/** One node of the routing tree, with what it inherits filled in. Durations in milliseconds. */
export interface RouteNode {
  readonly matchers: readonly Matcher[];
  /** Undefined when neither it nor its parents name one: such alerts go nowhere. */
  readonly channel?: string;
  /** The channel that is told in its place, before the one that the channel itself names. */
  readonly fallback?: string;
  readonly groupBy: readonly string[];
  /** Nobody wrote a groupBy: what Microsoft does to everybody is one group however many tenants it touches. */
  readonly acrossTenants?: boolean;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly muteTimes: readonly string[];
  readonly activeTimes: readonly string[];
  /** Who is called for what comes this way. */
  readonly escalation?: string;
  readonly continue: boolean;
  readonly routes: readonly RouteNode[];
}
