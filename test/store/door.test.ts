import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFault } from '../../src/lib/fault.js';
import { openDatabase } from '../../src/store/open.js';
import { openEmbedded } from '../../src/store/pglite.js';
import { takeLock } from '../../src/store/lock.js';
import { storableParams } from '../../src/store/queue-params.js';
import { freePort, startPostgres } from '../support/servers.js';
import { findTool, needs } from '../support/tools.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-door-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded database', () => {
  it('keeps transactions apart, and what was committed over a restart', async () => {
    const dataDir = join(folder, 'record');
    const first = await openEmbedded(dataDir, { thread: false });
    await first.query('create table public.note (text text)');
    const failing = first.transaction(async (sql) => {
      await sql.query('insert into public.note values ($1)', ['lost']);
      throw new Error('stop');
    });
    const outside = first.query<{ n: number }>('select count(*)::integer as n from public.note');
    await expect(failing).rejects.toThrow('stop');
    expect(await outside).toEqual([{ n: 0 }]);
    await first.transaction((sql) => sql.query('insert into public.note values ($1)', ['kept']));
    await first.close();

    const second = await openEmbedded(dataDir, { thread: false });
    expect(await second.query('select text from public.note')).toEqual([{ text: 'kept' }]);
    await expect(second.transaction(async () => second.query('select 1'))).rejects.toThrow(
      'went to the database instead of the transaction',
    );
    expect(await second.query('select 1 as one')).toEqual([{ one: 1 }]);
    await expect(openEmbedded(dataDir, { thread: false })).rejects.toMatchObject({
      code: 'store.locked',
      message: `${dataDir} is in use by process ${process.pid}.`,
    });
    await second.close();
    expect(existsSync(join(dataDir, 'tocsin.lock'))).toBe(false);
  });

  it('is made anew when its making was cut short', async () => {
    const dataDir = join(folder, 'half-made');
    mkdirSync(join(dataDir, 'db.new', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'db.new', 'PG_VERSION'), '18');
    const database = await openDatabase({ dataDir, thread: false });
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
    expect(existsSync(join(dataDir, 'db.new'))).toBe(false);
  });
});

describe('the lock', () => {
  const dead = { pid: 2 ** 22 + 1, startedAt: '', host: hostname() };

  it.each([
    ['of a process that is no more', dead],
    [
      'of an earlier process with a number that is in use again',
      { ...dead, pid: process.ppid, startedAt: 'before/1' },
    ],
    ['of an earlier process with our own number', { ...dead, pid: process.pid, startedAt: 'before/1' }],
  ])('%s is taken over', async (_, holder) => {
    const file = join(folder, 'stale.lock');
    writeFileSync(file, JSON.stringify(holder));
    const release = await takeLock(file, folder);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    release();
    expect(existsSync(file)).toBe(false);
  });

  it('of another living process is respected, and named', async () => {
    const file = join(folder, 'live.lock');
    const script = `import { takeLock } from ${JSON.stringify(built('lock.js').href)};
      await takeLock(${JSON.stringify(file)}, 'there'); console.log('held'); setInterval(() => {}, 1000);`;
    if (!isBuilt()) return;
    const holder = await started(script);
    await expect(takeLock(file, folder)).rejects.toMatchObject({
      code: 'store.locked',
      message: `${folder} is in use by process ${holder.pid ?? 0}.`,
    });
    await killed(holder);
    (await takeLock(file, folder))();
  });
});

