/**
 * A text that is looked for again and again, eight bytes at a time: as a number of 64 bits each, which are equal only when the
 * bytes are, since those of ASCII are never a NaN and never a zero.
 */
export interface Literal {
  readonly length: number;
  /** The first eight bytes, the next eight or as many of them as there are, and the last eight: they may overlap. */
  readonly first: number;
  readonly middle: number;
  readonly middleAt: number;
  readonly last: number;
  /** What lies between the first sixteen bytes and the last eight. */
  readonly words: Float64Array;
  /** The first and the last four bytes, of one that is shorter than eight. */
  readonly head: number;
  readonly tail: number;
}

/** Of ASCII, four bytes at least. */
export function literalOf(text: string): Literal {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  return literalAt(bytes, 0, bytes.length);
}

export function literalAt(bytes: Uint8Array, from: number, length: number): Literal {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, length);
  const eight = (at: number): number => (length < 8 ? 0 : view.getFloat64(at, true));
  const middleAt = Math.max(0, Math.min(8, length - 8));
  return {
    length,
    first: eight(0),
    middle: eight(middleAt),
    middleAt,
    last: eight(length - 8),
    words: Float64Array.from({ length: Math.max(0, Math.ceil(length / 8) - 3) }, (_, i) => eight(16 + i * 8)),
    head: view.getInt32(0, true),
    tail: view.getInt32(length - 4, true),
  };
}

/** Whether these bytes, all of which must be there, are the literal. */
export function isAt(view: DataView, at: number, literal: Literal): boolean {
  const { length } = literal;
  if (length < 8)
    return view.getInt32(at, true) === literal.head && view.getInt32(at + length - 4, true) === literal.tail;
  return (
    view.getFloat64(at, true) === literal.first &&
    view.getFloat64(at + length - 8, true) === literal.last &&
    view.getFloat64(at + literal.middleAt, true) === literal.middle &&
    (length <= 24 || isBetween(view, at + 16, literal.words))
  );
}

function isBetween(view: DataView, at: number, words: Float64Array): boolean {
  for (let i = 0; i < words.length; i += 1) if (view.getFloat64(at + i * 8, true) !== words[i]) return false;
  return true;
}
