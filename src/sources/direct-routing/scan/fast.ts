import { countryOf, countryOfFour } from '../countries.js';
import { HEX, hashOf, pairOf } from './hash.js';
import type { Names, Row } from './row.js';

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

// What is done with the value of each property; those of the second half are looked at and passed over.
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
  ['userPrincipalName', 0],
  ['userDisplayName', 0],
  ['startDateTime', START],
  ['inviteDateTime', 0],
  ['failureDateTime', 0],
  ['endDateTime', 0],
  ['duration', 0],
  ['callType', TYPE],
  ['successfulCall', SUCCESS],
  ['callerNumber', CALLER],
  ['calleeNumber', CALLEE],
  ['mediaPathLocation', 0],
  ['signalingLocation', 0],
  ['finalSipCode', SIP],
  ['callEndSubReason', SUB],
  ['finalSipCodePhrase', 0],
  ['trunkFullyQualifiedDomainName', TRUNK],
  ['mediaBypassEnabled', 0],
];

const KEYS = PROPERTIES.map(([name]) => Uint8Array.from(Buffer.from(`${name}"`)));
const ROLES = Uint8Array.from(PROPERTIES.map(([, role]) => role));

export type FastScan = (bytes: Uint8Array, from: number, end: number, row: Row) => number;

/**
 * Reads one call straight from its bytes. Gives the place after it, CUT, or STRANGE for whatever is not written as Graph
 * writes it: an escape where a value is wanted, a missing or doubtful value, a nested one. Then nothing of `row` counts.
 */
