import { describe, expect, it } from '@jest/globals';
import { openQueues } from '../../src/engine/queues.js';
import { isFault } from '../../src/lib/fault.js';
import { freePort, startRedis } from '../support/servers.js';
import { findTool, needs } from '../support/tools.js';
import { onEmbedded, onPostgres, onRedis, untouched } from './queue/bench.js';
import { queueContract } from './queue/contract.js';

const redis = needs(findTool('redis-server'), 'redis-server');

describe('queues in the embedded database', () => queueContract('embedded', onEmbedded));

needs(findTool('postgres'), 'postgres')('queues on a Postgres server', () =>
  queueContract('postgres', onPostgres),
);

redis('queues on Redis', () => {
  queueContract('redis', onRedis);

  it('are refused at once with a wrong password, which is not told', async () => {
    const server = await startRedis({ password: 'right' });
    const fault = await refusal(`redis://:wr0ng@127.0.0.1:${server.port}`);
    await server.close();
    expect(fault).toContain(`Redis at 127.0.0.1:${server.port} does not answer`);
    expect(fault).not.toContain('wr0ng');
  });
});

describe('queues on a Redis that is not there', () => {
  it('are refused at once, naming host and port and not the password', async () => {
    const port = await freePort();
    const fault = await refusal(`redis://user:hunter2@127.0.0.1:${port}/3`);
    expect(fault).toMatch(new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} does not answer: .*ECONNREFUSED`));
    expect(fault).not.toContain('hunter2');
  });

  it('are refused for an address that is none', async () => {
    expect(await refusal('http://:hunter2@host')).toBe('The Redis URL cannot be read.');
  });
});

async function refusal(redisUrl: string): Promise<string> {
  try {
    await openQueues({ database: untouched, redisUrl });
  } catch (error) {
    if (isFault(error, 'queue.unreachable')) return error.message;
    throw error;
  }
  throw new Error('it opened');
}
