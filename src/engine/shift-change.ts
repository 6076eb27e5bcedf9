import type { Clock } from '../lib/clock.js';
import type { Schedule } from '../model/schedule.js';
import type { OutboxRow } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import { onCall, type Roster } from '../oncall/on-call.js';
import type { Store } from '../store/store.js';

export interface ShiftChangeDeps {
  readonly schedules: () => readonly Schedule[];
  readonly roster: () => Promise<Roster>;
  readonly store: Store;
  readonly clock: Clock;
}

/** Who was on when it was looked last. */
interface LastSeen {
  readonly person: string;
  readonly at: Instant;
}

/**
 * Notices that somebody else is on call, and has the schedule's channel told what there is to know. Safe to run at any time and
 * twice: a change is told under its own topic. What is seen for the first time is no change.
 */
export async function noteShiftChanges(deps: ShiftChangeDeps): Promise<readonly OutboxRow[]> {
  const told = deps.schedules().filter(({ channel }) => channel !== undefined);
  if (told.length === 0) return [];
  const now = deps.clock.now();
  const roster = await deps.roster();
  const rows: OutboxRow[] = [];
  for (const schedule of told) {
    const person = onCall(schedule, now, roster).person ?? '';
    const known = lastSeen(await deps.store.get(keyOf(schedule)));
    if (known?.person === person) continue;
    if (known !== undefined) {
      const row = rowOf(schedule, known, now);
      await deps.store.enqueue([row]);
      rows.push(row);
    }
    await deps.store.put(keyOf(schedule), { person, at: now });
  }
  return rows;
}

function keyOf({ name }: Schedule): string {
  return `on-call:${name}`;
}

function lastSeen(value: unknown): LastSeen | undefined {
  if (typeof value !== 'object' || value === null || !('person' in value) || !('at' in value))
    return undefined;
  const { person, at } = value;
  return typeof person === 'string' && typeof at === 'number' ? { person, at } : undefined;
}

/** Its topic is made of what was known before: whoever notices the same change again makes the same one. */
function rowOf({ name, channel = '' }: Schedule, { person, at }: LastSeen, now: Instant): OutboxRow {
  return {
    topic: `handover:${name}/${at}/${person}`,
    channel,
    dueAt: now,
    changedAt: now,
    priority: 3,
    attempts: 0,
  };
}
