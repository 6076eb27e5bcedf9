import { span } from '../lib/duration.js';
import type { Alert } from '../model/alert.js';
import type { Flap } from '../model/incident.js';
import type { FlapSettings } from '../model/life.js';

/** Said once, when an alert begins to flap: how often, and what that means for its card. */
export function beganWords(alert: Alert, flap: Flap | undefined, { calmMs, showMs }: FlapSettings): string {
  const fired = flap?.fired ?? [];
  const [first = 0] = fired;
  const within = span((fired.at(-1) ?? first) - first);
  return (
    `Flapping: it has fired ${fired.length} times in ${within}. From now on it stays open, its card follows every ` +
    `${span(showMs)} at most, and it has calmed down when nothing changes for ${span(calmMs)}: ${alert.summary}`
  );
}

/** For the record alone: a flapping alert is over for now. */
export function endedWords(alert: Alert, reason: string): string {
  const { firingAt = alert.startsAt, endsAt = firingAt } = alert;
  return overWords(`Over after ${span(endsAt - firingAt)}, while it flaps`, alert, reason);
}

/** With the reason, unless that is the rule's condition, which its author and `explain` read. */
export function overWords(over: string, { summary }: Alert, reason: string): string {
  return `${over}: ${summary}${reason.endsWith(' is true') ? '' : ` (${reason})`}`;
}
