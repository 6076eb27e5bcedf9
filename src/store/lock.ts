import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../lib/fault.js';
import { codeOf } from '../lib/thrown.js';

/** Who holds the lock. `startedAt` tells a process from a later one with the same number; empty where /proc is missing. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
  readonly host: string;
}

const BEAT_MS = 2_000;
/** A holder on another host (a container on the same volume) that has not touched its lock for this long is gone. */
const SILENT_MS = 4 * BEAT_MS;

// Which locks this very process holds: its own number in a lock file proves nothing, another process may have left it.
const held = new Set<string>();

/**
 * Takes the lock file, and with it the folder it stands for, or throws `store.locked` with the holder's process id. The
 * lock of a dead process is taken over. Resolves with the function that gives it back.
 */
export async function takeLock(file: string, folder: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify(self());
  while (!create(file, mine)) {
    const found = read(file);
    if (found === undefined) continue;
    if (held.has(file) || (await isAlive(file, found))) throw locked(folder, parse(found));
    discard(file, found);
  }
  held.add(file);
  const beat = setInterval(() => touch(file), BEAT_MS).unref();
  return () => {
    clearInterval(beat);
    held.delete(file);
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function locked(folder: string, holder: Holder | undefined): Fault {
  const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
  const where = holder === undefined || holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new Fault('store.locked', `${folder} is in use by ${who}${where}.`);
}

async function isAlive(file: string, found: string): Promise<boolean> {
  const holder = parse(found);
  // Elsewhere, or still being written: only its beat tells.
  if (holder?.host !== hostname()) return beats(file);
  if (holder.pid === process.pid && holder.startedAt === '') return false;
  return exists(holder.pid) && startOf(holder.pid) === holder.startedAt;
}

async function beats(file: string): Promise<boolean> {
  const first = modifiedAt(file);
  if (first === undefined) return false;
  for (let waited = 0; waited < SILENT_MS && Date.now() - first < SILENT_MS; waited += BEAT_MS / 4) {
    await sleep(BEAT_MS / 4);
    if (modifiedAt(file) !== first) return true;
  }
  return false;
}

/** By renaming, so that of two who find the same dead lock neither removes the other's fresh one. */
function discard(file: string, found: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved !== undefined && moved !== found) create(file, moved);
  rmSync(aside, { force: true });
}

function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function modifiedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The next beat tries again; on this host the process id alone decides.
  }
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startedAt, host } = value as Record<string, unknown>;
  return Number.isSafeInteger(pid) && typeof startedAt === 'string' && typeof host === 'string';
}

function self(): Holder {
  return { pid: process.pid, startedAt: startOf(process.pid), host: hostname() };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Boot id and clock ticks since boot, of a process that runs; field 22 of /proc/<pid>/stat, see proc(5). */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? '' : `${boot}/${ticks}`;
  } catch {
    return '';
  }
}
