import { Redis } from 'ioredis';
import { Fault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import { codeOf, messageOf } from '../lib/thrown.js';
import { within } from '../lib/within.js';

const CONNECT_MS = 5_000;

/** Two connections, because those who ask want an answer now and those who work wait as long as it takes. */
export interface RedisDoor {
  readonly producer: Redis;
  readonly consumer: Redis;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to `redis://` or `rediss://` (TLS), with user, password and database number as the URL says. Throws
 * `queue.unreachable` at once, naming host and port and never the password.
 */
export async function openRedis(url: string, log: Log): Promise<RedisDoor> {
  const address = addressOf(url);
  await probe(url, address);
  const open = (
    role: string,
    options: { maxRetriesPerRequest: number | null; connectTimeout?: number },
  ): Redis => {
    const client = new Redis(url, { ...options, connectionName: `tocsin-${role}` });
    client.on('error', (error: Error) => log.warn({ err: error.message, address }, 'redis'));
    return client;
  };
  const producer = open('producer', { maxRetriesPerRequest: 3, connectTimeout: CONNECT_MS });
  const consumer = open('consumer', { maxRetriesPerRequest: null });
  return {
    producer,
    consumer,
    async ping() {
      await inTime(producer.ping(), address);
    },
    async close() {
      await Promise.all([producer, consumer].map(end));
    },
  };
}

/** One attempt on a connection of its own, which tells why it failed; the real ones would try for ever. */
async function probe(url: string, address: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason: Error | undefined;
  client.on('error', (error: Error) => (reason ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw unreachable(address, reason ?? error);
  } finally {
    drop(client);
  }
}

async function inTime(answer: Promise<unknown>, address: string): Promise<void> {
  try {
    await within(answer, CONNECT_MS, () => {
      throw new Error(`no answer in ${CONNECT_MS / 1_000} s`);
    });
  } catch (error) {
    throw unreachable(address, error);
  }
}

async function end(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => drop(client));
  else drop(client);
}

/** One that has ended already would be waited for in vain, with a timer that holds the process. */
function drop(client: Redis): void {
  if (client.status !== 'end') client.disconnect();
}

function unreachable(address: string, cause: unknown): Fault {
  const reason = messageOf(cause) || codeOf(cause) || 'no reason given';
  return new Fault('queue.unreachable', `Redis at ${address} does not answer: ${reason}.`, { cause });
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol))
    throw new Fault('queue.unreachable', 'The Redis URL cannot be read.', {
      advice: 'Write it as redis://user:password@host:6379/0, or rediss:// for TLS.',
    });
  return `${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`;
}