export function openFastScan(names: Names): FastScan {
  let day = -1;
  let dayStart = 0;
  let callerHash = 0;
  let calleeHash = 0;

  return function scan(bytes, from, end, row) {
    let at = from + 1;
    let expected = 0;
    let seen = 0;
    callerHash = 0;
    calleeHash = 0;
    for (;;) {
      at = afterBlanks(bytes, at, end);
      if (at >= end) return CUT;
      if (bytes[at] !== QUOTE) return STRANGE;
      at += 1;
      let property = expected;
      const guess = KEYS[expected] as Uint8Array;
      if (begins(bytes, at, end, guess)) {
        at += guess.length;
      } else {
        const close = endOfText(bytes, at, end);
        if (close < 0) return close;
        property = find(bytes, at, close);
        at = close + 1;
      }
      at = afterBlanks(bytes, at, end);
      if (at >= end) return CUT;
      if (bytes[at] !== COLON) return STRANGE;
      at = afterBlanks(bytes, at + 1, end);
      if (at >= end) return CUT;
      const role = property < 0 ? 0 : (ROLES[property] as number);
      at = role === 0 ? skipScalar(bytes, at, end) : readValue(bytes, at, end, row, role);
      if (at < 0) return at;
      seen |= 1 << role;
      expected = property + 1 === KEYS.length ? 0 : property + 1;
      at = afterBlanks(bytes, at, end);
      if (at >= end) return CUT;
      if (bytes[at] === COMMA) at += 1;
      else if (bytes[at] === CLOSE) break;
      else return STRANGE;
    }
    if ((seen & ALL) !== ALL) return STRANGE;
    row.pair = pairOf(callerHash, calleeHash, row.user0 ^ row.user3);
    return at + 1;
  };

  function readValue(bytes: Uint8Array, at: number, end: number, row: Row, role: number): number {
    if (bytes[at] === QUOTE) {
      const close = endOfText(bytes, at + 1, end);
      if (close < 0) return close;
      return readText(bytes, at + 1, close, row, role) ? close + 1 : STRANGE;
    }
    if (role === SIP || role === SUB) return readNumber(bytes, at, end, row, role);
    if (role === SUCCESS) return readFlag(bytes, at, end, row);
    return readNull(bytes, at, end, row, role);
  }

  function readText(bytes: Uint8Array, from: number, to: number, row: Row, role: number): boolean {
    switch (role) {
      case ID:
        return readId(bytes, from, to, row);
      case CORRELATION:
        return readCorrelation(bytes, from, to, row);
      case USER:
        return readUser(bytes, from, to, row);
      case START:
        return readStart(bytes, from, to, row);
      case TYPE:
        row.type = names.types.place(bytes, from, to);
        return row.type >= 0;
      case TRUNK:
        row.trunk = names.trunks.place(bytes, from, to);
        return row.trunk >= 0;
      case CALLER:
        row.callerCountry = countryAt(bytes, from, to);
        callerHash = hashOf(bytes, from, to);
        return true;
      case CALLEE:
        row.calleeCountry = countryAt(bytes, from, to);
        calleeHash = hashOf(bytes, from, to);
        return true;
      default:
        return false;
    }
  }

  function readNull(bytes: Uint8Array, at: number, end: number, row: Row, role: number): number {
    const after = word(bytes, at, end, NULL);
    if (after < 0 || role === ID || role === START) return after === CUT ? CUT : STRANGE;
    if (role === CORRELATION) row.correlation0 = row.correlation1 = 0;
    else if (role === USER) row.user0 = row.user1 = row.user2 = row.user3 = 0;
    else if (role === TYPE) row.type = 0;
    else if (role === TRUNK) row.trunk = 0;
    else if (role === CALLER) row.callerCountry = callerHash = 0;
    else row.calleeCountry = calleeHash = 0;
    return after;
  }

  /** `2026-05-04T08:12:33.1Z`, nothing else: every other way to write a date is for the parser. */
  function readStart(bytes: Uint8Array, from: number, to: number, row: Row): boolean {
    if (to - from < 20 || bytes[to - 1] !== 0x5a) return false;
    const year = two(bytes, from) * 100 + two(bytes, from + 2);
    const month = two(bytes, from + 5);
    const date = two(bytes, from + 8);
    const hour = two(bytes, from + 11);
    const minute = two(bytes, from + 14);
    const second = two(bytes, from + 17);
    const separated =
      bytes[from + 4] === 0x2d &&
      bytes[from + 7] === 0x2d &&
      bytes[from + 10] === 0x54 &&
      bytes[from + 13] === COLON &&
      bytes[from + 16] === COLON;
    // A digit that is none makes its number far too large.
    if (!separated || year < 1970 || year > 9999 || hour > 23 || minute > 59 || second > 59) return false;
    const today = year * 10_000 + month * 100 + date;
    if (today !== day) {
      const start = Date.UTC(year, month - 1, date);
      if (month < 1 || month > 12 || date < 1 || new Date(start).getUTCDate() !== date) return false;
      day = today;
      dayStart = start;
    }
    let ms = 0;
    if (to - from > 20) {
      if (bytes[from + 19] !== 0x2e || to - from === 21) return false;
      let unit = 100;
      for (let i = from + 20; i < to - 1; i += 1) {
        const digit = (bytes[i] as number) - 0x30;
        if (digit < 0 || digit > 9) return false;
        ms += digit * unit;
        unit = unit <= 1 ? 0 : unit / 10;
      }
    }
    row.start = dayStart + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
    return true;
  }
}

function readId(bytes: Uint8Array, from: number, to: number, row: Row): boolean {
  if (!isGuid(bytes, from, to)) return false;
  row.id0 = eight(bytes, from, from + 4);
  row.id1 = eight(bytes, from + 9, from + 14);
  row.id2 = eight(bytes, from + 19, from + 24);
  row.id3 = eight(bytes, from + 28, from + 32);
  return !wrong;
}

function readUser(bytes: Uint8Array, from: number, to: number, row: Row): boolean {
  if (from === to) {
    row.user0 = row.user1 = row.user2 = row.user3 = 0;
    return true;
  }
  if (!isGuid(bytes, from, to)) return false;
  row.user0 = eight(bytes, from, from + 4);
  row.user1 = eight(bytes, from + 9, from + 14);
  row.user2 = eight(bytes, from + 19, from + 24);
  row.user3 = eight(bytes, from + 28, from + 32);
  return !wrong;
}

