import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';

/** The week of the direct routing call log. The sandbox does not serve that API, so nothing happens in it. */
export function calls(_start: Instant): readonly Step[] {
  return [];
}
