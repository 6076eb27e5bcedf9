/** One connection's view of the database. `params` are $1, $2 …; instants travel as Date, JSON as text cast by the statement. */
export interface Sql {
  query<R extends object = Record<string, unknown>>(
    text: string,
    params?: readonly unknown[],
  ): Promise<readonly R[]>;
}

/** The one door to Postgres: PGlite on its own thread (`embedded`) or a server through `pg`. */
export interface Database extends Sql {
  readonly kind: 'embedded' | 'server';
  /** BEGIN … COMMIT on one connection; ROLLBACK when `work` throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A `pg.Pool` (or its look-alike) for BullMQ's Postgres back end. */
  readonly pool: unknown;
  close(): Promise<void>;
}
