import { Fault } from '../lib/fault.js';
import { codeOf } from '../lib/thrown.js';
import type { Database, Sql } from './database.js';
import { storable } from './values.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html: the transaction lost a race and was rolled back.
const LOST_RACES = new Set(['40001', '40P01']);

/** The same database; texts are made storable on their way in, and a lost race is `store.conflict`. */
export function guarded(database: Database): Database {
  return {
    ...guardedSql(database),
    kind: database.kind,
    pool: database.pool,
    transaction: (work) => database.transaction((sql) => work(guardedSql(sql))).catch(rethrow),
    close: () => database.close(),
  };
}

function guardedSql(sql: Sql): Sql {
  return {
    query: (text, params) =>
      (params === undefined ? sql.query(text) : sql.query(text, params.map(storableParam))).catch(
        rethrow,
      ) as Promise<never>,
  };
}

function storableParam(param: unknown): unknown {
  if (typeof param === 'string') return storable(param);
  return Array.isArray(param) ? param.map(storableParam) : param;
}

function rethrow(error: unknown): never {
  if (LOST_RACES.has(codeOf(error)))
    throw new Fault('store.conflict', 'Two writers met in the database.', { cause: error });
  throw error;
}
