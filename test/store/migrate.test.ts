import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations/index.js';
import { openEmbedded } from '../../src/store/pglite.js';
import { openServer } from '../../src/store/postgres.js';
import { openStore } from '../../src/store/sql.js';
import { startPostgres, type TestServer } from '../support/servers.js';
import { findTool, needs } from '../support/tools.js';

const newest = MIGRATIONS.length;
const next = {
  version: newest + 1,
  name: 'next',
  statements: ['create table tocsin.next_a (id int)', 'create table tocsin.next_b (id int)'],
};

async function versions(database: Database): Promise<readonly number[]> {
  const rows = await database.query<{ version: number }>(
    'select version from tocsin.migrations order by version',
  );
  return rows.map((row) => row.version);
}

describe('the schema', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmbedded('memory://', { thread: false });
    await migrate(database);
  });
  afterAll(() => database.close());

  it('has every number once, in order', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('leaves everything as it was when a step fails', async () => {
    const broken = { ...next, statements: [...next.statements, 'create nonsense'] };
    await expect(migrate(database, [...MIGRATIONS, broken])).rejects.toThrow('nonsense');
    expect(await versions(database)).toEqual(MIGRATIONS.map((migration) => migration.version));
    expect(await database.query(`select to_regclass('tocsin.next_a')::text as found`)).toEqual([
      { found: null },
    ]);
  });

  it('takes the steps that are missing, and refuses to go back', async () => {
    await migrate(database, [...MIGRATIONS, next]);
    await migrate(database, [...MIGRATIONS, next]);
    expect((await versions(database)).at(-1)).toBe(newest + 1);
    await expect(openStore(database)).rejects.toMatchObject({
      code: 'store.newer',
      message: `The database is at version ${newest + 1}; this Tocsin knows versions up to ${newest}.`,
    });
  });

  it('keeps its tables out of every other schema', async () => {
    const rows = await database.query<{ schema: string }>(
      `select distinct table_schema as schema from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema')`,
    );
    expect(rows).toEqual([{ schema: 'tocsin' }]);
  });
});

needs(findTool('postgres'), 'postgres')('several programs on one server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('start together on an empty database, and say so when it goes away', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => openServer(server.url)));
    const stores = await Promise.all(databases.map(openStore));
    expect(await versions(databases[0] as Database)).toHaveLength(newest);
    const [store] = stores;
    await store?.ping();
    await server.close();
    await expect(store?.ping()).rejects.toMatchObject({ code: 'store.unreachable' });
    await Promise.all(stores.map((one) => one.close()));
  });
});
