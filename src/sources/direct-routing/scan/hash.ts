import { createHash } from 'node:crypto';

const { imul } = Math;

/** Where a hash begins; `joined` adds four bytes, the first being the lowest, and at last what is left of them, if only nothing. */
export const HASH_SEED = 0x811c9dc5 | 0;

export function joined(hash: number, more: number): number {
  const next = imul(hash ^ more, 0x2c1b3c6d);
  return next ^ (next >>> 15);
}

/** A spread of these bytes over 32 bits; 0 only for none at all. */
export function hashOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = HASH_SEED;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) hash = joined(hash, view.getInt32(at, true));
  let left = 0;
  for (let place = 0; at < bytes.length; at += 1, place += 8) left |= view.getUint8(at) << place;
  return finishHash(joined(hash, left));
}

export function finishHash(hash: number): number {
  const mixed = mix(hash);
  return mixed === 0 ? 1 : mixed;
}

export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = imul(hash, 0x45d9f3b);
  return hash ^ (hash >>> 15);
}

/** 32 bits of which each depends on all 128: ids may be drawn in sequence. */
export function narrow(a: number, b: number, c: number, d: number): number {
  let hash = imul(a, 0x2c1b3c6d) ^ b;
  hash = imul(hash ^ (hash >>> 15), 0x297a2d39) ^ c;
  hash = imul(hash ^ (hash >>> 13), 0x45d9f3b) ^ d;
  return mix(imul(hash, 0x2c1b3c6d));
}

/** Both numbers and the user, so that two attempts of one call are alike; 0 when there is no number. */
export function pairOf(caller: number, callee: number, user: number): number {
  if (caller === 0 && callee === 0) return 0;
  const pair = mix(mix(imul(caller, 31) ^ callee) ^ imul(user, 0x27d4eb2d));
  return pair === 0 ? 1 : pair;
}

/** 128 bits of any text: a GUID's own, whatever its casing, or else a hash. */
export function wideOf(text: string): readonly [number, number, number, number] {
  const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const bytes = guid
    ? Buffer.from(text.replaceAll('-', ''), 'hex')
    : createHash('sha256').update(text).digest();
  return [bytes.readInt32BE(0), bytes.readInt32BE(4), bytes.readInt32BE(8), bytes.readInt32BE(12)];
}
