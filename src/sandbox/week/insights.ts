import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';

/** The week of the Partner Center Insights reports and executions. The sandbox does not serve that API, so nothing happens in it. */
export function insights(_start: Instant): readonly Step[] {
  return [];
}
