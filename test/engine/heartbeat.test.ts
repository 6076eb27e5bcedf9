import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { beat, lastBeat, whyNot } from '../../src/engine/heartbeat.js';
import { openHttp, type Http } from '../../src/lib/http.js';
import { silentLog } from '../../src/lib/log.js';
import { MINUTE } from '../../src/model/time.js';
import { T0 } from '../support/builders.js';
import { startSink, type Sink } from '../support/sink.js';
import { aService, aWorld, type World } from '../support/world.js';

let world: World;
let sink: Sink;
let http: Http;

beforeAll(async () => {
  [world, sink] = await Promise.all([aWorld(), startSink()]);
  http = openHttp({ userAgent: 'test', log: silentLog, backoffMs: 1 });
});
afterAll(async () => {
  await http.close();
  await world.close();
  await sink.close();
});
beforeEach(() => {
  sink.clear();
  sink.answer({});
});

const aBeat = (stuck = 0) =>
  beat(stuck, {
    heartbeat: () => ({ url: `${sink.url}/ping/5ecre7` }),
    store: world.store,
    clock: { now: () => world.now(), real: (ms) => ms },
    log: silentLog,
    http,
    sources: () => [world.source],
  });

describe('the heartbeat', () => {
  it('is sent while the program works, and is silent when it does not', async () => {
    world.answers([aService('Exchange')]);
    await world.poll();
    expect(await aBeat()).toMatchObject({ ok: true });
    expect(sink.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /ping/5ecre7']);

    // An escalation stands still; then nobody polls any more.
    expect(await aBeat(2)).toMatchObject({ ok: false, detail: '2 escalations stand still' });
    world.wait(9 * MINUTE);
    expect(await aBeat()).toMatchObject({ ok: false, detail: 'contoso/service-health: not polled in time' });
    expect(sink.requests).toHaveLength(1);
    await world.poll();
    expect(await aBeat()).toMatchObject({ ok: true });
  });

  it('says what came back, and not where it was sent', async () => {
    sink.answer({ status: 404 });
    const failed = await aBeat();
    expect(failed?.ok).toBe(false);
    expect(failed?.detail).toContain('404');
    expect(failed?.detail).not.toContain('5ecre7');
    expect(await lastBeat(world.store)).toEqual(failed);
  });

  it('is nobody’s business where none is set', async () => {
    const { store, source } = world;
    const clock = { now: () => world.now(), real: (ms: number) => ms };
    const none = { heartbeat: () => undefined, store, clock, log: silentLog, http, sources: () => [source] };
    expect(await beat(0, none)).toBeUndefined();
    expect(sink.requests).toEqual([]);
  });
});

describe('what is no sign of life', () => {
  const well = {
    now: T0,
    stuck: 0,
    sources: [{ key: 'a', everyMs: MINUTE }],
    polled: [{ source: 'a', polledAt: T0 - MINUTE }],
    waiting: [{ channel: 'noc', dueAt: T0 - MINUTE }],
    channels: [],
  };
  it.each([
    ['all is well', {}, undefined],
    ['a source that was never polled yet', { polled: [] }, undefined],
    [
      'a poll that is late',
      { polled: [{ source: 'a', polledAt: T0 - 9 * MINUTE }] },
      'a: not polled in time',
    ],
    [
      'a source that is polled seldom',
      {
        sources: [{ key: 'a', everyMs: 15 * MINUTE }],
        polled: [{ source: 'a', polledAt: T0 - 20 * MINUTE }],
      },
      undefined,
    ],
    [
      'a message that waits',
      { waiting: [{ channel: 'noc', dueAt: T0 - 6 * MINUTE }] },
      'noc: not told in time',
    ],
    [
      'a message for a channel that is broken: that has its own alarm',
      {
        waiting: [{ channel: 'noc', dueAt: T0 - 6 * MINUTE }],
        channels: [{ channel: 'noc', state: 'broken' as const }],
      },
      undefined,
    ],
  ])('%s', (_, over, why) => {
    expect(whyNot({ ...well, ...over })).toBe(why);
  });
});
