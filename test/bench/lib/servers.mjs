import { execFileSync, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { closing, pause, temporaryFolder } from './children.mjs';

/** The path of a program on PATH or among Debian's Postgres binaries, which are not on it. */
export function findTool(name) {
  return [...(process.env.PATH ?? '').split(delimiter), ...postgresFolders()]
    .map((folder) => join(folder, name))
    .find(runs);
}

/** A Redis server of its own that keeps nothing on disk. */
export async function startRedis() {
  const folder = temporaryFolder();
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path, '--save', ''];
  const close = runServer([findTool('redis-server'), ...flags], {}, folder);
  await untilAccepting(port);
  return { url: `redis://127.0.0.1:${port}/0`, close };
}

/** A fresh, empty Postgres cluster with Postgres' own defaults: it waits for the disk at each commit. */
export async function startPostgres() {
  const folder = temporaryFolder();
  // Postgres refuses to run as root.
  const owner = process.getuid?.() === 0 ? idsOf('postgres') : {};
  if (owner.uid !== undefined) chownSync(folder.path, owner.uid, owner.gid);
  const data = join(folder.path, 'data');
  const options = { ...owner, cwd: folder.path };
  const initdb = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C'];
  execFileSync(findTool('initdb'), initdb, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((text) => ['-c', text]);
  const close = runServer(
    [findTool('postgres'), '-D', data, '-p', String(port), ...settings],
    options,
    folder,
  );
  await untilAccepting(port);
  await untilAnswering(port, options);
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, close };
}

/** A port nobody listens on at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** The shell ends its server when our end of the pipe closes, so that none outlives a killed run. */
function runServer(command, options, folder) {
  const script = '"$@" >/dev/null 2>&1 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid';
  const server = spawn('/bin/sh', ['-c', script, 'sh', ...command], {
    detached: true,
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  return closing(async () => {
    server.stdin.end();
    await ended;
    await folder.remove();
  });
}

async function untilAccepting(port) {
  const deadline = Date.now() + 20_000;
  while (!(await accepts(port))) {
    if (Date.now() > deadline) throw new Error('a server did not start within 20 s');
    await pause(20);
  }
}

/** The port is open a moment before the database accepts sessions. */
async function untilAnswering(port, options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      execFileSync(findTool('pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], {
        ...options,
        stdio: 'pipe',
      });
      return;
    } catch (error) {
      if (attempt > 400) throw error;
      await pause(25);
    }
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

function idsOf(user) {
  const id = (flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function postgresFolders() {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root).map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
