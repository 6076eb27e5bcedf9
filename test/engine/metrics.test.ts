import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openMetrics, type Metrics } from '../../src/engine/metrics.js';
import { MINUTE } from '../../src/model/time.js';
import { aService, aWorld, type World } from '../support/world.js';

let world: World;
let metrics: Metrics;

beforeAll(async () => {
  world = await aWorld();
  metrics = openMetrics({
    store: world.store,
    depths: async () => ({ poll: 2 }),
    sources: () => [world.source],
    now: () => world.now(),
  });
});
afterAll(() => world.close());

const lines = async (name: string): Promise<readonly string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

it('the lag of a source grows until it is polled well again, although nobody polls', async () => {
  expect(await lines('tocsin_source_lag_seconds')).toEqual([]);
  world.answers([aService('Exchange')]);
  await world.poll();
  world.wait(20 * MINUTE);
  const lag = 'tocsin_source_lag_seconds{tenant="contoso",source="service-health"}';
  expect(await lines('tocsin_source_lag_seconds')).toEqual([`${lag} 1200`]);
  world.answers(new Error('nobody answers'));
  await world.poll();
  expect(await lines('tocsin_source_lag_seconds')).toEqual([`${lag} 1200`]);
  world.answers([aService('Exchange')]);
  await world.poll();
  expect(await lines('tocsin_source_lag_seconds')).toEqual([`${lag} 0`]);
});

it('deliveries are counted by why, without the words for people', async () => {
  const delivery = {
    at: 0,
    channel: 'noc',
    topic: 'incident:1',
    action: 'none',
    outcome: 'held',
    durationMs: 1,
    lateMs: 0,
  } as const;
  metrics.delivered({ ...delivery, reason: 'silenced: until 2026-11-21 04:00 UTC' });
  metrics.delivered({ ...delivery, reason: 'silenced: until 2026-11-21 05:00 UTC' });
  expect(await lines('tocsin_deliveries_total')).toEqual([
    'tocsin_deliveries_total{channel="noc",outcome="held",reason="silenced"} 2',
  ]);
});
