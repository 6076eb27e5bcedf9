import { COLON, CUT, DASH, QUOTE, STRANGE } from './places.js';
import type { Row } from './row.js';

/** The minute that was read last: calls come in the order of their time. */
export interface LastMinute {
  /** Its text, `2026-05-04T08:12`, as two numbers of 64 bits: those of ASCII are neither NaN nor zero. */
  first: number;
  last: number;
  start: number;
}

export function noMinute(): LastMinute {
  return { first: Number.NaN, last: Number.NaN, start: Number.NaN };
}

/**
 * Reads `2026-05-04T08:12:33.1Z"` into the row's start and gives the place after it. Every other way to write a date is for the
 * parser.
 */
export function readStamp(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  row: Row,
  known: LastMinute,
): number {
  if (from + 20 >= end) return CUT;
  const first = view.getFloat64(from, true);
  const last = view.getFloat64(from + 8, true);
  if (first !== known.first || last !== known.last) {
    const start = minuteAt(bytes, from);
    if (start < 0) return STRANGE;
    known.first = first;
    known.last = last;
    known.start = start;
  }
  const second = two(bytes, from + 17);
  if (bytes[from + 16] !== COLON || second > 59) return STRANGE;
  let ms = second * 1_000;
  let at = from + 19;
  if (bytes[at] === POINT) {
    const digits = at + 1;
    for (at = digits; at < end; at += 1) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      if (at < digits + 3) ms += digit * (UNITS[at - digits] as number);
    }
    if (at === digits) return at >= end ? CUT : STRANGE;
  }
  if (at + 1 >= end) return CUT;
  if (bytes[at] !== 0x5a || bytes[at + 1] !== QUOTE) return STRANGE;
  row.start = known.start + ms;
  return at + 2;
}

const POINT = 0x2e;
const UNITS = Uint8Array.of(100, 10, 1);

/** When the minute `2026-05-04T08:12` begins; negative for one that no clock has, or before 1970. */
function minuteAt(bytes: Uint8Array, from: number): number {
  const day =
    two(bytes, from) * 1_000_000 +
    two(bytes, from + 2) * 10_000 +
    two(bytes, from + 5) * 100 +
    two(bytes, from + 8);
  const hour = two(bytes, from + 11);
  const minute = two(bytes, from + 14);
  const separated =
    bytes[from + 4] === DASH &&
    bytes[from + 7] === DASH &&
    bytes[from + 10] === 0x54 &&
    bytes[from + 13] === COLON;
  // A digit that is none makes its number far too large.
  if (!separated || day > 99_991_231 || hour > 23 || minute > 59) return -1;
  const start = dayOf(day);
  return start < 0 ? -1 : start + (hour * 60 + minute) * 60_000;
}

/** When the day 20260504 begins; negative for one that no calendar has, or before 1970. */
function dayOf(day: number): number {
  const year = Math.floor(day / 10_000);
  const month = Math.floor(day / 100) % 100;
  const start = Date.UTC(year, month - 1, day % 100);
  const exists = year >= 1970 && month >= 1 && month <= 12 && new Date(start).getUTCDate() === day % 100;
  return exists ? start : -1;
}

export function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 100_000_000 : tens * 10 + ones;
}