function readCorrelation(bytes: Uint8Array, from: number, to: number, row: Row): boolean {
  if (from === to) {
    row.correlation0 = row.correlation1 = 0;
    return true;
  }
  if (!isGuid(bytes, from, to)) return false;
  row.correlation0 = eight(bytes, from, from + 4) ^ eight(bytes, from + 19, from + 24);
  row.correlation1 = eight(bytes, from + 9, from + 14) ^ eight(bytes, from + 28, from + 32);
  return !wrong;
}

/** Whether a digit since the last check was none. */
let wrong = false;

function isGuid(bytes: Uint8Array, from: number, to: number): boolean {
  wrong = false;
  return (
    to - from === 36 &&
    bytes[from + 8] === 0x2d &&
    bytes[from + 13] === 0x2d &&
    bytes[from + 18] === 0x2d &&
    bytes[from + 23] === 0x2d
  );
}

/** Eight hexadecimal digits in two runs of four, as 32 bits. */
function eight(bytes: Uint8Array, first: number, second: number): number {
  return (four(bytes, first) << 16) | four(bytes, second);
}

function four(bytes: Uint8Array, at: number): number {
  const a = HEX[bytes[at] as number] as number;
  const b = HEX[bytes[at + 1] as number] as number;
  const c = HEX[bytes[at + 2] as number] as number;
  const d = HEX[bytes[at + 3] as number] as number;
  if ((a | b | c | d) > 15) wrong = true;
  return (a << 12) | (b << 8) | (c << 4) | d;
}

function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 100_000 : tens * 10 + ones;
}

function countryAt(bytes: Uint8Array, from: number, to: number): number {
  if (from === to || bytes[from] !== PLUS) return 0;
  if (to - from >= 5) {
    const number = two(bytes, from + 1) * 100 + two(bytes, from + 3);
    if (number < 10_000) return countryOfFour(number);
  }
  return countryOf(Buffer.from(bytes.subarray(from, Math.min(to, from + 6))).toString('latin1'));
}

function readNumber(bytes: Uint8Array, from: number, end: number, row: Row, role: number): number {
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
    at = word(bytes, from, end, NULL);
    if (at < 0) return at;
    value = -1;
  } else if (digits > 9 || (digits > 1 && bytes[from] === 0x30) || !isAfterValue(bytes[at] as number)) {
    return STRANGE;
  }
  if (role === SIP) row.sip = value;
  else row.sub = value;
  return at;
}

function readFlag(bytes: Uint8Array, at: number, end: number, row: Row): number {
  row.answered = bytes[at] === 0x74;
  return word(bytes, at, end, row.answered ? TRUE : FALSE);
}

const NULL = Uint8Array.from(Buffer.from('null'));
const TRUE = Uint8Array.from(Buffer.from('true'));
const FALSE = Uint8Array.from(Buffer.from('false'));

function word(bytes: Uint8Array, at: number, end: number, expected: Uint8Array): number {
  if (at + expected.length >= end) return CUT;
  return begins(bytes, at, end, expected) ? at + expected.length : STRANGE;
}

function begins(bytes: Uint8Array, at: number, end: number, expected: Uint8Array): boolean {
  const { length } = expected;
  if (at + length > end) return false;
  for (let i = 0; i < length; i += 1) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

function find(bytes: Uint8Array, from: number, close: number): number {
  return KEYS.findIndex((key) => key.length === close - from + 1 && begins(bytes, from, close + 1, key));
}

/** The closing quote of a text without escapes. */
function endOfText(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < 0x20) return STRANGE;
  }
  return CUT;
}

/** Past a text, number or word that nobody wants. */
function skipScalar(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  if (bytes[at] === QUOTE) {
    for (at += 1; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at += 1;
      else if (byte < 0x20) return STRANGE;
    }
    return CUT;
  }
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (isAfterValue(byte)) return at === from ? STRANGE : at;
    if (byte === 0x7b || byte === 0x5b || byte === QUOTE) return STRANGE;
  }
  return CUT;
}

function isAfterValue(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || isBlank(byte);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function afterBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at] as number)) at += 1;
  return at;
}
