/** What a scan gives in place of a place: the bytes end before the value does. */
export const CUT = -2;
/** Something that only a whole parser should judge. */
export const STRANGE = -1;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const CLOSE = 0x7d;
export const DASH = 0x2d;

export function afterBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at] as number)) at += 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
