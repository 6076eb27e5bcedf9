import { countryOf, countryOfFour } from '../countries.js';
import { finishHash, HASH_SEED, narrow, pairOf } from './hash.js';
import type { Names, Row } from './row.js';

const { imul } = Math;

/** The bytes end before the value does. */
export const CUT = -2;
/** Something that only a whole parser should judge. */
export const STRANGE = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE = 0x7d;
const PLUS = 0x2b;
const DASH = 0x2d;
/** Where a GUID's second quote stands, from its first. */
const GUID_END = 37;

const SKIPPED = 0;
const ID = 1;
const CORRELATION = 2;
const USER = 3;
const START = 4;
const TYPE = 5;
const SUCCESS = 6;
const CALLER = 7;
const CALLEE = 8;
const SIP = 9;
const SUB = 10;
const TRUNK = 11;
const ALL = (1 << 12) - 2;

/** In the order of Graph's answers: each is looked for first where it usually stands. */
const PROPERTIES: readonly (readonly [string, number])[] = [
  ['id', ID],
  ['correlationId', CORRELATION],
  ['userId', USER],
  ['userPrincipalName', SKIPPED],
  ['userDisplayName', SKIPPED],
  ['startDateTime', START],
  ['inviteDateTime', SKIPPED],
  ['failureDateTime', SKIPPED],
  ['endDateTime', SKIPPED],
  ['duration', SKIPPED],
  ['callType', TYPE],
  ['successfulCall', SUCCESS],
  ['callerNumber', CALLER],
  ['calleeNumber', CALLEE],
  ['mediaPathLocation', SKIPPED],
  ['signalingLocation', SKIPPED],
  ['finalSipCode', SIP],
  ['callEndSubReason', SUB],
  ['finalSipCodePhrase', SKIPPED],
  ['trunkFullyQualifiedDomainName', TRUNK],
  ['mediaBypassEnabled', SKIPPED],
];

const KEYS = PROPERTIES.map(([name]) => literalOf(`"${name}":`));
const ROLES = Uint8Array.from(PROPERTIES.map(([, role]) => role));
const NULL = literalOf('null');
const TRUE = literalOf('true');
const FALSE = literalOf('false');

export type FastScan = (bytes: Uint8Array, view: DataView, from: number, end: number, row: Row) => number;

/**
 * Reads one call straight from its bytes, `view` being the same memory. Gives the place after it, CUT, or STRANGE for whatever
 * is not written as Graph writes it: blanks, an escape where a value is wanted, a missing or doubtful value, a nested one.
 * Then nothing of `row` counts.
 */
export function openFastScan(names: Names): FastScan {
  const guid = new Int32Array(4);
  /** What `readText` found beside the end of the text. */
  const text = { hash: 0 };
  const stamp = openStamps();

  return function scan(bytes, view, from, end, row) {
    let at = from;
    let expected = 0;
    let seen = 0;
    let caller = 0;
    let callee = 0;
    do {
      // Past the brace or the comma.
      at += 1;
      let property = expected;
      const guess = KEYS[expected] as Literal;
      if (begins(bytes, view, at, end, guess)) {
        at += guess.length;
      } else {
        const close = endOfKey(bytes, at, end);
        if (close < 0) return close;
        property = KEYS.findIndex((key) => key.length === close - at && begins(bytes, view, at, end, key));
        at = close;
      }
      expected = property + 1 === KEYS.length ? 0 : property + 1;
      const role = property < 0 ? SKIPPED : (ROLES[property] as number);
      seen |= 1 << role;
      if (at >= end) return CUT;
      const quoted = bytes[at] === QUOTE;
      switch (role) {
        case ID:
          at = quoted ? readGuid(bytes, view, at, end, guid) : STRANGE;
          if (at < 0) return at;
          row.id0 = guid[0] as number;
          row.id1 = guid[1] as number;
          row.id2 = guid[2] as number;
          row.id3 = guid[3] as number;
          break;
        case CORRELATION:
          at = quoted ? readGuidOrNone(bytes, view, at, end, guid) : nullAt(bytes, view, at, end, guid);
          if (at < 0) return at;
          row.correlation0 = narrow(
            guid[0] as number,
            guid[1] as number,
            guid[2] as number,
            guid[3] as number,
          );
          row.correlation1 = (guid[1] as number) ^ (guid[3] as number);
          break;
        case USER:
          at = quoted ? readGuidOrNone(bytes, view, at, end, guid) : nullAt(bytes, view, at, end, guid);
          if (at < 0) return at;
          row.user0 = guid[0] as number;
          row.user1 = guid[1] as number;
          row.user2 = guid[2] as number;
          row.user3 = guid[3] as number;
          break;
        case START:
          if (!quoted) return STRANGE;
          at = stamp(bytes, at + 1, end, row);
          break;
        case SUCCESS:
          row.answered = bytes[at] === 0x74;
          at = word(bytes, view, at, end, row.answered ? TRUE : FALSE);
          break;
        case TYPE:
        case TRUNK: {
          const open = at + 1;
          at = quoted ? readText(bytes, open, end, text) : nullAt(bytes, view, at, end, guid);
          if (at < 0) return at;
          const interner = role === TYPE ? names.types : names.trunks;
          const place = quoted ? interner.place(bytes, open, at - 1, text.hash) : 0;
          if (place < 0) return STRANGE;
          if (role === TYPE) row.type = place;
          else row.trunk = place;
          break;
        }
        case CALLER:
        case CALLEE: {
          const open = at + 1;
          at = quoted ? readText(bytes, open, end, text) : nullAt(bytes, view, at, end, guid);
          if (at < 0) return at;
          const hash = quoted && at - 1 > open ? finishHash(text.hash) : 0;
          const country = quoted ? countryAt(bytes, open, at - 1) : 0;
          if (role === CALLER) {
            caller = hash;
            row.callerCountry = country;
          } else {
            callee = hash;
            row.calleeCountry = country;
          }
          break;
        }
        case SIP:
        case SUB:
          at = readNumber(bytes, view, at, end, row, role);
          break;
        default:
          at = quoted ? skipText(bytes, at + 1, end) : skipWord(bytes, at, end);
      }
      if (at < 0) return at;
      if (at >= end) return CUT;
    } while (bytes[at] === COMMA);
    if (bytes[at] !== CLOSE || (seen & ALL) !== ALL) return STRANGE;
    row.pair = pairOf(caller, callee, row.user0 ^ row.user3);
    return at + 1;
  };
}

