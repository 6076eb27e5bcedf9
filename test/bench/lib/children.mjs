import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What has to be undone however the run ends. */
const open = new Set();

/**
 * Registers a way to close something and returns it; it runs once, and at the latest when the run ends.
 * @param {() => Promise<void> | void} close
 */
export function closing(close) {
  const once = async () => {
    if (open.delete(once)) await close();
  };
  open.add(once);
  return once;
}

/** The newest first. */
export async function closeAll() {
  for (const close of [...open].reverse()) await close();
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  return { path, remove: closing(() => rmSync(path, { recursive: true, force: true })) };
}

/**
 * A child of ours with what it wrote on standard error, for when it fails.
 * @param {readonly string[]} args for this same Node
 * @param {Partial<import('node:child_process').SpawnOptions>} [options]
 */
export function startNode(args, options = {}) {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  let said = '';
  child.stderr?.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    child,
    ended,
    said: () => said,
    stop: closing(async () => {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(impatience);
    }),
  };
}

/** @param {number} time in milliseconds */
export function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}
