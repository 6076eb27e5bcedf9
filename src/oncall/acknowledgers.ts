import type { TimelineEntry } from '../model/incident.js';
import type { Instant } from '../model/time.js';

const TAKEN: ReadonlySet<string> = new Set(['acknowledged', 'snoozed']);
const GIVEN_BACK: ReadonlySet<string> = new Set(['unacknowledged', 'woke', 'reopened']);

/** The different people who have acknowledged since then and have not given it back, in the order in which they did. */
export function acknowledgers(timeline: readonly TimelineEntry[], since: Instant): readonly string[] {
  const found = new Set<string>();
  for (const { kind, at, actor } of timeline) {
    if (at < since) continue;
    if (GIVEN_BACK.has(kind)) found.clear();
    if (TAKEN.has(kind)) found.add(actor.name);
  }
  return [...found];
}
