import { endianness } from 'node:os';
import { narrow } from './scan/hash.js';

/** A set of 128-bit ids in flat memory: a million of them cost some 25 MB and no garbage. */
export interface IdSet {
  readonly size: number;
  /** True when it was not there. */
  add(a: number, b: number, c: number, d: number): boolean;
  has(a: number, b: number, c: number, d: number): boolean;
  /** Adds what `taken` gave, of this process or another. */
  load(bytes: Uint8Array): void;
  /** The ids added since the last time, 16 bytes each; undefined when there are none. */
  taken(): Uint8Array | undefined;
}

const BYTES = 16;
const WORDS = 4;
const FIRST_SLOTS = 64;

export function openIdSet(): IdSet {
  let slots = FIRST_SLOTS;
  let table = new Int32Array(slots * WORDS);
  let size = 0;
  let fresh = new Int32Array(0);
  let freshLength = 0;

  /** The place of the id, or of the free slot where it belongs. */
  function placeOf(words: Int32Array, mask: number, a: number, b: number, c: number, d: number): number {
    let slot = narrow(a, b, c, d) & mask;
    for (;;) {
      const at = slot * WORDS;
      const known = words[at] as number;
      if (known === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return at;
      if (known === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0) return at;
      slot = (slot + 1) & mask;
    }
  }

  function insert(a: number, b: number, c: number, d: number): boolean {
    // All zero is what an empty slot looks like.
    const last = (a | b | c | d) === 0 ? 1 : d;
    const at = placeOf(table, slots - 1, a, b, c, last);
    if ((table[at] as number) === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === last)
      return false;
    put(table, at, a, b, c, last);
    size += 1;
    if (size * 4 > slots * 3) grow();
    return true;
  }

  function grow(): void {
    const old = table;
    slots *= 2;
    table = new Int32Array(slots * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      const a = old[at] as number;
      const b = old[at + 1] as number;
      const c = old[at + 2] as number;
      const d = old[at + 3] as number;
      if ((a | b | c | d) !== 0) put(table, freePlace(table, slots - 1, a, b, c, d), a, b, c, d);
    }
  }

  return {
    get size() {
      return size;
    },
    add(a, b, c, d) {
      if (!insert(a, b, c, d)) return false;
      if (freshLength + WORDS > fresh.length) {
        const wider = new Int32Array(Math.max(FIRST_SLOTS, fresh.length * 2));
        wider.set(fresh);
        fresh = wider;
      }
      put(fresh, freshLength, a, b, c, d);
      freshLength += WORDS;
      return true;
    },
    has(a, b, c, d) {
      const last = (a | b | c | d) === 0 ? 1 : d;
      const at = placeOf(table, slots - 1, a, b, c, last);
      return (
        ((table[at] as number) |
          (table[at + 1] as number) |
          (table[at + 2] as number) |
          (table[at + 3] as number)) !==
        0
      );
    },
    load(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + BYTES <= bytes.length; at += BYTES)
        insert(
          view.getInt32(at, true),
          view.getInt32(at + 4, true),
          view.getInt32(at + 8, true),
          view.getInt32(at + 12, true),
        );
    },
    taken() {
      if (freshLength === 0) return undefined;
      const bytes = Buffer.from(fresh.buffer.slice(0, freshLength * 4));
      if (endianness() === 'BE') bytes.swap32();
      fresh = new Int32Array(0);
      freshLength = 0;
      return bytes;
    },
  };
}

/** For an id that is not there. */
function freePlace(words: Int32Array, mask: number, a: number, b: number, c: number, d: number): number {
  let at = (narrow(a, b, c, d) & mask) * WORDS;
  while (
    ((words[at] as number) |
      (words[at + 1] as number) |
      (words[at + 2] as number) |
      (words[at + 3] as number)) !==
    0
  )
    at = (at + WORDS) & (mask * WORDS + WORDS - 1);
  return at;
}

function put(words: Int32Array, at: number, a: number, b: number, c: number, d: number): void {
  words[at] = a;
  words[at + 1] = b;
  words[at + 2] = c;
  words[at + 3] = d;
}