(isBuilt() ? describe : skipped())('the database thread', () => {
  it('answers, survives kill -9 and rejects everything once it is lost', async () => {
    const dataDir = join(folder, 'thread');
    const open = `import { openEmbedded } from ${JSON.stringify(built('pglite.js').href)};
      const database = await openEmbedded(${JSON.stringify(dataDir)});`;
    const writer = await started(`${open}
      await database.query('create table public.n (i integer)');
      console.log('held');
      for (let i = 0; ; i++) { await database.query('insert into public.n values ($1)', [i]); console.log(i); }`);
    const acknowledged = await until(() => (numbersOf(writer) > 20 ? numbersOf(writer) : false));
    await killed(writer);

    const reader = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `${open}
      const [row] = await database.query('select count(*)::integer as n from public.n');
      console.log(row.n, (await database.query('select $1::timestamptz as at', [new Date(0)]))[0].at.getTime());
      const lost = database.lost.then((error) => console.log(error.code));
      await database.query('do $$ begin raise exception using errcode = $a$22012$a$; end $$').catch((e) => console.log(e.code));
      await database.close();
      await database.query('select 1').catch((error) => console.log(error.code));`,
      ],
      { encoding: 'utf8' },
    );
    const [first = '', ...rest] = reader.stdout.trim().split('\n');
    expect(Number(first.split(' ')[0])).toBeGreaterThanOrEqual(acknowledged);
    expect(first).toMatch(/ 0$/);
    expect(rest).toEqual(['22012', 'store.unreachable']);
  });
});

needs(findTool('postgres'), 'postgres')('a Postgres server', () => {
  it('keeps transactions apart, and says where it is when it is gone', async () => {
    const server = await startPostgres();
    const database = await openDatabase({
      dataDir: folder,
      url: server.url.replace('postgres@', 'postgres:hunter2@'),
    });
    expect(database.kind).toBe('server');
    await database.query('create table note (text text)');
    const failing = database.transaction(async (sql) => {
      await sql.query('insert into note values ($1)', ['lost']);
      expect(await database.query('select * from note')).toEqual([]);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await database.query('select * from note')).toEqual([]);
    await server.close();
    const fault = await faultOf(database.query('select 1'));
    expect(fault).toContain(`127.0.0.1:${server.port} does not answer`);
    expect(await faultOf(database.transaction((sql) => sql.query('select 1')))).toContain('does not answer');
    await database.close();
  });

  it('that is not there is refused by host and port, without the password', async () => {
    const port = await freePort();
    const fault = await faultOf(
      openDatabase({ dataDir: folder, url: `postgres://u:hunter2@127.0.0.1:${port}/db` }),
    );
    expect(fault).toBe(
      `The database at 127.0.0.1:${port} does not answer: connect ECONNREFUSED 127.0.0.1:${port}.`,
    );
    expect(
      await faultOf(openDatabase({ dataDir: folder, url: 'postgres://u:hunter2@[broken' })),
    ).not.toContain('hunter2');
  });
});

describe("the queue's parameters", () => {
  it.each([
    ['a\0b', 'a\uFFFDb'],
    ['{"a":"x\\u0000y"}', '{"a":"x\uFFFDy"}'],
    ['{"a":"x\\\\u0000y"}', '{"a":"x\\\\u0000y"}'],
    ['["\\ud800"]', '["\uFFFD"]'],
    ['not JSON \\u0000', 'not JSON \\u0000'],
    [
      ['a\0', 1, null],
      ['a\uFFFD', 1, null],
    ],
    [7, 7],
  ])('%j is stored as %j', (given, stored) => {
    expect(storableParams([given])).toEqual([stored]);
  });
});

function built(file: string): URL {
  return pathToFileURL(resolve('dist/src/store', file));
}

/** Node cannot load a thread from TypeScript: `npm test` builds first. */
function isBuilt(): boolean {
  return existsSync(built('pglite-thread.js'));
}

function skipped(): typeof describe.skip {
  process.stderr.write('skipped: dist is not built\n');
  return describe.skip;
}

const output = new WeakMap<ChildProcess, string>();

async function started(script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => output.set(child, (output.get(child) ?? '') + chunk.toString()));
  await until(() => output.get(child)?.includes('held'));
  return child;
}

function numbersOf(child: ChildProcess): number {
  return (output.get(child) ?? '').split('\n').length - 2;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isFault(error, 'store.unreachable')) return error.message;
    throw error;
  }
  throw new Error('it worked');
}
