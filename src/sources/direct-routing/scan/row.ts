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
  /** The place of the text in these bytes (ASCII without a backslash or a quote); -1 for one too long or not ASCII. */
  place(bytes: Uint8Array, from: number, to: number): number;
  /** The place of any text. */
  placeOf(text: string): number;
  text(place: number): string;
}

const LONGEST = 300;
const MOST = 10_000;
/** Nobody has so many trunks: what comes after is counted together, and memory stays what it is. */
const OTHERS = 1;

/** `fold` gives the text that is kept: differently written ones then share a place. */
export function openInterner(fold: (text: string) => string): Interner {
  const texts: string[] = ['', 'others'];
  const places = new Map<string, number>([['', 0]]);
  const slots = new Map<number, { readonly bytes: Uint8Array; readonly place: number }[]>();
  let last: { readonly bytes: Uint8Array; readonly place: number } | undefined;

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
    place(bytes, from, to) {
      const length = to - from;
      if (length === 0) return 0;
      if (last !== undefined && same(last.bytes, bytes, from, length)) return last.place;
      if (length > LONGEST) return -1;
      let hash = length;
      for (let i = from; i < to; i += 1) {
        const byte = bytes[i] as number;
        if (byte >= 0x80) return -1;
        hash = (Math.imul(hash, 31) + byte) | 0;
      }
      const slot = slots.get(hash);
      const known = slot?.find((entry) => same(entry.bytes, bytes, from, length));
      if (known !== undefined) {
        last = known;
        return known.place;
      }
      const copy = Uint8Array.from(bytes.subarray(from, to));
      const entry = { bytes: copy, place: placeOf(Buffer.from(copy).toString('latin1')) };
      if (slot !== undefined) slot.push(entry);
      else if (slots.size < MOST) slots.set(hash, [entry]);
      last = entry;
      return entry.place;
    },
  };
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (known[i] !== bytes[from + i]) return false;
  return true;
}
