import { PGlite, type Transaction } from '@electric-sql/pglite';
import pg from 'pg';
import type { Database, Sql } from '../../src/store/database.js';

export async function memoryDatabase(): Promise<Database> {
  const lite = await PGlite.create('memory://');
  const over = (on: PGlite | Transaction): Sql => ({
    query: async <R extends object>(text: string, params?: readonly unknown[]) =>
      (await on.query<R>(text, params === undefined ? undefined : [...params])).rows,
  });
  return {
    ...over(lite),
    kind: 'embedded',
    pool: undefined,
    transaction: (work) => lite.transaction((tx) => work(over(tx))),
    close: () => lite.close(),
  };
}

export function serverDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const over = (on: pg.Pool | pg.PoolClient): Sql => ({
    query: async <R extends object>(text: string, params?: readonly unknown[]) =>
      (await on.query(text, params === undefined ? undefined : [...params])).rows as R[],
  });
  return {
    ...over(pool),
    kind: 'server',
    pool,
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(over(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}
