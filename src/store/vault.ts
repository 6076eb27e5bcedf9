import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Fault } from '../lib/fault.js';
import type { Vault } from '../sources/keep.js';
import type { Database } from './database.js';

const NONCE = 12;
const TAG = 16;
/** Names the format, so that another one can follow it. */
const FORMAT = 'v1.';

/** Secrets in the record, encrypted with AES-256-GCM; `key` is 32 bytes. The store must have been opened before. */
export function openVault(db: Database, key: Uint8Array): Vault {
  return {
    async get(name) {
      const [row] = await db.query<{ sealed: string }>(
        'select sealed from tocsin.vault where name = $1::text',
        [name],
      );
      return row === undefined ? undefined : unseal(row.sealed, name, key);
    },
    async put(name, secret) {
      await db.query(
        `insert into tocsin.vault (name, sealed) values ($1::text, $2::text)
         on conflict (name) do update set sealed = excluded.sealed, updated_at = now()`,
        [name, seal(secret, name, key)],
      );
    },
  };
}

/** The secret as text that only the same name and key open again. */
export function seal(secret: string, name: string, key: Uint8Array): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  // Bound to its name: a sealed secret that is moved to another row does not open.
  cipher.setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

/** Throws `store.locked` when the key is not the one that it was sealed with, or somebody has changed it. */
export function unseal(sealed: string, name: string, key: Uint8Array): string {
  try {
    if (!sealed.startsWith(FORMAT)) throw new Error('unknown format');
    const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Fault('store.locked', 'A secret in the vault cannot be opened with this key.', {
      cause,
      advice:
        'Give back the key it was sealed with (TOCSIN_VAULT_KEY, or vault.key in dataDir), or sign in again.',
    });
  }
}
