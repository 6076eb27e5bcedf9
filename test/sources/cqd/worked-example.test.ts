import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { pollOnce } from '../../../src/engine/poll.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import { openSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Source } from '../../../src/sources/source.js';
import { openSamples } from '../../../src/store/samples.js';
import { openStore } from '../../../src/store/sql.js';
import type { Database } from '../../../src/store/database.js';
import type { Store } from '../../../src/store/store.js';
import { drainChannel } from '../../../src/engine/announce.js';
import { memoryDatabase } from '../../support/record.js';
import { aWorld, type World } from '../../support/world.js';
import { aStatus, openSource } from './support.js';

/**
 * The answer that Microsoft publishes, its stamps on other days: archiving stood still over a night and runs again, the cube
 * fails since. `day` is the first of the two.
 */
function morning(day: string): string {
  const [first, second, before] = [printed(day, 0), printed(day, 1), printed(day, -2)];
  return aStatus({
    integrations: [
      `${second} 10:30:13`,
      `${second} 10:28:29`,
      `${first} 15:15:17`,
      `${first} 15:00:17`,
      `${first} 14:45:13`,
    ],
    cubes: CUBES.map((time) => `${first} ${time}`),
    failedCubes: [
      `${second} 10:30:58`,
      `${second} 10:29:28`,
      `${first} 10:02:20`,
      `${before} 20:01:56`,
      `${before} 19:45:50`,
    ],
    cubeStart: `${second} 10:30:16`,
  });
}

const CUBES = ['15:16:40', '15:01:41', '14:47:19', '14:31:40', '14:17:01'];

/** The afternoon before, while both still worked. */
function afternoon(day: string): string {
  const [first, before] = [printed(day, 0), printed(day, -2)];
  return aStatus({
    integrations: ['15:15:17', '15:00:17', '14:45:13', '14:30:15', '14:15:20'].map(
      (time) => `${first} ${time}`,
    ),
    cubes: CUBES.map((time) => `${first} ${time}`),
    failedCubes: [`${first} 10:02:20`, `${before} 20:01:56`, `${before} 19:45:50`],
  });
}

/** Ten minutes later the cube has been mended. */
function mended(day: string): string {
  const second = printed(day, 1);
  return morning(day)
    .replace(`"LastSuccessCubeProcessings": [`, `"LastSuccessCubeProcessings": ["${second} 10:46:40",`)
    .replace(`"LastSuccessIntegrations": [`, `"LastSuccessIntegrations": ["${second} 10:45:13",`)
    .replace(/"LastCubeProcessingStart": "[^"]*"/, '"LastCubeProcessingStart": null');
}

function printed(day: string, plus: number): string {
  const [year, month, date] = Temporal.PlainDate.from(day).add({ days: plus }).toString().split('-');
  return `${month ?? ''}/${date ?? ''}/${year ?? ''}`;
}

function instant(day: string, plus: number, time: string, zone = 'Europe/Paris'): number {
  return Temporal.PlainDate.from(day).add({ days: plus }).toZonedDateTime({ timeZone: zone, plainTime: time })
    .epochMilliseconds;
}

let database: Database;
let store: Store;
let world: World;
let sandbox: Sandbox;
let source: Source;
let n = 0;

beforeAll(async () => {
  database = await memoryDatabase();
  store = await openStore(database);
  sandbox = await openSandbox({ clock: { now: () => world.now(), real: (ms) => ms } });
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
});
beforeEach(async () => {
  n += 1;
  world = await aWorld({ store, key: `unused/${n}` });
  source = openSource({ url: sandbox.cqd.url }, { name: `site${n}`, samples: openSamples(database) });
});
afterEach(() => source.close());

async function pollAt(at: number, body: string): Promise<void> {
  world.wait(at - world.now());
  sandbox.cqd.control.body(body);
  await pollOnce(source, world.pollDeps);
  await drainChannel(world.noc.channel, world.announceDeps);
}

/** Every alert that ever was, as its incident tells it last. */
async function alerts(): Promise<string[]> {
  const subjects = [`cqd:site${n}/integration`, `cqd:site${n}/cube`];
  const found = await Promise.all(subjects.map((subject) => store.incidents({ subject })));
  return found
    .flat()
    .flatMap((incident) => incident.alerts)
    .map((alert) => `${alert.state} ${alert.rule} ${alert.severity} ${alert.summary}`)
    .sort();
}

