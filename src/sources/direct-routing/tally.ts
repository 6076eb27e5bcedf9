import type { MinuteCount } from '../keep.js';
import type { Instant } from '../../model/time.js';

/** Calls of one batch, counted by minute, kind and user in flat memory. */
export interface BatchCounts {
  readonly size: number;
  /** `head` is the place of the key's head; the four words are the user's id, all zero for a bot. */
  add(minute: Instant, head: number, u0: number, u1: number, u2: number, u3: number): void;
  /** Every entry once; `user` is empty for a bot. */
  each(tell: (minute: Instant, head: number, user: string, count: number) => void): void;
  clear(): void;
}

const WORDS = 7;
const MINUTE_MS = 60_000;

export function openBatchCounts(slots = 1 << 16): BatchCounts {
  let mask = slots - 1;
  let table = new Int32Array(slots * WORDS);
  let size = 0;
  const user = Buffer.alloc(16);

  function grow(): void {
    const old = table;
    mask = mask * 2 + 1;
    table = new Int32Array((mask + 1) * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + 6] === 0) continue;
      const place = placeOf(
        old[at] as number,
        old[at + 1] as number,
        old[at + 2] as number,
        old[at + 3] as number,
        old[at + 4] as number,
        old[at + 5] as number,
      );
      table.set(old.subarray(at, at + WORDS), place);
    }
  }

  function placeOf(minute: number, head: number, u0: number, u1: number, u2: number, u3: number): number {
    let hash = Math.imul(minute, 0x2c1b3c6d) ^ Math.imul(head, 0x297a2d39) ^ u0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x45d9f3b) ^ u1 ^ Math.imul(u3, 31);
    hash = Math.imul(hash ^ (hash >>> 13), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (;;) {
      const at = slot * WORDS;
      if (table[at + 6] === 0) return at;
      if (
        table[at] === minute &&
        table[at + 1] === head &&
        table[at + 2] === u0 &&
        table[at + 3] === u1 &&
        table[at + 4] === u2 &&
        table[at + 5] === u3
      )
        return at;
      slot = (slot + 1) & mask;
    }
  }

  function userText(at: number): string {
    const words = [
      table[at + 2] as number,
      table[at + 3] as number,
      table[at + 4] as number,
      table[at + 5] as number,
    ] as const;
    if ((words[0] | words[1] | words[2] | words[3]) === 0) return '';
    user.writeInt32BE(words[0], 0);
    user.writeInt32BE(words[1], 4);
    user.writeInt32BE(words[2], 8);
    user.writeInt32BE(words[3], 12);
    return user.toString('base64url');
  }

  return {
    get size() {
      return size;
    },
    add(at, head, u0, u1, u2, u3) {
      const minute = at / MINUTE_MS;
      const place = placeOf(minute, head, u0, u1, u2, u3);
      if (table[place + 6] === 0) {
        table[place] = minute;
        table[place + 1] = head;
        table[place + 2] = u0;
        table[place + 3] = u1;
        table[place + 4] = u2;
        table[place + 5] = u3;
        size += 1;
      }
      table[place + 6] = (table[place + 6] as number) + 1;
      if (size * 4 > mask * 3) grow();
    },
    each(tell) {
      for (let at = 0; at < table.length; at += WORDS) {
        const count = table[at + 6] as number;
        if (count > 0) tell((table[at] as number) * MINUTE_MS, table[at + 1] as number, userText(at), count);
      }
    },
    clear() {
      table.fill(0);
      size = 0;
    },
  };
}

/** Counts by minute and kind, users taken together: what the windows of a poll are made of. */
export interface Tally {
  add(minute: Instant, key: string, count: number): void;
  forget(before: Instant): void;
  counts(): readonly MinuteCount[];
}

export function openTally(): Tally {
  const minutes = new Map<Instant, Map<string, number>>();
  return {
    add(minute, key, count) {
      let kinds = minutes.get(minute);
      if (kinds === undefined) minutes.set(minute, (kinds = new Map<string, number>()));
      kinds.set(key, (kinds.get(key) ?? 0) + count);
    },
    forget(before) {
      for (const minute of minutes.keys()) if (minute < before) minutes.delete(minute);
    },
    counts: () =>
      [...minutes].flatMap(([minute, kinds]) => [...kinds].map(([key, count]) => ({ minute, key, count }))),
  };
}
