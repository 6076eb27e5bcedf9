import { countryOf, countryOfFour } from '../countries.js';
import { readGuid, readGuidOrNone } from './guid.js';
import { finishHash, narrow, pairOf } from './hash.js';
import { isAt, literalOf, type Literal } from './literal.js';
import { BACKSLASH, CLOSE, COLON, COMMA, CUT, QUOTE, STRANGE } from './places.js';
import type { Names, Row } from './row.js';
import { noMinute, readStamp, two, type LastMinute } from './stamp.js';
import { readText, skipText, skipWord } from './text.js';

const PLUS = 0x2b;

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
const LONGEST_KEY = Math.max(...KEYS.map(({ length }) => length));
/** Of each key what `isAt` compares, in flat arrays: this is where most of a scan’s time would go. */
const LENGTHS = Uint8Array.from(KEYS.map(({ length }) => length));
const FIRST = Float64Array.from(KEYS, ({ first }) => first);
const MIDDLE = Float64Array.from(KEYS, ({ middle }) => middle);
const MIDDLE_AT = Uint8Array.from(KEYS, ({ middleAt }) => middleAt);
const LAST = Float64Array.from(KEYS, ({ last }) => last);

const NULL = literalOf('null');
const TRUE = literalOf('true');
const FALSE = literalOf('false');

/** What a scan needs beside the bytes; nothing of it is of one row. */
export interface ScanTools {
  readonly names: Names;
  readonly guid: Int32Array;
  /** What `readText` found beside the end of the text. */
  readonly text: { hash: number };
  readonly minute: LastMinute;
}

export function openScanTools(names: Names): ScanTools {
  return { names, guid: new Int32Array(4), text: { hash: 0 }, minute: noMinute() };
}

/**
 * Reads one call straight from its bytes, `view` being the same memory. Gives the place after it, CUT, or STRANGE for whatever
 * is not written as Graph writes it: blanks, an escape where a value is wanted, a missing or doubtful value, a nested one.
 * Then nothing of `row` counts.
 */
export function scanCall(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  row: Row,
  { names, guid, text, minute }: ScanTools,
): number {
  let at = from;
  let expected = 0;
  let seen = 0;
  let caller = 0;
  let callee = 0;
  do {
    // Past the brace or the comma.
    at += 1;
    let property = expected;
    if (at + LONGEST_KEY <= end && isKeyAt(view, at, expected)) {
      at += LENGTHS[expected] as number;
    } else {
      const close = endOfKey(bytes, at, end);
      if (close < 0) return close;
      property = keyOf(view, at, close);
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
        at = quoted ? readGuidOrNone(bytes, view, at, end, guid) : nullAt(view, at, end, guid);
        if (at < 0) return at;
        row.correlation0 = narrow(guid[0] as number, guid[1] as number, guid[2] as number, guid[3] as number);
        row.correlation1 = (guid[1] as number) ^ (guid[3] as number);
        break;
      case USER:
        at = quoted ? readGuidOrNone(bytes, view, at, end, guid) : nullAt(view, at, end, guid);
        if (at < 0) return at;
        row.user0 = guid[0] as number;
        row.user1 = guid[1] as number;
        row.user2 = guid[2] as number;
        row.user3 = guid[3] as number;
        break;
      case START:
        if (!quoted) return STRANGE;
        at = readStamp(bytes, view, at + 1, end, row, minute);
        break;
      case SUCCESS:
        row.answered = bytes[at] === 0x74;
        at = word(view, at, end, row.answered ? TRUE : FALSE);
        break;
      case TYPE:
      case TRUNK: {
        const open = at + 1;
        at = quoted ? readText(bytes, view, open, end, text) : nullAt(view, at, end, guid);
        if (at < 0) return at;
        const interner = role === TYPE ? names.types : names.trunks;
        const place = quoted ? interner.place(bytes, view, open, at - 1, text.hash) : 0;
        if (place < 0) return STRANGE;
        if (role === TYPE) row.type = place;
        else row.trunk = place;
        break;
      }
      case CALLER:
      case CALLEE: {
        const open = at + 1;
        at = quoted ? readText(bytes, view, open, end, text) : nullAt(view, at, end, guid);
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
        at = quoted ? skipText(bytes, view, at + 1, end) : skipWord(bytes, at, end);
    }
    if (at < 0) return at;
    if (at >= end) return CUT;
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE || (seen & ALL) !== ALL) return STRANGE;
  row.pair = pairOf(caller, callee, row.user0 ^ row.user3);
  return at + 1;
}

function word(view: DataView, at: number, end: number, expected: Literal): number {
  if (at + expected.length >= end) return CUT;
  return isAt(view, at, expected) ? at + expected.length : STRANGE;
}

/** The place after null; the GUID is then none. */
function nullAt(view: DataView, at: number, end: number, guid: Int32Array): number {
  guid[0] = guid[1] = guid[2] = guid[3] = 0;
  return word(view, at, end, NULL);
}

function isKeyAt(view: DataView, at: number, property: number): boolean {
  const length = LENGTHS[property] as number;
  if (length < 8) return isAt(view, at, KEYS[property] as Literal);
  return (
    view.getFloat64(at, true) === FIRST[property] &&
    view.getFloat64(at + length - 8, true) === LAST[property] &&
    view.getFloat64(at + (MIDDLE_AT[property] as number), true) === MIDDLE[property] &&
    (length <= 24 || isAt(view, at, KEYS[property] as Literal))
  );
}

/** The property whose name and colon these bytes are; -1 for one that nobody knows. */
function keyOf(view: DataView, from: number, to: number): number {
  return KEYS.findIndex((key) => key.length === to - from && isAt(view, from, key));
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
    at = word(view, from, end, NULL);
    value = -1;
  } else if (digits > 9 || (digits > 1 && bytes[from] === 0x30)) {
    return STRANGE;
  }
  if (role === SIP) row.sip = value;
  else row.sub = value;
  return at;
}
