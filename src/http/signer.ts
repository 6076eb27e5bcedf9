import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Json } from '../model/json.js';
import { SECOND, type Instant } from '../model/time.js';

export interface SignerMemory {
  get(key: string): Promise<Json | undefined>;
  put(key: string, value: Json): Promise<void>;
}

/** Makes what nobody can guess out of what everybody may know: 43 characters that fit into an address. */
export interface Signer {
  sign(text: string): Promise<string>;
  /** Tries the known key, and then the kept one when that is another. */
  isSigned(text: string, mac: string): Promise<boolean>;
}

/** The key is looked up again at most this often when a link does not fit it: another process may have made it. */
const KEY_AGAIN = 10 * SECOND;

/** Signs and checks with a key that is made once and kept under `name`. */
export function openSigner(memory: SignerMemory, name: string, now: () => Instant): Signer {
  let key: Promise<Uint8Array> | undefined;
  let readAt = -Infinity;

  const kept = async (): Promise<Uint8Array | undefined> => {
    const text = await memory.get(name);
    return typeof text === 'string' && text.length >= 43 ? Buffer.from(text, 'base64url') : undefined;
  };
  const create = async (): Promise<Uint8Array> => {
    const there = await kept();
    if (there !== undefined) return there;
    const made = randomBytes(32);
    await memory.put(name, made.toString('base64url'));
    return (await kept()) ?? made;
  };
  const make = (): Promise<Uint8Array> => {
    key ??= create().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  return {
    sign: async (text) => macOf(text, await make()),
    async isSigned(text, mac) {
      const test = (tried: Uint8Array): boolean => same(mac, macOf(text, tried));
      if (test(await make())) return true;
      if (Math.abs(now() - readAt) < KEY_AGAIN) return false;
      readAt = now();
      const there = await kept();
      if (there === undefined || !test(there)) return false;
      key = Promise.resolve(there);
      return true;
    },
  };
}

function macOf(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
