import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../lib/fault.js';
import { codeOf } from '../lib/thrown.js';

const LENGTH = 32;

/**
 * The key that secrets in the record are encrypted with: TOCSIN_VAULT_KEY (32 bytes as base64) where several processes share a
 * database, else `vault.key` in the data directory, made at the first start and readable by its owner alone.
 */
export function vaultKey(dataDir: string, env: Readonly<Record<string, string | undefined>>): Uint8Array {
  const given = env['TOCSIN_VAULT_KEY'];
  if (given !== undefined && given !== '') return checked(Buffer.from(given, 'base64'), 'TOCSIN_VAULT_KEY');
  const file = join(dataDir, 'vault.key');
  try {
    return checked(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64'), file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const key = randomBytes(LENGTH);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

function checked(key: Uint8Array, where: string): Uint8Array {
  if (key.length === LENGTH) return key;
  throw new Fault('settings.invalid', `${where} must hold ${LENGTH} bytes as base64.`);
}
