import { Fault } from '../lib/fault.js';
import type { Database, Sql } from './database.js';
import { MIGRATIONS } from './migrations/index.js';
import type { Migration } from './migrations/migration.js';

// Any number will do that nobody else locks on: the bytes of "tocsin".
const LOCK = '127970185046382';

/**
 * Brings the database to the newest version this program knows, all steps in one transaction; does nothing to one that is
 * there already. Of several processes that start together one does it and the others wait. Throws `store.newer` for a
 * database of a later program, which is left as it is.
 */
export async function migrate(database: Database, migrations = MIGRATIONS): Promise<void> {
  const newest = Math.max(0, ...migrations.map((migration) => migration.version));
  if ((await versionNow(database)) === newest) return;
  await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1::bigint)', [LOCK]);
    await prepare(sql);
    const version = (await versionNow(sql)) ?? 0;
    if (version > newest)
      throw new Fault(
        'store.newer',
        `The database is at version ${version}; this Tocsin knows versions up to ${newest}.`,
      );
    for (const migration of migrations) if (migration.version > version) await apply(sql, migration);
  });
}

/** Undefined for a database that never held a record. */
async function versionNow(sql: Sql): Promise<number | undefined> {
  const [found] = await sql.query<{ found: boolean }>(
    `select to_regclass('tocsin.migrations') is not null as found`,
  );
  if (found?.found !== true) return undefined;
  const [row] = await sql.query<{ version: number }>(
    'select coalesce(max(version), 0)::integer as version from tocsin.migrations',
  );
  return row?.version;
}

async function prepare(sql: Sql): Promise<void> {
  await sql.query('create schema if not exists tocsin');
  await sql.query(
    `create table if not exists tocsin.migrations (
       version integer primary key,
       name text not null,
       applied_at timestamptz not null default now()
     )`,
  );
}

async function apply(sql: Sql, { version, name, statements }: Migration): Promise<void> {
  for (const statement of statements) await sql.query(statement);
  await sql.query('insert into tocsin.migrations (version, name) values ($1::integer, $2::text)', [
    version,
    name,
  ]);
}
