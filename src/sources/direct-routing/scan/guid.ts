import { CUT, DASH, QUOTE, STRANGE } from './places.js';

/** Where a GUID's second quote stands, from its first. */
const GUID_END = 37;

/** As `readGuid`, or an empty text: the GUID is then none. */
export function readGuidOrNone(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  guid: Int32Array,
): number {
  if (at + 1 >= end) return CUT;
  if (bytes[at + 1] !== QUOTE) return readGuid(bytes, view, at, end, guid);
  guid[0] = guid[1] = guid[2] = guid[3] = 0;
  return at + 2;
}

/** A GUID in its quotes, the first of which is at `at`; the place after the second. */
export function readGuid(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  guid: Int32Array,
): number {
  if (at + GUID_END >= end) return CUT;
  if (
    bytes[at + GUID_END] !== QUOTE ||
    bytes[at + 9] !== DASH ||
    bytes[at + 14] !== DASH ||
    bytes[at + 19] !== DASH ||
    bytes[at + 24] !== DASH
  )
    return STRANGE;
  const a = four(view, at + 1);
  const b = four(view, at + 5);
  const c = four(view, at + 10);
  const d = four(view, at + 15);
  const e = four(view, at + 20);
  const f = four(view, at + 25);
  const g = four(view, at + 29);
  const h = four(view, at + 33);
  // Of anything that is no digit the upper half is set.
  if ((a | b | c | d | e | f | g | h) < 0) return STRANGE;
  guid[0] = (a << 16) | b;
  guid[1] = (c << 16) | d;
  guid[2] = (e << 16) | f;
  guid[3] = (g << 16) | h;
  return at + GUID_END + 1;
}

/** The value of each pair of hexadecimal digits by its two bytes, the first being the lower; -1 for any other pair. */
const PAIRS = hexPairs();

function hexPairs(): Int16Array {
  const table = new Int16Array(65_536).fill(-1);
  const digits = '0123456789abcdefABCDEF';
  for (const high of digits) {
    for (const low of digits)
      table[high.charCodeAt(0) | (low.charCodeAt(0) << 8)] = Number.parseInt(high + low, 16);
  }
  return table;
}

/** Four hexadecimal digits; negative when one is none. */
function four(view: DataView, at: number): number {
  return ((PAIRS[view.getUint16(at, true)] as number) << 8) | (PAIRS[view.getUint16(at + 2, true)] as number);
}
