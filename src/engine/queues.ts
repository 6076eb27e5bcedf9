import {
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  Queue,
  runMigrations,
  Worker,
  type BackendFactory,
  type IQueueBackend,
  type Job,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Fault } from '../lib/fault.js';
import { silentLog, type Log } from '../lib/log.js';
import type { Database } from '../store/database.js';
import { openRedis, type RedisDoor } from './redis.js';

/** What a worker runs for each job; the signal aborts when the job is cancelled or its lock is lost. */
export type Work<T> = (job: Job<T>, token?: string, signal?: AbortSignal) => Promise<unknown>;

export interface WorkOptions {
  /** Jobs of this worker at once; 1 when not given. The only limit to use: the queue's global one starves Postgres. */
  readonly concurrency?: number;
  /** At most `max` jobs of the queue in `duration` milliseconds, over all processes. */
  readonly limiter?: { readonly max: number; readonly duration: number };
  /** How long a job may go without a sign of life, in milliseconds, before another worker takes it over. */
  readonly lockDuration?: number;
  readonly stalledInterval?: number;
  /** How often a job whose worker died is taken up again before it fails. */
  readonly maxStalledCount?: number;
  /** Milliseconds to wait after the given number of attempts, for jobs with the back-off `custom`; -1 gives up. */
  readonly backoff?: (attempts: number, error?: Error) => number;
}

export type JobQueue<T> = Queue<T, unknown, string, T, unknown, string, IQueueBackend>;
export type JobWorker<T> = Worker<T, unknown, string, IQueueBackend>;

/** BullMQ, wherever it keeps its jobs. */
export interface Queues {
  readonly kind: 'embedded' | 'postgres' | 'redis';
  /** The same name gives the same queue. */
  queue<T = unknown>(name: string): JobQueue<T>;
  worker<T = unknown>(name: string, work: Work<T>, options?: WorkOptions): JobWorker<T>;
  /** Jobs that wait for a worker or have one, by queue. Those due later are not counted. */
  depths(): Promise<Record<string, number>>;
  /** Throws `queue.unreachable`, or `store.unreachable` on Postgres. */
  ping(): Promise<void>;
  /** Waits for the jobs under way. The database stays open. */
  close(): Promise<void>;
}

// Jobs carry ids, not data: what is finished is kept only to be looked at. Ages in seconds.
const KEEP = {
  removeOnComplete: { count: 200, age: 3_600 },
  removeOnFail: { count: 500, age: 7 * 86_400 },
} as const;

// Processes are killed in the middle of jobs, and every job may run twice: giving up is the only wrong answer.
const WORKER_DEFAULTS = {
  concurrency: 1,
  lockDuration: 30_000,
  stalledInterval: 15_000,
  maxStalledCount: 20,
} as const;

interface Backend {
  readonly kind: Queues['kind'];
  readonly connection: QueueOptions['connection'];
  readonly workerConnection: QueueOptions['connection'];
  readonly factory: BackendFactory;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the queues on Redis when there is a URL, else on the database, whose schema `bullmq` they bring up to date.
 * Throws `queue.unreachable` at once when Redis does not answer.
 */
export async function openQueues(where: {
  readonly database: Database;
  readonly redisUrl?: string;
  readonly log?: Log;
}): Promise<Queues> {
  const log = where.log ?? silentLog;
  const backend =
    where.redisUrl === undefined
      ? await onPostgres(where.database)
      : onRedis(await openRedis(where.redisUrl, log));
  const queues = new Map<string, JobQueue<unknown>>();
  const workers: JobWorker<unknown>[] = [];
  return {
    kind: backend.kind,
    queue: <T>(name: string) => {
      const queue = queues.get(name) ?? openQueue(name, backend, log);
      queues.set(name, queue);
      return queue as unknown as JobQueue<T>;
    },
    worker: <T>(name: string, work: Work<T>, options: WorkOptions = {}) => {
      const worker = openWorker(name, work as Work<unknown>, options, backend, log);
      workers.push(worker);
      return worker as unknown as JobWorker<T>;
    },
    depths: () => depthsOf(queues),
    ping: () => backend.ping(),
    async close() {
      await Promise.allSettled(workers.map((worker) => worker.close()));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

function openQueue(name: string, backend: Backend, log: Log): JobQueue<unknown> {
  const options = { connection: backend.connection, defaultJobOptions: KEEP };
  const queue: JobQueue<unknown> = new Queue(name, options, backend.factory);
  // Without a listener a dropped connection would end the process; the queue connects again by itself.
  queue.on('error', (error: Error) => log.warn({ queue: name, err: error.message }, 'queue'));
  return queue;
}

function openWorker(
  name: string,
  work: Work<unknown>,
  given: WorkOptions,
  backend: Backend,
  log: Log,
): JobWorker<unknown> {
  const { backoff, ...rest } = given;
  const options: WorkerOptions = {
    ...WORKER_DEFAULTS,
    ...KEEP,
    ...rest,
    ...(backoff === undefined ? {} : { settings: { backoffStrategy: backoffBy(backoff) } }),
    connection: backend.workerConnection,
  };
  const process: Processor = (job, token, signal) => work(job, token, signal);
  const worker: JobWorker<unknown> = new Worker(name, process, options, backend.factory);
  worker.on('error', (error) => log.warn({ queue: name, err: error.message }, 'worker'));
  worker.on('stalled', (id) =>
    log.warn({ queue: name, job: id }, 'a worker died with this job; it runs again'),
  );
  worker.on('failed', (job, error) =>
    log.warn({ queue: name, job: job?.id, err: error.message }, 'job failed'),
  );
  return worker;
}

function backoffBy(backoff: (attempts: number, error?: Error) => number) {
  return (attempts: number, _type?: string, error?: Error): number => backoff(attempts, error);
}

async function depthsOf(queues: ReadonlyMap<string, JobQueue<unknown>>): Promise<Record<string, number>> {
  const counts = [...queues].map(
    async ([name, queue]) =>
      [name, await queue.getJobCountByTypes('waiting', 'prioritized', 'active')] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}

function onRedis(redis: RedisDoor): Backend {
  return {
    kind: 'redis',
    connection: redis.producer,
    workerConnection: redis.consumer,
    factory: createRedisBackend,
    ping: () => redis.ping(),
    close: () => redis.close(),
  };
}

async function onPostgres(database: Database): Promise<Backend> {
  const { pool } = database;
  if (!isPgPool(pool)) throw new Error('This database has no pool for the queues.');
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } catch (error) {
    throw refused(error);
  } finally {
    client.release();
  }
  // BullMQ types every connection as one of Redis; its Postgres back end takes the pool itself.
  const connection = pool as unknown as QueueOptions['connection'];
  return {
    kind: database.kind === 'embedded' ? 'embedded' : 'postgres',
    connection,
    workerConnection: connection,
    factory: createPostgresBackend as unknown as BackendFactory,
    ping: async () => {
      await database.query('select 1');
    },
    close: () => Promise.resolve(),
  };
}

function refused(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'SchemaVersionMismatchError')
    return new Fault('store.newer', 'The queue in this database was made by a newer Tocsin.', {
      cause: error,
    });
  if (error.name === 'UnsupportedPostgresVersionError')
    return new Fault('store.unreachable', 'The Postgres server is too old for the queue.', {
      cause: error,
      advice: 'Use Postgres 14 or later.',
    });
  return error;
}
