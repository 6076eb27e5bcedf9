import { endianness } from 'node:os';
import { narrow } from './scan/hash.js';

const BYTES = 16;
const WORDS = 4;
const FIRST_SLOTS = 64;

/**
 * A set of 128-bit ids in flat memory: a million of them cost some 25 MB and no garbage. There is one for each hour: methods of
 * a class are one code for all of them.
 */
export class IdSet {
  /** Ids, or zeroes where there is none. */
  private table = new Int32Array(FIRST_SLOTS * WORDS);
  private mask = FIRST_SLOTS - 1;
  private count = 0;
  private fresh = new Int32Array(0);
  private freshLength = 0;

  get size(): number {
    return this.count;
  }

  /** True when it was not there. */
  add(a: number, b: number, c: number, d: number): boolean {
    const last = lastOf(a, b, c, d);
    if (!this.insert(a, b, c, last)) return false;
    if (this.freshLength === this.fresh.length) {
      const wider = new Int32Array(Math.max(FIRST_SLOTS, this.fresh.length * 2));
      wider.set(this.fresh);
      this.fresh = wider;
    }
    put(this.fresh, this.freshLength, a, b, c, last);
    this.freshLength += WORDS;
    return true;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    return !isFree(this.table, placeOf(this.table, this.mask, a, b, c, lastOf(a, b, c, d)));
  }

  /** Adds what `taken` gave, of this process or another. */
  load(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + BYTES <= bytes.length; at += BYTES) {
      const a = view.getInt32(at, true);
      const b = view.getInt32(at + 4, true);
      const c = view.getInt32(at + 8, true);
      const d = view.getInt32(at + 12, true);
      this.insert(a, b, c, lastOf(a, b, c, d));
    }
  }

  /** The ids added since the last time, 16 bytes each; undefined when there are none. */
  taken(): Uint8Array | undefined {
    if (this.freshLength === 0) return undefined;
    const bytes = Buffer.from(this.fresh.buffer.slice(0, this.freshLength * 4));
    if (endianness() === 'BE') bytes.swap32();
    this.fresh = new Int32Array(0);
    this.freshLength = 0;
    return bytes;
  }

  private insert(a: number, b: number, c: number, d: number): boolean {
    const at = placeOf(this.table, this.mask, a, b, c, d);
    if (!isFree(this.table, at)) return false;
    put(this.table, at, a, b, c, d);
    this.count += 1;
    if (this.count * 4 > (this.mask + 1) * 3) this.grow();
    return true;
  }

  private grow(): void {
    const old = this.table;
    this.mask = this.mask * 2 + 1;
    this.table = new Int32Array((this.mask + 1) * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (isFree(old, at)) continue;
      const a = old[at] as number;
      const b = old[at + 1] as number;
      const c = old[at + 2] as number;
      const d = old[at + 3] as number;
      put(this.table, freePlace(this.table, this.mask, a, b, c, d), a, b, c, d);
    }
  }
}

/** All zero is what an empty slot looks like. */
function lastOf(a: number, b: number, c: number, d: number): number {
  return (a | b | c | d) === 0 ? 1 : d;
}

/** The place of the id, or of the free slot where it belongs. */
function placeOf(words: Int32Array, mask: number, a: number, b: number, c: number, d: number): number {
  let slot = narrow(a, b, c, d) & mask;
  for (;;) {
    const at = slot * WORDS;
    if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return at;
    if (isFree(words, at)) return at;
    slot = (slot + 1) & mask;
  }
}

/** The same for an id that is not there. */
function freePlace(words: Int32Array, mask: number, a: number, b: number, c: number, d: number): number {
  let slot = narrow(a, b, c, d) & mask;
  while (!isFree(words, slot * WORDS)) slot = (slot + 1) & mask;
  return slot * WORDS;
}

function isFree(words: Int32Array, at: number): boolean {
  return (
    ((words[at] as number) |
      (words[at + 1] as number) |
      (words[at + 2] as number) |
      (words[at + 3] as number)) ===
    0
  );
}

function put(words: Int32Array, at: number, a: number, b: number, c: number, d: number): void {
  words[at] = a;
  words[at + 1] = b;
  words[at + 2] = c;
  words[at + 3] = d;
}
