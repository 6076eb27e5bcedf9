import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { incidentTopic, shownRevision } from '../model/incident.js';
import type { OutboxRow } from '../model/telling.js';
import { MINUTE } from '../model/time.js';
import type { Store } from '../store/store.js';
import { outboxOf } from './outbox-rows.js';

/** A card may be this far behind before somebody has to explain it. */
const GRACE = 2 * MINUTE;

/**
 * Proves that each unresolved incident has been told, in its newest state, in each of its channels, or has a row that says
 * when it will be. What has neither is put back into the outbox. Returns those rows.
 */
export async function auditOnce({
  store,
  clock,
  log,
}: {
  store: Store;
  clock: Clock;
  log: Log;
}): Promise<readonly OutboxRow[]> {
  const now = clock.now();
  const missing: OutboxRow[] = [];
  for (const incident of await store.incidents({ states: ['open', 'acknowledged'], limit: 10_000 })) {
    if (incident.baselineOf !== undefined || now - incident.updatedAt < GRACE) continue;
    const tellings = new Map(
      (await store.tellings(incidentTopic(incident.id))).map((telling) => [telling.channel, telling]),
    );
    for (const row of outboxOf(incident, now)) {
      const told = tellings.get(row.channel);
      if (told?.ref !== undefined && told.revision >= shownRevision(incident)) continue;
      // Its channel is being worked on: the row is there, throttled or held for a reason that `deliveries` names.
      if (await store.queued(row.topic, row.channel)) continue;
      missing.push(row);
    }
  }
  if (missing.length > 0) {
    log.error(
      { rows: missing.length },
      'the audit found cards that nobody was about to send; they are queued again',
    );
    await store.enqueue(missing);
  }
  return missing;
}
