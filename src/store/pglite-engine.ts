import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/** What a statement gives back, in `pg`'s words. */
export interface Rows {
  readonly rows: readonly Record<string, unknown>[];
  readonly rowCount: number;
}

/** What runs the SQL of one session: PGlite on this thread or on one of its own. */
export interface Engine {
  query(text: string, params?: readonly unknown[]): Promise<Rows>;
  onNotification(hear: (channel: string, payload: string) => void): void;
  /** Resolves when it died by itself. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

// Postgres' own default of 128 MB is meant for a server with many sessions.
const OPTIONS = {
  postgresqlconf: ['shared_buffers=32MB', 'max_wal_size=64MB', 'min_wal_size=32MB'],
};

/** The folder inside the data directory that is Postgres' own. */
export function databaseFolder(dataDir: string): string {
  return join(dataDir, 'db');
}

export function inMemory(dataDir: string): boolean {
  return dataDir.startsWith('memory://');
}

/**
 * Opens the database in `dataDir`. A new one is made beside its place and renamed when it is whole: whatever kills the
 * process in these first seconds, the next start finds either no database or a good one. One in memory is new each time,
 * or begins as `image`, PGlite's dump of another, in a tenth of the time.
 */
export async function openPglite(dataDir: string, image?: Blob): Promise<PGlite> {
  if (inMemory(dataDir))
    return PGlite.create({ ...OPTIONS, dataDir, ...(image === undefined ? {} : { loadDataDir: image }) });
  const folder = databaseFolder(dataDir);
  if (!existsSync(folder)) {
    const draft = `${folder}.new`;
    rmSync(draft, { recursive: true, force: true });
    const made = await PGlite.create({ ...OPTIONS, dataDir: draft });
    await made.close();
    renameSync(draft, folder);
  }
  return PGlite.create({ ...OPTIONS, dataDir: folder });
}

/** With parameters one prepared statement, without any number of plain ones, of which the last one's rows count. */
export async function run(db: PGlite, text: string, params: readonly unknown[] = []): Promise<Rows> {
  const result =
    params.length > 0
      ? await db.query<Record<string, unknown>>(text, [...params])
      : ((await db.exec(text)).at(-1) as
          { rows: Record<string, unknown>[]; affectedRows?: number } | undefined);
  const rows = result?.rows ?? [];
  return { rows, rowCount: result?.affectedRows ?? rows.length };
}

/** For a database in memory, and where a thread is too much. */
export async function localEngine(dataDir: string, image?: Blob): Promise<Engine> {
  const db = await openPglite(dataDir, image);
  return {
    async query(text, params) {
      // PGlite answers in microtasks alone: without a macrotask a polling worker starves timers and sockets.
      await new Promise(setImmediate);
      return run(
        db,
        text,
        params?.map((value) => value ?? null),
      );
    },
    onNotification: (hear) => void db.onNotification(hear),
    lost: new Promise(() => undefined),
    close: () => db.close(),
  };
}
