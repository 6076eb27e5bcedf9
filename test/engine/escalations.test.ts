import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Escalation } from '../../src/model/schedule.js';
import { MINUTE } from '../../src/model/time.js';
import type { Database } from '../../src/store/database.js';
import { openServer } from '../../src/store/postgres.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { anAlert, anIncident, aTurn, T0 } from '../support/builders.js';
import { startPostgres, startRedis, type TestServer } from '../support/servers.js';
import { findTool, needs } from '../support/tools.js';
import { until } from '../support/until.js';
import { aRoute } from '../support/world.js';

const INCIDENTS = 1_000;
const SPEED = 120;
const POLICY: Escalation = {
  name: 'voice',
  steps: ['alice', 'bob'].map((name) => ({
    notify: [{ kind: 'person', name }],
    wait: 4 * MINUTE,
  })),
  repeat: 0,
};
const CALLED = ['alice', 'bob'].map((name, i) => `Called ${name} (by name): step ${i + 1} of 2 of voice.`);

needs(findTool('redis-server') && findTool('postgres'), 'redis-server or postgres')('two workers', () => {
  let servers: readonly TestServer[] = [];
  let store: Store;
  let database: Database;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    servers = await Promise.all([startPostgres(), startRedis()]);
    const [postgres] = servers;
    database = await openServer(postgres?.url ?? '');
    store = await openStore(database);
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await store.close();
    await Promise.all(servers.map((server) => server.close()));
  });

  async function work(begun: number): Promise<ChildProcess> {
    const [postgres, redis] = servers;
    const given = {
      database: postgres?.url,
      redis: redis?.url,
      start: T0,
      begun,
      speed: SPEED,
      policy: POLICY,
      route: aRoute({ escalation: 'voice' }),
    };
    const script = fileURLToPath(new URL('../support/escalation-worker.mjs', import.meta.url));
    const child = fork(script, [JSON.stringify(given)], { env: { ...process.env, NODE_OPTIONS: '' } });
    workers.push(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error('a worker ended at its start')));
    });
    return child;
  }

  async function called(person: string): Promise<number> {
    const [row] = await database.query<{ n: number }>(
      'select count(*)::integer as n from tocsin.pages where person = $1::text',
      [person],
    );
    return row?.n ?? 0;
  }

  it('take every step of a thousand escalations once and in order, though one of them is killed', async () => {
    await store.commit(
      aTurn({
        incidents: Array.from({ length: INCIDENTS }, (_, i) => {
          const alert = anAlert({ subject: `service:S${i}` });
          return anIncident({ id: -1 - i, groupKey: `g${i}`, alerts: [alert], destinations: [] });
        }),
      }),
    );
    const begun = Date.now();
    const [first] = await Promise.all([work(begun), work(begun)]);
    // In the middle of the second steps, with jobs in its hands.
    await until(async () => (await called('bob')) > INCIDENTS / 4);
    first.kill('SIGKILL');
    await until(async () => (await called('bob')) === INCIDENTS);

    expect(await called('alice')).toBe(INCIDENTS);
    const incidents = await store.incidents({ limit: 2 * INCIDENTS });
    expect(incidents).toHaveLength(INCIDENTS);
    const wrong: unknown[] = [];
    for (const { id } of incidents) {
      const lines = (await store.timeline(id)).filter(({ kind }) => kind === 'called');
      const inOrder = lines.every(({ at }, i) => i === 0 || at >= (lines[i - 1]?.at ?? 0) + 4 * MINUTE);
      if (JSON.stringify(lines.map(({ text }) => text)) !== JSON.stringify(CALLED) || !inOrder)
        wrong.push(lines);
    }
    expect(wrong).toEqual([]);
  }, 90_000);
});
