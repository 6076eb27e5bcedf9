import { createHash } from 'node:crypto';

/** A spread of these bytes over 32 bits; 0 only for none at all. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = mix(hash);
  return hash === 0 ? 1 : hash;
}

export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x45d9f3b);
  return hash ^ (hash >>> 15);
}

/** Both numbers and the user, so that two attempts of one call are alike; 0 when there is no number. */
export function pairOf(caller: number, callee: number, user: number): number {
  if (caller === 0 && callee === 0) return 0;
  const pair = mix(mix(Math.imul(caller, 31) ^ callee) ^ Math.imul(user, 0x27d4eb2d));
  return pair === 0 ? 1 : pair;
}

/** The value of a hexadecimal digit by its byte; 16 for any other byte. */
export const HEX = hexTable();

function hexTable(): Uint8Array {
  const table = new Uint8Array(256).fill(16);
  for (let i = 0; i < 16; i += 1) {
    table[i.toString(16).charCodeAt(0)] = i;
    table[i.toString(16).toUpperCase().charCodeAt(0)] = i;
  }
  return table;
}

/** 128 bits of any text: a GUID's own, whatever its casing, or else a hash. */
export function wideOf(text: string): readonly [number, number, number, number] {
  const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const bytes = guid
    ? Buffer.from(text.replaceAll('-', ''), 'hex')
    : createHash('sha256').update(text).digest();
  return [bytes.readInt32BE(0), bytes.readInt32BE(4), bytes.readInt32BE(8), bytes.readInt32BE(12)];
}
