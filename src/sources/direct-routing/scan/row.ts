import { isAt, literalAt, type Literal } from './literal.js';

/**
 * What is read of one call, as numbers: one object is filled anew for each row. Texts of the row itself are read from its bytes
 * when they are wanted, which is only for a new failed call.
 */
export interface Row {
  /** The id as 128 bits. */
  id0: number;
  id1: number;
  id2: number;
  id3: number;
  /** The call's start; NaN when the row has no date at all. */
  start: number;
  answered: boolean;
  /** -1 when absent. */
  sip: number;
  sub: number;
  /** Places in the lists of `Names`. */
  type: number;
  trunk: number;
  /** Countries of both numbers, as places in COUNTRIES. */
  callerCountry: number;
  calleeCountry: number;
  /** The user's id as 128 bits; all zero for a bot. */
  user0: number;
  user1: number;
  user2: number;
  user3: number;
  /** The correlation id as 64 bits; zero when absent. */
  correlation0: number;
  correlation1: number;
  /** Of caller, callee and user together: the same for two attempts of one call. */
  pair: number;
}

export function emptyRow(): Row {
  return {
    id0: 0,
    id1: 0,
    id2: 0,
    id3: 0,
    start: Number.NaN,
    answered: false,
    sip: -1,
    sub: -1,
    type: 0,
    trunk: 0,
    callerCountry: 0,
    calleeCountry: 0,
    user0: 0,
    user1: 0,
    user2: 0,
    user3: 0,
    correlation0: 0,
    correlation1: 0,
    pair: 0,
  };
}

/** The same text is always the same number. */
export interface Names {
  readonly types: Interner;
  readonly trunks: Interner;
}

/** Small texts as numbers, looked up by their bytes so that none is made twice. Place 0 is the empty text. */
export interface Interner {
  /** The place of the text in these bytes (`view` being the same memory), whose hash is given; -1 for one too long or not ASCII. */
  place(bytes: Uint8Array, view: DataView, from: number, to: number, hash: number): number;
  /** The place of any text. */
  placeOf(text: string): number;
  text(place: number): string;
}

const LONGEST = 300;
/** Shorter ones are looked up by their text. */
const SHORTEST = 4;
const RECENT = 1_024;
const MOST = 10_000;
/** Nobody has so many trunks: what comes after is counted together, and memory stays what it is. */
const OTHERS = 1;

/** `fold` gives the text that is kept: differently written ones then share a place. */
export function openInterner(fold: (text: string) => string): Interner {
  const texts: string[] = ['', 'others'];
  const places = new Map<string, number>([['', 0]]);
  /** By the lower bits of its hash the text that was seen there last. */
  const recent: (Seen | undefined)[] = new Array<Seen | undefined>(RECENT).fill(undefined);

  function placeOf(text: string): number {
    const folded = fold(text);
    const known = places.get(folded);
    if (known !== undefined) return known;
    if (texts.length >= MOST) return OTHERS;
    texts.push(folded);
    places.set(folded, texts.length - 1);
    return texts.length - 1;
  }

  return {
    placeOf,
    text: (place) => texts[place] ?? '',
    place(bytes, view, from, to, hash) {
      const length = to - from;
      if (length === 0) return 0;
      const slot = (hash ^ (hash >>> 16)) & (RECENT - 1);
      const known = recent[slot];
      if (known?.literal.length === length && isAt(view, from, known.literal)) return known.place;
      if (length > LONGEST || !isAscii(bytes, from, to)) return -1;
      const place = placeOf(Buffer.from(bytes.subarray(from, to)).toString('latin1'));
      if (length >= SHORTEST) recent[slot] = { literal: literalAt(bytes, from, length), place };
      return place;
    },
  };
}

interface Seen {
  readonly literal: Literal;
  readonly place: number;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if ((bytes[i] as number) >= 0x80) return false;
  return true;
}
