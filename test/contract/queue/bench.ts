import {
  createPostgresBackend,
  createRedisBackend,
  FlowProducer,
  QueueEvents,
  Worker,
  type BackendFactory,
  type IQueueBackend,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { openQueues, type Queues } from '../../../src/engine/queues.js';
import type { Database } from '../../../src/store/database.js';
import { openServer } from '../../../src/store/postgres.js';
import { memoryDatabase } from '../../support/record.js';
import { startPostgres, startRedis } from '../../support/servers.js';

/** The door under test, and beside it the parts of BullMQ that the product has no door for. */
export interface Bench {
  readonly queues: Queues;
  /** U+0000 in a payload: Redis keeps it, Postgres cannot. */
  readonly nul: '\u0000' | '\uFFFD';
  readonly freshName: () => string;
  readonly events: (name: string) => Promise<QueueEvents<never, IQueueBackend>>;
  readonly flows: () => FlowProducer<IQueueBackend>;
  /** A worker that takes a job only when told, and then does nothing with it: as one that died. */
  readonly idleWorker: (
    name: string,
    options: Partial<WorkerOptions>,
  ) => Worker<unknown, unknown, string, IQueueBackend>;
  close(): Promise<void>;
}

export type OpenBench = () => Promise<Bench>;

export async function onEmbedded(): Promise<Bench> {
  const database = await memoryDatabase();
  const queues = await openQueues({ database });
  return bench(queues, database.pool, createPostgresBackend, '\uFFFD', '0', () => database.close());
}

export async function onPostgres(): Promise<Bench> {
  const server = await startPostgres();
  const database = await openServer(server.url);
  const queues = await openQueues({ database });
  return bench(queues, database.pool, createPostgresBackend, '\uFFFD', '0', async () => {
    await database.close();
    await server.close();
  });
}

export async function onRedis(): Promise<Bench> {
  const server = await startRedis({ password: 'p@ss:word/1' });
  const queues = await openQueues({ database: untouched, redisUrl: server.url });
  const client = new Redis(server.url, { maxRetriesPerRequest: null });
  return bench(queues, client, createRedisBackend, '\u0000', '0-0', async () => {
    await client.quit();
    await server.close();
  });
}

/** With Redis nobody asks the database. */
export const untouched: Database = {
  kind: 'embedded',
  pool: undefined,
  query: () => Promise.reject(new Error('the database was asked')),
  transaction: () => Promise.reject(new Error('the database was asked')),
  close: () => Promise.resolve(),
};

function bench(
  queues: Queues,
  connection: unknown,
  backend: unknown,
  nul: Bench['nul'],
  first: string,
  end: () => Promise<void>,
): Bench {
  const options = { connection: connection as NonNullable<QueueOptions['connection']> };
  const factory = backend as BackendFactory;
  const quiet = <X extends { on(event: 'error', hear: () => void): unknown }>(part: X): X => {
    part.on('error', () => undefined);
    return part;
  };
  let names = 0;
  return {
    queues,
    nul,
    freshName: () => `case-${++names}`,
    async events(name) {
      // From the beginning of time: what happens before its first read counts too.
      const events = quiet(new QueueEvents(name, { ...options, lastEventId: first }, factory));
      await events.waitUntilReady();
      return events;
    },
    flows: () => quiet(new FlowProducer(options, factory)),
    idleWorker: (name, given) =>
      quiet(new Worker(name, null, { ...options, ...given, autorun: false }, factory)),
    async close() {
      await queues.close();
      await end();
    },
  };
}
