import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../../src/model/time.js';
import type { Json } from '../../../src/model/json.js';
import { openNames } from '../../../src/sources/direct-routing/fold.js';
import { openClient, type CallsClient } from '../../../src/sources/direct-routing/client.js';
import { readKey, writeKey } from '../../../src/sources/direct-routing/key.js';
import { readCalls, type ReadDeps } from '../../../src/sources/direct-routing/read.js';
import { openPageReader } from '../../../src/sources/direct-routing/scan/page.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Graph } from '../../../src/sources/graph.js';
import type { Database } from '../../../src/store/database.js';
import { T0 } from '../../support/builders.js';
import { memoryDatabase } from '../../support/record.js';
import { guid, keepOf, stamp } from './support.js';

const SOURCE = 'contoso/direct-routing';
const CALLS = 100_000;
const DAY_START = T0;
const LATEST = 48 * HOUR;

interface DayCall {
  readonly start: number;
  readonly appears: number;
  readonly trunk: number;
  readonly inbound: boolean;
  readonly sip: number;
  readonly sub: number;
  readonly text: string;
}

const CODES = [
  [486, 540486],
  [487, 560487],
  [503, 560503],
  [504, 569008],
  [404, 560404],
  [777, 0],
] as const;

/** Chance that is the same in every run. */
function draw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function makeDay(): DayCall[] {
  const random = draw(7);
  return Array.from({ length: CALLS }, (_, i) => {
    const start = DAY_START + Math.floor((i / CALLS) * 24 * HOUR);
    const late = random() < 0.3;
    const appears = start + (late ? random() * LATEST : random() * 5 * MINUTE);
    const failed = random() < 0.2;
    const [sip, sub] = failed ? (CODES[Math.floor(random() * CODES.length)] ?? CODES[0]) : [0, 560000];
    const trunk = Math.floor(random() * 3);
    const inbound = random() < 0.5;
    const call = {
      id: guid(i + 1),
      correlationId: guid(i + 0x2000_0000),
      userId: guid(Math.floor(random() * 50) + 0x3000_0000),
      userPrincipalName: 'u@contoso.example',
      userDisplayName: 'U',
      startDateTime: stamp(start),
      inviteDateTime: stamp(start - SECOND),
      failureDateTime: failed ? stamp(start) : '0001-01-01T00:00:00Z',
      endDateTime: '0001-01-01T00:00:00Z',
      duration: 0,
      callType: inbound ? 'ByotIn' : 'ByotOut',
      successfulCall: !failed,
      callerNumber: `+3315${i}`,
      calleeNumber: `+4420${i}`,
      mediaPathLocation: '',
      signalingLocation: 'EUWE',
      finalSipCode: sip,
      callEndSubReason: sub,
      finalSipCodePhrase: 'x',
      trunkFullyQualifiedDomainName: `SBC${trunk}.contoso.example`,
      mediaBypassEnabled: false,
    };
    return { start, appears, trunk, inbound, sip: failed ? sip : -1, sub, text: JSON.stringify(call) };
  });
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) [list[i], list[j]] = [b, a];
  }
  return list;
}

/** Graph without its transport: what has appeared by now, in pages that are shuffled anew at each reading. */
function logAt(
  day: readonly DayCall[],
  now: () => number,
  random: () => number,
  breakAt: () => number,
): Graph {
  let listed: DayCall[] = [];
  let pages = 0;
  const get: Graph['get'] = async (request) => {
    const text = decodeURIComponent(request.path);
    const skip = Number(/\$skip=(\d+)/.exec(text)?.[1] ?? 0);
    if (skip === 0) {
      const [from, to] = (/fromDateTime=([^,]+),toDateTime=([^)]+)\)/.exec(text) ?? [])
        .slice(1)
        .map((at) => Date.parse(at));
      const there = day.filter(
        (call) => call.start >= (from ?? 0) && call.start < (to ?? 0) && call.appears <= now(),
      );
      listed = shuffled(there, random);
      pages = 0;
    }
    pages += 1;
    if (pages === breakAt()) throw new Error('the process was killed');
    const next =
      skip + 1_000 < listed.length
        ? `,"@odata.nextLink":"https://graph.test/v1.0/x?$skip=${skip + 1_000}"`
        : '';
    const take = request.sink?.();
    await take?.(
      Buffer.from(
        `{"value":[${listed
          .slice(skip, skip + 1_000)
          .map((call) => call.text)
          .join(',')}]${next}}`,
      ),
    );
    return { body: Buffer.alloc(0), json: (): Json => null };
  };
  const unused = (): never => {
    throw new Error('not used here');
  };
  return { get, page: unused, pages: unused };
}

/** By hand, from the sorted and complete file: no code of the source but the spelling of a key. */
function expectedCounts(day: readonly DayCall[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of day) {
    const key = writeKey({
      trunk: `sbc${call.trunk}.contoso.example`,
      direction: call.inbound ? 'in' : 'out',
      country: call.inbound ? 'FR' : 'GB',
      code: call.sip === -1 ? '' : `${call.sip}/${call.sub}`,
      emergency: false,
      recovered: false,
      user: '',
    });
    const name = `${Math.floor(call.start / MINUTE)} ${key}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

describe('a day of 100,000 calls, a third of them late', () => {
  let database: Database;
  beforeAll(async () => {
    database = await memoryDatabase();
  });
  afterAll(() => database.close());

  it('counts what the complete file counts, read in shuffled pages, twice over, with restarts between', async () => {
    const day = makeDay();
    const random = draw(11);
    let now = DAY_START;
    let breakAt = 0;
    const names = openNames();
    const client = (): CallsClient =>
      openClient({
        graph: logAt(
          day,
          () => now,
          random,
          () => breakAt,
        ),
        endpoint: 'https://graph.test',
        reader: openPageReader(names),
        pace: () => Promise.resolve(),
        spend: () => undefined,
      });
    const deps = (): ReadDeps => ({
      keep: keepOf(database),
      source: SOURCE,
      names,
      privacy: { numbers: 'mask', users: 'mask' },
      log: silentLog,
      client: client(),
    });
    // Nothing is remembered from one reading to the next: each is a process of its own.
    const read = (from: number) => readCalls(deps(), { from, to: now, since: now - 50 * HOUR }, undefined);
    for (const after of [8, 26, 50, 73]) {
      const last = now;
      now = DAY_START + after * HOUR;
      // Killed once in the middle, with some batches kept and others not.
      breakAt = 12;
      await read(last - LATEST).catch(() => undefined);
      breakAt = 0;
      await read(last - LATEST);
    }
    await read(DAY_START - HOUR);

    const counted = new Map<string, number>();
    for (const { minute, key, count } of await keepOf(database).counts(
      SOURCE,
      DAY_START - HOUR,
      DAY_START + 30 * HOUR,
    )) {
      const name = `${minute / MINUTE} ${writeKey({ ...readKey(key), user: '' })}`;
      counted.set(name, (counted.get(name) ?? 0) + count);
    }
    const expected = expectedCounts(day);
    const wrong = [...new Set([...counted.keys(), ...expected.keys()])].filter(
      (name) => counted.get(name) !== expected.get(name),
    );
    expect(wrong).toEqual([]);
    expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBe(CALLS);
    const failures = await keepOf(database).failed(SOURCE, { limit: CALLS });
    expect(failures).toHaveLength(day.filter(({ sip }) => [503, 504, 777].includes(sip)).length);
  }, 120_000);
});
