import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from './tools.js';

/** A real server of its own, in a temporary folder and on a free port of 127.0.0.1. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const STARTS_WITHIN = 90_000;

/** Needs `redis-server`: ask `findTool` first. With a password, the URL carries it. */
export async function startRedis(options: { password?: string } = {}): Promise<TestServer> {
  const program = required('redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-redis-'));
  const port = await freePort();
  const { password } = options;
  const auth = password === undefined ? [] : ['--requirepass', password];
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...auth];
  const server = runServer(program, flags, {});
  await untilListening(server, port);
  const user = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return { url: `redis://${user}127.0.0.1:${port}/0`, port, close: () => stop(server, folder) };
}

/** Needs `postgres` and `initdb`: ask `findTool('postgres')` first. Each call is a fresh, empty cluster. */
export async function startPostgres(): Promise<TestServer> {
  const program = required('postgres');
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-postgres-'));
  // Postgres refuses to run as root.
  const owner: Owner = process.getuid?.() === 0 ? idsOf('postgres') : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(
    required('initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...owner, cwd: folder, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=200',
  ];
  const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const server = runServer(program, flags, { ...owner, cwd: folder });
  await untilListening(server, port);
  await untilAnswering(server, folder, owner, port);
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, close: () => stop(server, folder) };
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** The shell ends its server when our end of the pipe closes, so that none outlives a killed test run. */
function runServer(
  program: string,
  flags: readonly string[],
  options: Owner & { cwd?: string },
): ChildProcess {
  const script = '"$@" >/dev/null 2>&1 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid';
  // In a group of its own: a Ctrl-C in the terminal is for the tests, and they close what they opened.
  return spawn('/bin/sh', ['-c', script, 'sh', program, ...flags], {
    detached: true,
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.stdin?.end();
  if (server.exitCode === null && server.signalCode === null) await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN;
  while (!(await accepts(port))) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error(`no server on port ${port}`);
    await pause();
  }
}

/** The port is open a moment before the database accepts sessions. */
async function untilAnswering(server: ChildProcess, cwd: string, owner: Owner, port: number): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN;
  for (;;) {
    try {
      execFileSync(required('pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], {
        ...owner,
        cwd,
        stdio: 'pipe',
      });
      return;
    } catch (error) {
      if (Date.now() > deadline || server.exitCode !== null) throw error;
      await pause();
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function required(name: string): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}
