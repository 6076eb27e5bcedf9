import { HASH_SEED, joined } from './hash.js';
import { BACKSLASH, CLOSE, COMMA, CUT, QUOTE, STRANGE } from './places.js';

const { clz32 } = Math;

const HIGH = 0x80808080 | 0;

/**
 * Of four bytes, the upper bit of the first that may end a text or be wrong in one: a quote, a backslash, a control character,
 * or one beyond ASCII. Zero when there is none; what is said of the bytes after the first means nothing.
 */
function oddIn(four: number): number {
  const quote = (four ^ 0x22222222) - 0x01010101;
  const backslash = (four ^ 0x5c5c5c5c) - 0x01010101;
  return (quote | backslash | (four - 0x20202020) | four) & HIGH;
}

/** Which of the four it is, by `oddIn`. */
function placeOf(odd: number): number {
  return (31 - clz32(odd & -odd)) >> 3;
}

/** A plain text and its hash, the same that `hashOf` gives; the place after its second quote. */
export function readText(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  found: { hash: number },
): number {
  let hash = HASH_SEED;
  for (let at = from; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    const odd = oddIn(four);
    if (odd === 0) {
      hash = joined(hash, four);
      continue;
    }
    const left = placeOf(odd);
    if (bytes[at + left] !== QUOTE) return STRANGE;
    found.hash = joined(hash, four & ((1 << (left * 8)) - 1));
    return at + left + 1;
  }
  return CUT;
}

/** Past a text that nobody wants, escapes and all. */
export function skipText(bytes: Uint8Array, view: DataView, from: number, end: number): number {
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const odd = oddIn(view.getInt32(at, true));
    if (odd === 0) continue;
    at += placeOf(odd);
    if (bytes[at] === QUOTE) return at + 1;
    break;
  }
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
export function skipWord(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COMMA || byte === CLOSE) return at === from ? STRANGE : at;
    if (byte <= QUOTE || byte === 0x7b || byte === 0x5b) return STRANGE;
  }
  return CUT;
}