async function fact(stage: string): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await store.subjects({ prefix: `cqd:site${n}/${stage}` });
  return row?.values ?? {};
}

describe('Microsoft’s own example', () => {
  (existsSync('../shared/payloads') ? it : it.skip)('reads as it was meant, byte for byte', async () => {
    const body = readFileSync('../shared/payloads/documented-cqd-IntegrationLog-Status.txt', 'utf8');
    await pollAt(instant('2015-01-17', 1, '10:35'), body);
    expect(await fact('cube')).toMatchObject({
      state: 'failing',
      stale: true,
      failures: 2,
      failuresAtLeast: false,
      lastSuccessLocal: '2015-01-17 15:16:40',
      lastFailureLocal: '2015-01-18 10:30:58',
      sinceLocal: '2015-01-18 10:29:28',
      underWay: false,
      cadenceMinutes: 15,
      limitMinutes: 60,
      timeZone: 'Europe/Paris',
      healthUrl: `${sandbox.cqd.url}/CQD/#/Health`,
    });
    expect(await fact('integration')).toMatchObject({
      state: 'healthy',
      startedAt: null,
      gapMinutes: 19 * 60 + 13,
      gapFromLocal: '2015-01-17 15:15:17',
      gapToLocal: '2015-01-18 10:28:29',
      sinceLocal: '2015-01-18 10:28:29',
    });
    expect(await alerts()).toEqual([
      expect.stringMatching(/^firing cqd-failing major Cube processing at site\d: 2 runs failed since/),
      expect.stringMatching(/^firing cqd-stale warning Cube processing at site\d: no success since/),
    ]);
  });

  it.each([
    ['a winter’s day', '2026-01-17', '19 h 13 min', 19],
    ['the night an hour is missing', '2026-03-28', '18 h 13 min', 18],
    ['the night an hour comes twice', '2026-10-24', '20 h 13 min', 20],
  ])('over %s: one alert each, and one card a stage', async (_name, day, hole, hours) => {
    await pollAt(instant(day, 0, '15:20'), afternoon(day));
    expect(await alerts()).toEqual([]);
    for (let at = instant(day, 0, '15:25'); at < instant(day, 1, '10:27'); at += 4 * HOUR)
      await pollAt(at, afternoon(day));
    expect(await alerts()).toEqual([
      `firing cqd-stale major Archiving at site${n}: no success since ${day} 15:15:17 (Europe/Paris)`,
      `firing cqd-stale warning Cube processing at site${n}: no success since ${day} 15:16:40 (Europe/Paris)`,
    ]);

    await pollAt(instant(day, 1, '10:32'), morning(day));
    await pollAt(instant(day, 1, '10:37'), morning(day));
    const second = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    expect(await alerts()).toEqual([
      `firing cqd-failing major Cube processing at site${n}: 2 runs failed since the last success at ${day} 15:16:40 (Europe/Paris)`,
      `firing cqd-stale warning Cube processing at site${n}: no success since ${day} 15:16:40 (Europe/Paris)`,
      `resolved cqd-stale major Archiving at site${n}: works since ${second} 10:28:29 (Europe/Paris), after ${hole} without a success`,
    ]);
    const integration = await fact('integration');
    expect([integration['state'], integration['gapMinutes']]).toEqual(['healthy', hours * 60 + 13]);
    expect(world.noc.cards()).toHaveLength(2);

    await pollAt(instant(day, 1, '10:50'), mended(day));
    expect((await alerts()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'resolved cqd-failing',
      'resolved cqd-stale',
      'resolved cqd-stale',
    ]);
    expect(world.noc.cards().every((card) => card.startsWith('resolved '))).toBe(true);
  });
});

describe('an unchanged situation', () => {
  it('makes no change however often it is polled', async () => {
    const day = '2026-01-17';
    await pollAt(instant(day, 1, '10:32'), morning(day));
    const since = world.now() + 1;
    for (let i = 1; i < 8; i += 1) await pollAt(instant(day, 1, '10:32') + i * 5 * MINUTE, morning(day));
    expect(await store.changes({ source: source.key, since })).toEqual([]);
  });

  it('becomes another by the clock alone', async () => {
    const day = '2026-01-17';
    await pollAt(instant(day, 1, '10:32'), morning(day));
    await pollAt(instant(day, 1, '10:32') + HOUR, morning(day));
    expect((await fact('integration'))['state']).toBe('stale');
  });
});
