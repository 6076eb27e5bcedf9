import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Vault } from '../sources/keep.js';
import { seal, unseal } from '../store/vault.js';

const FOLDER = 'handover';
const LOOKS_EVERY = 2_000;

/**
 * Leaves a secret for the process that holds the embedded record: sealed with the vault's key, in the data directory, for
 * the owner alone. It takes it up within seconds.
 */
export function leaveSecret(dataDir: string, name: string, secret: string, key: Uint8Array): void {
  const folder = join(dataDir, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, createHash('sha256').update(name).digest('hex').slice(0, 32));
  writeFileSync(`${file}.tmp`, JSON.stringify({ name, sealed: seal(secret, name, key) }), { mode: 0o600 });
  chmodSync(`${file}.tmp`, 0o600);
  renameSync(`${file}.tmp`, `${file}.json`);
}

/** Takes up what was left, now and from time to time; `taken` hears the name. Returns how to stop. */
export async function takeSecrets(deps: {
  readonly dataDir: string;
  readonly vault: Vault;
  readonly key: Uint8Array;
  readonly taken: (name: string) => Promise<void>;
  readonly log: Log;
}): Promise<() => void> {
  let running = false;
  const look = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      for (const file of filesIn(join(deps.dataDir, FOLDER))) await takeOne(file, deps);
    } catch (error) {
      deps.log.warn({ err: error }, 'a secret that was left could not be taken up');
    } finally {
      running = false;
    }
  };
  await look();
  const timer = setInterval(() => void look(), LOOKS_EVERY).unref();
  return () => clearInterval(timer);
}

async function takeOne(
  file: string,
  { vault, key, taken, log }: Parameters<typeof takeSecrets>[0],
): Promise<void> {
  const left: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const { name, sealed } = left as { name?: unknown; sealed?: unknown };
  if (typeof name === 'string' && typeof sealed === 'string') {
    try {
      await vault.put(name, unseal(sealed, name, key));
      await taken(name);
    } catch (error) {
      if (!isFault(error, 'store.locked')) throw error;
      log.warn('a secret that was left is sealed with another key; it is thrown away');
    }
  }
  rmSync(file, { force: true });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name));
  } catch {
    // Nobody has left anything yet.
    return [];
  }
}
