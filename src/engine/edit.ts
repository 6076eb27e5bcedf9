import type { Incident, TimelineEntry } from '../model/incident.js';
import type { OutboxRow } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { DecidingStore } from '../store/store.js';
import { decideAgain } from './decide-again.js';
import { outboxOf } from './outbox-rows.js';

export interface Step {
  readonly incident: Incident;
  readonly lines: readonly TimelineEntry[];
  /** Its cards wait for more of the same: see `outboxOf`. */
  readonly gathering?: boolean;
}

export interface Edited {
  readonly changed: boolean;
  readonly channels: readonly string[];
  readonly outbox: readonly OutboxRow[];
}

/**
 * Changes one incident outside a turn, with its lines and outbox rows in one transaction; decides again when somebody else
 * was faster. Resolves with the channels that have something to say; nothing is written when the step is undefined.
 * Undefined when there is no such incident.
 */
export async function editIncident(
  store: Pick<DecidingStore, 'incident' | 'editIncident'>,
  id: number,
  at: Instant,
  step: (incident: Incident) => Promise<Step | undefined> | Step | undefined,
): Promise<Edited | undefined> {
  return decideAgain(async () => {
    const incident = await store.incident(id);
    if (incident === undefined) return undefined;
    const stepped = await step(incident);
    if (stepped === undefined) return { changed: false, channels: [], outbox: [] };
    const outbox = outboxOf(stepped.incident, at, stepped.gathering);
    await store.editIncident({
      incident: stepped.incident,
      revision: incident.revision,
      timeline: stepped.lines,
      outbox,
    });
    return { changed: true, channels: outbox.map((row) => row.channel), outbox };
  });
}
