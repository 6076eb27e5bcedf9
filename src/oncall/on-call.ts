import type {
  Away,
  CalendarEvent,
  CalendarLayer,
  Layer,
  Override,
  RotationLayer,
  Schedule,
} from '../model/schedule.js';
import type { Instant } from '../model/time.js';
import { lifeOf, turnAt } from './rotation.js';
import { isOpen } from './week.js';

/** What the answer depends on beside the schedule itself. */
export interface Roster {
  /** Everybody there is; a name that is not among them is nobody. */
  readonly people: ReadonlySet<string>;
  readonly overrides: readonly Override[];
  readonly away: readonly Away[];
  /** Events by calendar. */
  readonly calendars: ReadonlyMap<string, readonly CalendarEvent[]>;
}

export type OnCallReason = 'override' | 'layer' | 'calendar' | 'stands-in' | 'nobody';

/** The one answer for an instant, and why. */
export interface OnCall {
  readonly person?: string;
  readonly reason: OnCallReason;
  /** In words: `layer 2, in place of bob, who is away`. */
  readonly detail: string;
  /** The layer that decided, from 0. */
  readonly layer?: number;
  readonly override?: number;
}

/**
 * Who is on call. An override goes before every layer (of two the one made later, then the one with the higher number); a
 * later layer goes before an earlier one wherever it has somebody. Who is away is stood in for by the next one of the same
 * layer; a layer whose people are all away has nobody.
 */
export function onCall(schedule: Schedule, at: Instant, roster: Roster): OnCall {
  const override = overrideAt(schedule, at, roster);
  if (override !== undefined)
    return {
      person: override.person,
      reason: 'override',
      detail: `override by ${override.author}${override.comment === '' ? '' : `: ${override.comment}`}`,
      override: override.id,
    };
  for (let layer = schedule.layers.length - 1; layer >= 0; layer -= 1) {
    const found = inLayer(schedule.layers[layer], layer, at, roster);
    if (found !== undefined) return found;
  }
  return { reason: 'nobody', detail: 'no layer has anybody at this time' };
}

function overrideAt({ name }: Schedule, at: Instant, { overrides, people }: Roster): Override | undefined {
  let latest: Override | undefined;
  for (const override of overrides) {
    if (override.schedule !== name || !people.has(override.person)) continue;
    if (at < override.from || at >= override.to) continue;
    if (
      latest === undefined ||
      override.at > latest.at ||
      (override.at === latest.at && override.id > latest.id)
    )
      latest = override;
  }
  return latest;
}

function inLayer(layer: Layer | undefined, index: number, at: Instant, roster: Roster): OnCall | undefined {
  if (layer === undefined || !isOpen(layer.only, layer.timeZone, at)) return undefined;
  return layer.kind === 'rotation'
    ? inRotation(layer, index, at, roster)
    : inCalendar(layer, index, at, roster);
}

function inRotation(layer: RotationLayer, index: number, at: Instant, roster: Roster): OnCall | undefined {
  const turn = turnAt(layer, at);
  // Somebody who was removed leaves a place behind: the order of the others does not move.
  const order = layer.people;
  if (turn === undefined || order.length === 0) return undefined;
  const wanted = order[turn.index % order.length] ?? '';
  for (let step = 0; step < order.length; step += 1) {
    const person = order[(turn.index + step) % order.length] ?? '';
    if (!isThere(person, at, roster)) continue;
    return step === 0
      ? { person, reason: 'layer', detail: `layer ${index + 1}`, layer: index }
      : {
          person,
          reason: 'stands-in',
          detail: `layer ${index + 1}, in place of ${wanted}, who is ${roster.people.has(wanted) ? 'away' : 'no longer listed'}`,
          layer: index,
        };
  }
  return undefined;
}

function inCalendar(layer: CalendarLayer, index: number, at: Instant, roster: Roster): OnCall | undefined {
  const { begins, ends } = lifeOf(layer);
  if (at < begins || at >= ends) return undefined;
  const events = roster.calendars.get(layer.calendar) ?? [];
  // Of two events at once the one that began later was put in on purpose.
  const [event] = events
    .filter(({ person, from, to }) => from <= at && at < to && isThere(person, at, roster))
    .sort((a, b) => b.from - a.from || a.to - b.to || (a.person < b.person ? -1 : 1));
  if (event === undefined) return undefined;
  return {
    person: event.person,
    reason: 'calendar',
    detail: `layer ${index + 1}, calendar ${layer.calendar}`,
    layer: index,
  };
}

function isThere(person: string, at: Instant, { people, away }: Roster): boolean {
  return (
    people.has(person) && !away.some((time) => time.person === person && time.from <= at && at < time.to)
  );
}
