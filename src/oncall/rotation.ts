import { Temporal } from 'temporal-polyfill';
import type { Layer, Rotation, RotationLayer } from '../model/schedule.js';
import { HOUR, type Instant } from '../model/time.js';

/** The shift of a rotation that holds an instant: 0 for the first, with its ends. Undefined before the layer begins and after it ended. */
export interface Turn {
  readonly index: number;
  readonly from: Instant;
  readonly to: Instant;
}

export function turnAt(layer: RotationLayer, at: Instant): Turn | undefined {
  const { begins, ends } = lifeOf(layer);
  if (at < begins || at >= ends) return undefined;
  const turn = byTheClock(layer.rotation) ? clockTurn(layer, at) : elapsedTurn(layer, begins, at);
  return { index: turn.index, from: Math.max(turn.from, begins), to: Math.min(turn.to, ends) };
}

/** From when to when a layer has anybody at all. */
export function lifeOf(layer: Layer): { begins: Instant; ends: Instant } {
  const minute = layer.kind === 'rotation' ? layer.rotation.handoverMinute : 0;
  return {
    begins: instantOf(Temporal.PlainDate.from(layer.from), minute, layer.timeZone),
    ends:
      layer.until === undefined
        ? Infinity
        : instantOf(Temporal.PlainDate.from(layer.until), minute, layer.timeZone),
  };
}

/** Days, weeks, and hours that divide a day begin at the same times of day all the year round. */
function byTheClock({ unit, every }: Rotation): boolean {
  return unit !== 'hour' || 24 % every === 0;
}

function clockTurn({ rotation, from, timeZone }: RotationLayer, at: Instant): Turn {
  const first = Temporal.PlainDate.from(from);
  const minute = rotation.handoverMinute;
  // The day of shifts that holds the instant: it begins with the handover and not at midnight.
  let day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  if (at < instantOf(day, minute, timeZone)) day = day.subtract({ days: 1 });
  if (rotation.unit === 'hour') return hoursTurn(rotation, first, day, timeZone, at);
  const length = rotation.every * (rotation.unit === 'week' ? 7 : 1);
  const anchor =
    rotation.unit === 'week'
      ? first.subtract({ days: (first.dayOfWeek - rotation.handoverDay + 7) % 7 })
      : first;
  const index = Math.floor(anchor.until(day, { largestUnit: 'days' }).days / length);
  const begin = anchor.add({ days: index * length });
  return {
    index,
    from: instantOf(begin, minute, timeZone),
    to: instantOf(begin.add({ days: length }), minute, timeZone),
  };
}

function hoursTurn(
  { every, handoverMinute }: Rotation,
  first: Temporal.PlainDate,
  day: Temporal.PlainDate,
  timeZone: string,
  at: Instant,
): Turn {
  const perDay = 24 / every;
  const edge = (slot: number): Instant => instantOf(day, handoverMinute + slot * every * 60, timeZone);
  // By the clock of most days; the night of a change moves it by one. Where two edges fall together the later shift is on.
  let slot = Math.min(perDay - 1, Math.floor((at - edge(0)) / (every * HOUR)));
  while (slot > 0 && edge(slot) > at) slot -= 1;
  while (slot + 1 < perDay && edge(slot + 1) <= at) slot += 1;
  return {
    index: first.until(day, { largestUnit: 'days' }).days * perDay + slot,
    from: edge(slot),
    to: edge(slot + 1),
  };
}

/** Lengths that do not fit into days count the hours that pass. */
function elapsedTurn({ rotation }: RotationLayer, begins: Instant, at: Instant): Turn {
  const length = rotation.every * HOUR;
  const index = Math.floor((at - begins) / length);
  return { index, from: begins + index * length, to: begins + (index + 1) * length };
}

/** `minute` may go past the end of the day. */
export function instantOf(day: Temporal.PlainDate, minute: number, timeZone: string): Instant {
  return day.add({ days: Math.floor(minute / 1440) }).toZonedDateTime({
    timeZone,
    plainTime: Temporal.PlainTime.from({ hour: Math.floor((minute % 1440) / 60), minute: minute % 60 }),
  }).epochMilliseconds;
}
