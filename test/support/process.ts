import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { heard } from './heard.js';
import { until } from './until.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/src/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that a test started: its words so far, and its end. */
export interface Started {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ended>;
  isRunning(): boolean;
  /** Sends the signal and waits for the end. Nothing happens to one that has ended. */
  kill(signal?: NodeJS.Signals): Promise<Ended>;
}

/** A running `tocsin start` with a console. */
export interface Tocsin extends Started {
  readonly url: string;
  get(path: string): Promise<unknown>;
  /** `POST /api/v1/command`; rejects when no answer came. */
  command(text: string, as?: string): Promise<{ readonly ok: boolean; readonly text: string }>;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Leads a process group of its own; `kill` and the watchdog then mean the whole group. */
  readonly group?: boolean;
}

const ENDS_WITHIN = 90_000;
const READY_WITHIN = 60_000;

const running = new Set<Started>();
const folders = new Set<string>();

afterAll(async () => {
  await Promise.all([...running].map((child) => child.kill('SIGKILL')));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
  if (watchdog !== undefined) {
    const ended = once(watchdog, 'exit');
    watchdog.stdin?.end();
    await ended;
  }
  watchdog = undefined;
});

/** The compiled program with these arguments, by the same Node. `npm test` compiles first. */
export function spawnTocsin(args: readonly string[], options: SpawnOptions = {}): Started {
  if (!existsSync(CLI)) throw new Error('dist/ is missing: run npm run build first');
  return spawnProgram(process.execPath, [CLI, ...args], options);
}

export function spawnProgram(program: string, args: readonly string[], options: SpawnOptions = {}): Started {
  const group = options.group === true;
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: cleanEnv(options.env),
    detached: group,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  const target = group ? -pid : pid;
  guard('+', target);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.stderr += text));
  let over = false;
  // `close` comes after the last of its words.
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      heard([program, ...args].join(' '), `${said.stdout}\n${said.stderr}`);
      running.delete(started);
      guard('-', target);
      resolve({ code, signal });
    });
  });
  const started: Started = {
    pid,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    isRunning: () => !over,
    async kill(signal = 'SIGTERM') {
      if (!over) send(target, signal);
      return within(ended, ENDS_WITHIN, () => `process ${pid} did not end after ${signal}\n${said.stderr}`);
    },
  };
  running.add(started);
  return started;
}

/** Runs to the end. */
export async function runTocsin(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Ended & { readonly stdout: string; readonly stderr: string }> {
  const child = spawnTocsin(args, options);
  const how = await within(child.ended, READY_WITHIN, () => `tocsin ${args.join(' ')} did not end`);
  return { ...how, stdout: child.stdout(), stderr: child.stderr() };
}

/** `tocsin start` on this settings file, ready to answer at `port`. */
export async function startTocsin(
  config: string,
  port: number,
  options: SpawnOptions & { readonly token?: string } = {},
): Promise<Tocsin> {
  const tocsin = openTocsin(config, port, options);
  await untilReady(tocsin);
  return tocsin;
}

/** The same without waiting. */
export function openTocsin(
  config: string,
  port: number,
  options: SpawnOptions & { readonly token?: string } = {},
): Tocsin {
  const child = spawnTocsin(['start', '--config', config], options);
  return { ...child, ...doorOf(`http://127.0.0.1:${port}`, options.token) };
}

export async function untilReady(tocsin: Tocsin): Promise<void> {
  try {
    await until(async () => {
      if (!tocsin.isRunning()) throw new Error('it has ended');
      const answer = await fetch(`${tocsin.url}/readyz`).catch(() => undefined);
      return answer?.status === 200;
    }, READY_WITHIN);
  } catch (error) {
    throw new Error(`tocsin is not ready: ${String(error)}\n${tocsin.stderr()}`, { cause: error });
  }
}

/** The API of a console. */
export function doorOf(url: string, token?: string): Pick<Tocsin, 'url' | 'get' | 'command'> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    url,
    async get(path) {
      const answer = await fetch(`${url}${path}`, { headers });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async command(text, as) {
      const body = JSON.stringify({ command: text, ...(as === undefined ? {} : { as }) });
      const answer = await fetch(`${url}/api/v1/command`, { method: 'POST', headers, body });
      return (await answer.json()) as { ok: boolean; text: string };
    },
  };
}

/** A folder of its own, removed at the end of the file's tests. */
export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-acceptance-'));
  folders.add(folder);
  return folder;
}

/** Writes settings as JSON, which is YAML too; returns the file. */
export function writeSettings(folder: string, settings: object, name = 'tocsin.yaml'): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(settings, null, 2));
  return file;
}

/** A tenant of the sandbox that is asked every second. */
export function sandboxTenant(sandbox: Sandbox, over: Readonly<Record<string, unknown>> = {}): object {
  return {
    name: 'contoso',
    tenantId: sandbox.tenantId,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    endpoints: sandbox.endpoints,
    ca: `file:${sandbox.caFile ?? ''}`,
    sources: [{ kind: 'service-health', every: '1s' }],
    ...over,
  };
}

/** A route that tells each of the channels at once. */
export function routeToAll(...channels: readonly string[]): object {
  return {
    channel: channels[0],
    groupWait: '0s',
    groupInterval: '0s',
    routes: channels.map((channel) => ({ channel, continue: true })),
  };
}

/** Whether a process, or with a negative number any of its group, is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What Jest sets for itself is no business of the program. */
function cleanEnv(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_ENV: _env, JEST_WORKER_ID: _worker, ...rest } = process.env;
  return { ...rest, ...more };
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended, and its `close` is on its way.
  }
}

async function within<T>(promise: Promise<T>, ms: number, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${why()} (within ${ms} ms)`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Ends what is left when the test run itself dies, however it dies: its end of the pipe then closes.
const WATCHDOG = `
pids=" "
while read -r what pid; do
  case $what in
    +) pids="$pids$pid " ;;
    -) pids=\${pids%%" $pid "*}" "\${pids#*" $pid "} ;;
  esac
done
for pid in $pids; do kill -9 -- "$pid" 2>/dev/null; done
`;

let watchdog: ChildProcess | undefined;

function guard(what: '+' | '-', pid: number): void {
  watchdog ??= spawn('/bin/sh', ['-c', WATCHDOG], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.stdin?.write(`${what} ${pid}\n`);
}
