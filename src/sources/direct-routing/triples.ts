const { imul } = Math;

/** Small whole numbers by three others, without garbage. */
export interface Triples {
  /** -1 when there is none. */
  get(a: number, b: number, c: number): number;
  set(a: number, b: number, c: number, value: number): void;
  /** Adds to what is there; nothing there is none. */
  add(a: number, b: number, c: number, more: number): void;
  each(tell: (a: number, b: number, c: number, value: number) => void): void;
}

const WORDS = 4;

export function openTriples(): Triples {
  let mask = 1_023;
  let table = new Int32Array((mask + 1) * WORDS).fill(-1);
  let size = 0;

  function placeOf(a: number, b: number, c: number): number {
    let hash = imul(a, 0x2c1b3c6d) ^ imul(b, 0x297a2d39) ^ imul(c, 0x45d9f3b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    for (;;) {
      const at = slot * WORDS;
      const value = table[at + 3] as number;
      if (value < 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at;
      slot = (slot + 1) & mask;
    }
  }

  function put(a: number, b: number, c: number, value: number): void {
    const at = placeOf(a, b, c);
    table[at] = a;
    table[at + 1] = b;
    table[at + 2] = c;
    table[at + 3] = value;
  }

  function grow(): void {
    const old = table;
    mask = mask * 2 + 1;
    table = new Int32Array((mask + 1) * WORDS).fill(-1);
    for (let at = 0; at < old.length; at += WORDS) {
      if ((old[at + 3] as number) >= 0)
        put(old[at] as number, old[at + 1] as number, old[at + 2] as number, old[at + 3] as number);
    }
  }

  function set(a: number, b: number, c: number, value: number): void {
    put(a, b, c, value);
    size += 1;
    if (size * 2 > mask) grow();
  }

  return {
    get: (a, b, c) => table[placeOf(a, b, c) + 3] as number,
    set,
    add(a, b, c, more) {
      const at = placeOf(a, b, c);
      const known = table[at + 3] as number;
      if (known < 0) set(a, b, c, more);
      else table[at + 3] = known + more;
    },
    each(tell) {
      for (let at = 0; at < table.length; at += WORDS) {
        const value = table[at + 3] as number;
        if (value >= 0) tell(table[at] as number, table[at + 1] as number, table[at + 2] as number, value);
      }
    },
  };
}
