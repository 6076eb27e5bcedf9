import { findTool, startPostgres, startRedis } from './servers.mjs';

/**
 * @typedef {object} Stack Where the program keeps its record and its jobs.
 * @property {string} name The column's heading.
 * @property {() => Promise<{settings: object, close: () => Promise<void>}>} open Fresh and empty; the part of the settings that names it.
 */

/** @type {Stack} */
const embedded = { name: 'embedded', open: async () => ({ settings: {}, close: async () => undefined }) };

/** @type {Stack} */
const redisAlone = {
  name: 'Redis, record embedded',
  async open() {
    const redis = await startRedis();
    return { settings: { redis: redis.url }, close: redis.close };
  },
};

/** @type {Stack} */
const redisAndPostgres = {
  name: 'Redis + Postgres',
  async open() {
    const [redis, postgres] = [await startRedis(), await startPostgres()];
    return {
      settings: { redis: redis.url, database: postgres.url },
      close: async () => void (await Promise.all([redis.close(), postgres.close()])),
    };
  },
};

/** The stacks that can be had here, and a line for each that cannot. */
export function findStacks() {
  const [redis, postgres] = ['redis-server', 'postgres'].map((name) => findTool(name) !== undefined);
  const missing = [
    ...(redis ? [] : ['redis-server is not installed: there is no column for Redis.']),
    ...(redis && !postgres ? ['postgres is not installed: beside Redis the record stays embedded.'] : []),
  ];
  if (!redis) return { stacks: [embedded], missing };
  return { stacks: [embedded, postgres ? redisAndPostgres : redisAlone], missing };
}