interface Literal {
  readonly length: number;
  readonly bytes: Uint8Array;
  /** The first bytes, four at a time. */
  readonly words: Int32Array;
}

function literalOf(text: string): Literal {
  const bytes = Uint8Array.from(Buffer.from(text));
  const view = new DataView(bytes.buffer);
  return {
    length: bytes.length,
    bytes,
    words: Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(i * 4, true)),
  };
}

function begins(bytes: Uint8Array, view: DataView, at: number, end: number, expected: Literal): boolean {
  const { length, words } = expected;
  if (at + length > end) return false;
  const count = words.length;
  for (let i = 0; i < count; i += 1) if (view.getInt32(at + i * 4, true) !== words[i]) return false;
  for (let i = count * 4; i < length; i += 1) if (bytes[at + i] !== expected.bytes[i]) return false;
  return true;
}

function word(bytes: Uint8Array, view: DataView, at: number, end: number, expected: Literal): number {
  if (at + expected.length >= end) return CUT;
  return begins(bytes, view, at, end, expected) ? at + expected.length : STRANGE;
}

/** The place after null; the GUID is then none. */
function nullAt(bytes: Uint8Array, view: DataView, at: number, end: number, guid: Int32Array): number {
  guid[0] = guid[1] = guid[2] = guid[3] = 0;
  return word(bytes, view, at, end, NULL);
}

/** The place after a name and its colon. */
function endOfKey(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end) return CUT;
  if (bytes[from] !== QUOTE) return STRANGE;
  for (let at = from + 1; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1 >= end ? CUT : bytes[at + 1] === COLON ? at + 2 : STRANGE;
    if (byte === BACKSLASH || byte < 0x20) return STRANGE;
  }
  return CUT;
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

function readGuidOrNone(
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
function readGuid(bytes: Uint8Array, view: DataView, at: number, end: number, guid: Int32Array): number {
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

/** Four hexadecimal digits; negative when one is none. */
function four(view: DataView, at: number): number {
  return ((PAIRS[view.getUint16(at, true)] as number) << 8) | (PAIRS[view.getUint16(at + 2, true)] as number);
}

/** `2026-05-04T08:12:33.1Z"`, nothing else: every other way to write a date is for the parser. */
function openStamps(): (bytes: Uint8Array, from: number, end: number, row: Row) => number {
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

function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 100_000_000 : tens * 10 + ones;
}

function countryAt(bytes: Uint8Array, from: number, to: number): number {
  if (from === to || bytes[from] !== PLUS) return 0;
  if (to - from >= 5) {
    const number = two(bytes, from + 1) * 100 + two(bytes, from + 3);
    if (number < 10_000) return countryOfFour(number);
  }
  return countryOf(Buffer.from(bytes.subarray(from, Math.min(to, from + 6))).toString('latin1'));
}

function readNumber(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  row: Row,
  role: number,
): number {
  let at = from;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at >= end) return CUT;
  const digits = at - from;
  if (digits === 0) {
    at = word(bytes, view, from, end, NULL);
    value = -1;
  } else if (digits > 9 || (digits > 1 && bytes[from] === 0x30)) {
    return STRANGE;
  }
  if (role === SIP) row.sip = value;
  else row.sub = value;
  return at;
}

/** A text without escapes and its hash; the place after its second quote. */
function readText(bytes: Uint8Array, from: number, end: number, found: { hash: number }): number {
  let hash = HASH_SEED;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte <= QUOTE || byte === BACKSLASH) {
      if (byte === QUOTE) {
        found.hash = hash;
        return at + 1;
      }
      if (byte === BACKSLASH || byte < 0x20) return STRANGE;
    }
    hash = imul(hash ^ byte, 0x01000193);
  }
  return CUT;
}

/** Past a text that nobody wants, escapes and all. */
function skipText(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (;;) {
    while (at < end && (bytes[at] as number) > QUOTE && bytes[at] !== BACKSLASH) at += 1;
    if (at >= end) return CUT;
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return STRANGE;
    at += byte === BACKSLASH ? 2 : 1;
  }
}

/** Past a number or a word that nobody wants. */
function skipWord(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COMMA || byte === CLOSE) return at === from ? STRANGE : at;
    if (byte <= QUOTE || byte === 0x7b || byte === 0x5b) return STRANGE;
  }
  return CUT;
}

export function afterBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at] as number)) at += 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
