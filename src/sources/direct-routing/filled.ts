import type { Values } from './figures.js';

/** Objects with the names of a shape and nothing in them. */
const blanks = new Map<string, Values>();
const MOST_BLANKS = 100;

/**
 * Values that `fill` puts after `begin`; the same names in the same order whenever it is the same shape. A hundred names that are put
 * into an object one by one make a slow one of it: from the second time on it is a copy of one that has them, for facts are copied,
 * compared and read by rules at every poll.
 */
export function filled(shape: string, begin: Values, fill: (into: Values) => void): Values {
  const blank = blanks.get(shape);
  const values = blank === undefined ? begin : Object.assign({ ...blank }, begin);
  fill(values);
  if (blank === undefined) {
    if (blanks.size >= MOST_BLANKS) blanks.clear();
    blanks.set(shape, Object.fromEntries(Object.keys(values).map((name) => [name, null])));
  }
  return values;
}
