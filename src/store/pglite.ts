import { join, resolve } from 'node:path';
import type { Database, Sql } from './database.js';
import { takeLock } from './lock.js';
import { inMemory, localEngine, type Engine } from './pglite-engine.js';
import { PglitePool, Session } from './pglite-pool.js';
import { threadEngine } from './pglite-remote.js';

/** Postgres inside this process, in a folder of its own or in memory. */
export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded';
  /** Resolves with the reason when the database died by itself: the process can then only end. */
  readonly lost: Promise<Error>;
}

/**
 * Opens or makes the database under `dataDir` (`memory://` for none that outlives the process). Its folder is locked:
 * two openers would destroy it. It survives the death of the process at any moment, not that of the machine: PGlite
 * does not wait for the disk. `image` is what one in memory and on this thread begins as. Throws `store.locked` and `store.unreachable`.
 */
export async function openEmbedded(
  dataDir: string,
  options: { readonly thread?: boolean; readonly image?: Blob } = {},
): Promise<EmbeddedDatabase> {
  const unlock = inMemory(dataDir)
    ? () => undefined
    : await takeLock(join(resolve(dataDir), 'tocsin.lock'), resolve(dataDir));
  try {
    const engine = await (options.thread === false
      ? localEngine(dataDir, options.image)
      : threadEngine(dataDir));
    // The record's statements name their schema; the queue's expect to find theirs on the path.
    await engine.query('set search_path to bullmq, public');
    return embedded(engine, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function embedded(engine: Engine, unlock: () => void): EmbeddedDatabase {
  const session = new Session(engine);
  return {
    kind: 'embedded',
    lost: engine.lost,
    pool: new PglitePool(session, engine),
    query: async <R extends object>(text: string, params?: readonly unknown[]) =>
      (await session.query(text, params)).rows as readonly R[],
    transaction: (work) => session.exclusively((owned) => transact(owned, work)),
    async close() {
      try {
        await engine.close();
      } finally {
        unlock();
      }
    },
  };
}

async function transact<T>(engine: Engine, work: (sql: Sql) => Promise<T>): Promise<T> {
  await engine.query('begin');
  try {
    const done = await work({
      query: async <R extends object>(text: string, params?: readonly unknown[]) =>
        (await engine.query(text, params)).rows as readonly R[],
    });
    await engine.query('commit');
    return done;
  } catch (error) {
    // What went wrong first is what counts; a dead engine has nothing to roll back.
    await engine.query('rollback').catch(() => undefined);
    throw error;
  }
}
