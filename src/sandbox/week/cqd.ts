import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';

/** The week of the Call Quality Dashboard's archiving and cube processing. The sandbox does not serve that API, so nothing happens in it. */
export function cqd(_start: Instant): readonly Step[] {
  return [];
}
