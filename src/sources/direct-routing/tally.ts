import { MINUTE, type Instant } from '../../model/time.js';
import { Triples } from './triples.js';

const { imul } = Math;

/** Calls of one batch, in flat memory: by minute and kind, and by user as well. */
export interface BatchCounts {
  /** `at` is when the call began, `head` the place of the key's head, `user` that of the user. */
  add(at: Instant, head: number, user: number): void;
  /** One entry a call; those that are alike are told more than once. */
  each(tell: (minute: Instant, head: number, user: number) => void): void;
  /** Users taken together, each entry once. */
  heads(tell: (minute: Instant, head: number, count: number) => void): void;
  clear(): void;
}

const WORDS = 3;
const FIRST_CALLS = 16_384;

export function openBatchCounts(): BatchCounts {
  let list = new Int32Array(FIRST_CALLS * WORDS);
  let length = 0;
  const sums = new Triples();

  return {
    add(at, head, user) {
      const minute = Math.floor(at / MINUTE);
      if (length === list.length) {
        const longer = new Int32Array(list.length * 2);
        longer.set(list);
        list = longer;
      }
      list[length] = minute;
      list[length + 1] = head;
      list[length + 2] = user;
      length += WORDS;
      sums.add(minute, head, 0, 1);
    },
    each(tell) {
      for (let at = 0; at < length; at += WORDS)
        tell((list[at] as number) * MINUTE, list[at + 1] as number, list[at + 2] as number);
    },
    heads: (tell) => sums.each((minute, head, _none, count) => tell(minute * MINUTE, head, count)),
    clear() {
      length = 0;
      sums.clear();
    },
  };
}

/** Graph's users as small numbers, and their packed ids as text. Place 0 is nobody: a bot. */
export interface Users {
  place(u0: number, u1: number, u2: number, u3: number): number;
  text(place: number): string;
}

const USER_WORDS = 5;

export function openUsers(): Users {
  let mask = 1_023;
  let table = new Int32Array((mask + 1) * USER_WORDS);
  const texts: string[] = [''];
  const packed = Buffer.alloc(16);

  function slotOf(u0: number, u1: number, u2: number, u3: number): number {
    let hash = imul(u0, 0x2c1b3c6d) ^ imul(u1 ^ u2, 0x297a2d39) ^ imul(u3, 0x45d9f3b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    for (;;) {
      const at = slot * USER_WORDS;
      if (table[at + 4] === 0) return at;
      if (table[at] === u0 && table[at + 1] === u1 && table[at + 2] === u2 && table[at + 3] === u3) return at;
      slot = (slot + 1) & mask;
    }
  }

  function put(u0: number, u1: number, u2: number, u3: number, place: number): void {
    const at = slotOf(u0, u1, u2, u3);
    table[at] = u0;
    table[at + 1] = u1;
    table[at + 2] = u2;
    table[at + 3] = u3;
    table[at + 4] = place;
  }

  function grow(): void {
    const old = table;
    mask = mask * 2 + 1;
    table = new Int32Array((mask + 1) * USER_WORDS);
    for (let at = 0; at < old.length; at += USER_WORDS) {
      const place = old[at + 4] as number;
      if (place !== 0)
        put(old[at] as number, old[at + 1] as number, old[at + 2] as number, old[at + 3] as number, place);
    }
  }

  return {
    text: (place) => texts[place] ?? '',
    place(u0, u1, u2, u3) {
      if ((u0 | u1 | u2 | u3) === 0) return 0;
      const known = table[slotOf(u0, u1, u2, u3) + 4] as number;
      if (known !== 0) return known;
      packed.writeInt32BE(u0, 0);
      packed.writeInt32BE(u1, 4);
      packed.writeInt32BE(u2, 8);
      packed.writeInt32BE(u3, 12);
      const place = texts.push(packed.toString('base64url')) - 1;
      put(u0, u1, u2, u3, place);
      if (place * 2 > mask) grow();
      return place;
    },
  };
}

export type TellCount = (minute: Instant, key: string, count: number) => void;

/** Counts by minute and kind, users taken together: what the windows of a poll are made of. */
export interface Tally {
  add(minute: Instant, key: string, count: number): void;
  forget(before: Instant): void;
  /** Every entry once, by minute in no order. */
  each(tell: TellCount): void;
}

/** Flat, so that a long log does not become hundreds of thousands of things that the garbage collector walks over. */
export function openTally(): Tally {
  let counts = new Triples();
  let keys: string[] = [];
  let places = new Map<string, number>();
  let oldest = Infinity;

  function add(minute: Instant, key: string, count: number): void {
    let place = places.get(key);
    if (place === undefined) {
      place = keys.push(key) - 1;
      places.set(key, place);
    }
    oldest = Math.min(oldest, minute);
    counts.add(minute / MINUTE, place, 0, count);
  }

  function each(tell: TellCount): void {
    const known = keys;
    counts.each((minute, place, _none, count) => tell(minute * MINUTE, known[place] ?? '', count));
  }

  return {
    add,
    each,
    forget(before) {
      if (oldest >= before) return;
      const kept: [Instant, string, number][] = [];
      each((minute, key, count) => {
        if (minute >= before) kept.push([minute, key, count]);
      });
      [counts, keys, places, oldest] = [new Triples(), [], new Map<string, number>(), Infinity];
      for (const [minute, key, count] of kept) add(minute, key, count);
    },
  };
}
