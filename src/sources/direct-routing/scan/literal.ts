/**
 * A text that is looked for again and again, eight bytes at a time: as a number of 64 bits each, which are equal only when the
 * bytes are, since those of ASCII are never a NaN and never a zero.
 */
export interface Literal {
  readonly text: string;
  readonly length: number;
  readonly words: Float64Array;
  /** The last four bytes, and the four that begin where the words end or as near to it as there are four: they may overlap. */
  readonly tail: number;
  readonly rest: number;
  readonly restAt: number;
}

/** Of ASCII, four bytes at least. */
export function literalOf(text: string): Literal {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  return literalAt(bytes, 0, bytes.length);
}

export function literalAt(bytes: Uint8Array, from: number, length: number): Literal {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, length);
  const words = Float64Array.from({ length: length >> 3 }, (_, i) => view.getFloat64(i * 8, true));
  const restAt = Math.min(words.length * 8, length - 4);
  return {
    text: Buffer.from(bytes.subarray(from, from + length)).toString('latin1'),
    length,
    words,
    tail: view.getInt32(length - 4, true),
    rest: view.getInt32(restAt, true),
    restAt,
  };
}

/** Whether these bytes, all of which must be there, are the literal. */
export function isAt(view: DataView, at: number, literal: Literal): boolean {
  if (view.getInt32(at + literal.length - 4, true) !== literal.tail) return false;
  const { words } = literal;
  for (let i = 0; i < words.length; i += 1) if (view.getFloat64(at + i * 8, true) !== words[i]) return false;
  return view.getInt32(at + literal.restAt, true) === literal.rest;
}
