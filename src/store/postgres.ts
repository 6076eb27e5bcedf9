import pg from 'pg';
import { Fault } from '../lib/fault.js';
import { codeOf, messageOf } from '../lib/thrown.js';
import type { Database, Sql } from './database.js';
import { storableParams } from './queue-params.js';

const CONNECT_MS = 5_000;
/** Each worker keeps one connection to listen on, so the queue's pool is the larger one. */
const RECORD_CONNECTIONS = 10;
const QUEUE_CONNECTIONS = 24;

// https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, and the server going down or coming up.
const UNREACHABLE =
  /^(?:08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT)$/;
const UNREACHABLE_WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|timeout expired)/i;

/** Connects to a Postgres server. Throws `store.unreachable`, naming host and port and never the password. */
export async function openServer(url: string): Promise<Database> {
  const address = addressOf(url);
  const config = { connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true };
  const record = openPool({ ...config, max: RECORD_CONNECTIONS, application_name: 'tocsin' });
  try {
    await record.query('select 1');
  } catch (error) {
    await record.end();
    throw unreachable(address, error);
  }
  const queue = openPool({
    ...config,
    max: QUEUE_CONNECTIONS,
    application_name: 'tocsin-queue',
    onConnect: prepareForQueue,
  });
  return {
    kind: 'server',
    pool: queue,
    ...sqlOn(record, address),
    transaction: (work) => transact(record, address, work),
    async close() {
      await Promise.all([record.end(), queue.end()]);
    },
  };
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  // Every queue and worker adds a listener.
  pool.setMaxListeners(0);
  // An idle connection that drops is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

type Runner = Pick<pg.Pool | pg.PoolClient, 'query'>;

function sqlOn(runner: Runner, address: string): Sql {
  return {
    async query<R extends object>(text: string, params?: readonly unknown[]) {
      try {
        return (await runner.query(text, params === undefined ? undefined : [...params]))
          .rows as readonly R[];
      } catch (error) {
        throw isUnreachable(error) ? unreachable(address, error) : error;
      }
    },
  };
}

async function transact<T>(pool: pg.Pool, address: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw isUnreachable(error) ? unreachable(address, error) : error;
  });
  const sql = sqlOn(client, address);
  let broken = false;
  // A connection that drops between two statements would otherwise end the process.
  const drop = (): void => void (broken = true);
  client.on('error', drop);
  try {
    await sql.query('begin');
    const done = await work(sql);
    await sql.query('commit');
    return done;
  } catch (error) {
    // What went wrong first is what counts; a connection that cannot roll back is thrown away.
    await sql.query('rollback').catch(drop);
    throw error;
  } finally {
    client.off('error', drop);
    client.release(broken);
  }
}

/** The pool waits for what this returns before it hands the connection out. */
function prepareForQueue(client: pg.ClientBase): unknown {
  guardParams(client);
  // The record's statements name their schema; the queue's expect to find theirs on the path.
  return client.query('set search_path to bullmq, public');
}

function guardParams(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  Object.assign(client, {
    query: (text: unknown, params: unknown, ...rest: unknown[]) =>
      query(text, Array.isArray(params) ? storableParams(params) : params, ...rest),
  });
}

function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.test(codeOf(error)) || UNREACHABLE_WORDS.test(messageOf(error));
}

function unreachable(address: string, cause: unknown): Fault {
  return new Fault(
    'store.unreachable',
    `The database at ${address} does not answer: ${messageOf(cause) || 'no reason given'}.`,
    {
      cause,
    },
  );
}

function addressOf(url: string): string {
  try {
    const { host, port } = new pg.Client({ connectionString: url });
    return host.startsWith('/') ? host : `${host}:${port}`;
  } catch {
    throw new Fault('store.unreachable', 'The database URL cannot be read.', {
      advice: 'Write it as postgres://user:password@host:5432/database.',
    });
  }
}
