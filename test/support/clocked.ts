import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../src/lib/clock.js';
import { heard } from './heard.js';
import { putRecord } from './record.js';

/** A clock that two processes share: it runs `speed` times as fast as life and can be put ahead. */
export interface SharedClock extends Clock {
  readonly start: number;
  /** The wall clock's time at `start`. */
  readonly begun: number;
  readonly speed: number;
  ahead: number;
}

export function sharedClock(start: number, speed: number): SharedClock {
  const begun = Date.now();
  const clock: SharedClock = {
    start,
    begun,
    speed,
    ahead: 0,
    now: () => Math.round(start + (Date.now() - begun) * speed + clock.ahead),
    real: (ms) => ms / speed,
  };
  return clock;
}

/** The whole compiled program as a process of its own, on the shared clock. */
export interface Clocked {
  /** Where its console and the platforms reach it. */
  readonly url: string;
  /** Puts the clock of both processes ahead; resolves when both have it. */
  skip(ms: number): Promise<void>;
  /** The console's API, as JSON. */
  api(path: string): Promise<unknown>;
  /** What it wrote so far: for the message of a failed test. */
  log(): string;
  close(): Promise<void>;
}

/** `settings` without a dataDir: it gets a folder of its own. */
export async function startClocked(settings: object, clock: SharedClock): Promise<Clocked> {
  const home = await mkdtemp(join(tmpdir(), 'tocsin-clocked-'));
  const path = join(home, 'tocsin.json');
  const whole = { dataDir: join(home, 'data'), ...settings };
  await Promise.all([writeFile(path, JSON.stringify(whole)), putRecord(whole.dataDir)]);
  const script = fileURLToPath(new URL('clocked-child.mjs', import.meta.url));
  const numbers = [clock.start, clock.begun, clock.speed].map(String);
  const child = fork(script, [path, ...numbers], {
    silent: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const close = async (): Promise<void> => {
    await stop(child);
    heard('the program on the shared clock', output);
    await rm(home, { recursive: true, force: true });
  };
  const url = await told(child, 'url').catch(async (error: unknown) => {
    await close();
    throw new Error(`the program did not start: ${output.slice(-2_000)}`, { cause: error });
  });
  return {
    url: String(url),
    async skip(ms) {
      clock.ahead += ms;
      const done = told(child, 'ahead');
      child.send({ ahead: clock.ahead });
      await done;
    },
    async api(path) {
      const answer = await fetch(`${String(url)}/api/v1/${path}`);
      return answer.json();
    },
    log: () => output,
    close,
  };
}

function told(child: ChildProcess, what: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('it ended'));
    child.once('exit', ended);
    const listen = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(what in message)) return;
      child.off('message', listen);
      child.off('exit', ended);
      resolve((message as Record<string, unknown>)[what]);
    };
    child.on('message', listen);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 8_000);
  await ended;
  clearTimeout(hard);
}
