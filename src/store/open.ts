import type { Database } from './database.js';
import { openEmbedded } from './pglite.js';
import { openServer } from './postgres.js';

/** The Postgres server of `url`, or without one the embedded database in `dataDir`. */
export function openDatabase(where: {
  readonly dataDir: string;
  readonly url?: string;
  readonly thread?: boolean;
}): Promise<Database> {
  if (where.url !== undefined) return openServer(where.url);
  return openEmbedded(where.dataDir, where.thread === undefined ? {} : { thread: where.thread });
}
