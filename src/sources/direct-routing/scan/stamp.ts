import { COLON, CUT, DASH, QUOTE, STRANGE } from './places.js';
import type { Row } from './row.js';

export type ReadStamp = (bytes: Uint8Array, from: number, end: number, row: Row) => number;

/**
 * Reads `2026-05-04T08:12:33.1Z"` into the row's start and gives the place after it. Every other way to write a date is for the
 * parser.
 */
export function openStamps(): ReadStamp {
  let day = -1;
  let dayStart = 0;
  return (bytes, from, end, row) => {
    if (from + 20 >= end) return CUT;
    const today =
      two(bytes, from) * 1_000_000 +
      two(bytes, from + 2) * 10_000 +
      two(bytes, from + 5) * 100 +
      two(bytes, from + 8);
    const hour = two(bytes, from + 11);
    const minute = two(bytes, from + 14);
    const second = two(bytes, from + 17);
    const separated =
      bytes[from + 4] === DASH &&
      bytes[from + 7] === DASH &&
      bytes[from + 10] === 0x54 &&
      bytes[from + 13] === COLON &&
      bytes[from + 16] === COLON;
    // A digit that is none makes its number far too large.
    if (!separated || today > 99_991_231 || hour > 23 || minute > 59 || second > 59) return STRANGE;
    if (today !== day) {
      const start = dayOf(today);
      if (start < 0) return STRANGE;
      day = today;
      dayStart = start;
    }
    let ms = 0;
    let at = from + 19;
    if (bytes[at] === 0x2e) {
      let unit = 100;
      for (at += 1; at < end; at += 1) {
        const digit = (bytes[at] as number) - 0x30;
        if (digit < 0 || digit > 9) break;
        ms += digit * unit;
        unit = unit <= 1 ? 0 : unit / 10;
      }
      if (at === from + 20) return at >= end ? CUT : STRANGE;
    }
    if (at + 1 >= end) return CUT;
    if (bytes[at] !== 0x5a || bytes[at + 1] !== QUOTE) return STRANGE;
    row.start = dayStart + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
    return at + 2;
  };
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
