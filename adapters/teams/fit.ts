import type { JsonObject } from '../../src/model/json.js';

/** How much of a card is drawn. */
export interface Limits {
  /** Characters of one text. */
  readonly text: number;
  /** Rows of a table, items of a list, facts. */
  readonly rows: number;
  readonly sections: number;
  /** The reader is told that something is missing. */
  readonly shortened: boolean;
}

/**
 * Teams refuses a message above about 100 KB and advises to stay below 80 (Microsoft Learn, "Format your bot messages"),
 * counted in UTF-16. What surrounds the card gets the rest.
 */
const MAX_BYTES = 80 * 1024 - 4 * 1024;

const WHOLE = { text: 8_000, rows: 100 };
const STEPS: readonly { readonly text: number; readonly rows: number }[] = [
  { text: 4_000, rows: 60 },
  { text: 2_000, rows: 40 },
  { text: 1_000, rows: 25 },
  { text: 500, rows: 15 },
  { text: 250, rows: 10 },
  { text: 120, rows: 6 },
];
/** A card that says more than this is not read anyway. */
const MAX_SECTIONS = 60;

/** The fullest drawing that fits: first with shorter texts, then with fewer sections. `draw` with no sections always fits. */
export function fit(sections: number, draw: (limits: Limits) => JsonObject): JsonObject {
  const all = Math.min(sections, MAX_SECTIONS);
  const whole = draw({ ...WHOLE, sections: all, shortened: all < sections });
  if (size(whole) <= MAX_BYTES) return whole;
  for (const step of STEPS) {
    const shorter = draw({ ...step, sections: all, shortened: true });
    if (size(shorter) <= MAX_BYTES) return shorter;
  }
  const least = STEPS.at(-1) ?? WHOLE;
  return most(all, (kept) => draw({ ...least, sections: kept, shortened: true }));
}

/** The drawing with the most sections that fits, halving: each section more makes it longer. */
function most(all: number, draw: (sections: number) => JsonObject): JsonObject {
  let fits = draw(0);
  let low = 0;
  let high = all;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const drawn = draw(middle);
    if (size(drawn) <= MAX_BYTES) [fits, low] = [drawn, middle];
    else high = middle;
  }
  return fits;
}

/** The larger of both ways to count. */
export function size(value: JsonObject): number {
  const text = JSON.stringify(value);
  return Math.max(Buffer.byteLength(text, 'utf8'), text.length * 2);
}
