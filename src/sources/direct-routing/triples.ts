const { imul } = Math;

const WORDS = 4;
const FIRST_SLOTS = 1_024;

/** Small whole numbers by three others, in flat memory and without garbage. Methods of a class are one code for all tables. */
export class Triples {
  private mask = FIRST_SLOTS - 1;
  /** Three numbers and theirs, which is negative where there is none. */
  private table = new Int32Array(FIRST_SLOTS * WORDS).fill(-1);
  private size = 0;

  /** -1 when there is none. */
  get(a: number, b: number, c: number): number {
    return this.table[placeOf(this.table, this.mask, a, b, c) + 3] as number;
  }

  set(a: number, b: number, c: number, value: number): void {
    put(this.table, this.mask, a, b, c, value);
    this.size += 1;
    if (this.size * 4 > this.mask * 3) this.grow();
  }

  /** Adds to what is there; nothing there is none. */
  add(a: number, b: number, c: number, more: number): void {
    const at = placeOf(this.table, this.mask, a, b, c);
    const known = this.table[at + 3] as number;
    if (known < 0) this.set(a, b, c, more);
    else this.table[at + 3] = known + more;
  }

  each(tell: (a: number, b: number, c: number, value: number) => void): void {
    const { table } = this;
    for (let at = 0; at < table.length; at += WORDS) {
      const value = table[at + 3] as number;
      if (value >= 0) tell(table[at] as number, table[at + 1] as number, table[at + 2] as number, value);
    }
  }

  clear(): void {
    this.table.fill(-1);
    this.size = 0;
  }

  private grow(): void {
    const old = this.table;
    this.mask = this.mask * 2 + 1;
    this.table = new Int32Array((this.mask + 1) * WORDS).fill(-1);
    for (let at = 0; at < old.length; at += WORDS) {
      const value = old[at + 3] as number;
      if (value >= 0)
        put(this.table, this.mask, old[at] as number, old[at + 1] as number, old[at + 2] as number, value);
    }
  }
}

function placeOf(table: Int32Array, mask: number, a: number, b: number, c: number): number {
  let hash = imul(a, 0x2c1b3c6d) ^ imul(b, 0x297a2d39) ^ imul(c, 0x45d9f3b);
  hash ^= hash >>> 15;
  let slot = hash & mask;
  for (;;) {
    const at = slot * WORDS;
    if ((table[at + 3] as number) < 0) return at;
    if (table[at] === a && table[at + 1] === b && table[at + 2] === c) return at;
    slot = (slot + 1) & mask;
  }
}

function put(table: Int32Array, mask: number, a: number, b: number, c: number, value: number): void {
  const at = placeOf(table, mask, a, b, c);
  table[at] = a;
  table[at + 1] = b;
  table[at + 2] = c;
  table[at + 3] = value;
}
