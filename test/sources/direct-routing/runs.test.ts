import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallsAsk } from '../../../src/model/ask.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import type { Source } from '../../../src/sources/source.js';
import type { Database } from '../../../src/store/database.js';
import { T0 } from '../../support/builders.js';
import { startDouble, type Double } from '../../support/graph-double.js';
import { memoryDatabase } from '../../support/record.js';
import { aCall, aFailure, guid, keepOf, openSource, pageOf, type TestCall } from './support.js';

let double: Double;
let database: Database;
let rows: TestCall[];
let opened: Source[] = [];

beforeAll(async () => {
  double = await startDouble();
  database = await memoryDatabase();
});
afterAll(async () => {
  await double.close();
  await database.close();
});
beforeEach(async () => {
  await keepOf(database).forget('contoso/direct-routing', T0 + 365 * DAY);
  rows = [];
  double.answer((request) => pageOf(request.path, double.url, rows));
});
afterEach(async () => {
  await Promise.all(opened.map((source) => source.close()));
  opened = [];
});

function open(): Source {
  const source = openSource(double, { keep: keepOf(database) });
  opened.push(source);
  return source;
}

const TRUNK = 'trunk:sbc1.contoso.example';

describe('a run of failures', () => {
  it.each([['in one process', false] as const, ['with a restart before each poll', true] as const])(
    'is counted over days, %s, and ended by the first call that goes well',
    async (_name, restarts) => {
      const told: unknown[] = [];
      let source = open();
      let memory: Awaited<ReturnType<Source['poll']>>['memory'] | undefined;
      for (let day = 0; day <= 8; day += 1) {
        const at = T0 + day * DAY;
        if (day > 0 && day < 6) rows = [...rows, aFailure(day, at - HOUR, 503, 560503)];
        if (day === 8) rows = [...rows, aCall(99, at - HOUR)];
        if (restarts) source = open();
        const poll = await source.poll(memory, at);
        memory = poll.memory;
        const values = poll.observation.facts.find(({ subject }) => subject === TRUNK)?.values;
        told.push(values?.['consecutiveFailures']);
      }
      // On the seventh day no call was there for two days: the trunk is still spoken of.
      expect(told).toEqual([undefined, 1, 2, 3, 4, 5, 5, 5, 0]);
    },
  );

  it('says what it was when nothing else is left of it, and fades after two weeks', async () => {
    rows = [aFailure(1, T0 - HOUR, 503, 560503), aFailure(2, T0 - HOUR, 503, 560503)];
    const source = open();
    let { memory } = await source.poll(undefined, T0);
    const at = async (now: number) => {
      const poll = await source.poll(memory, now);
      memory = poll.memory;
      return poll.observation.facts.find(({ subject }) => subject === TRUNK)?.values;
    };
    expect(await at(T0 + 4 * DAY)).toMatchObject({
      attempts24h: 0,
      consecutiveFailures: 2,
      failedText: '2 calls in a row failed',
      topCode: '503/560503',
      lastFailureAt: new Date(T0 - HOUR).toISOString(),
      lastCallAt: null,
    });
    await at(T0 + 9 * DAY);
    expect(await at(T0 + 17 * DAY)).toBeUndefined();
  });
});

describe('what rules ask for', () => {
  const ask = (by: CallsAsk['by'], windowMs: number): CallsAsk => ({ by, windowMs, marks: [37] });

  it('is counted by any dimensions over any window, users out of the record', async () => {
    const fraud = { userId: guid(7), calleeNumber: '+5355501234' };
    rows = [
      ...Array.from({ length: 40 }, (_, i) => aCall(100 + i, T0 - 100 * MINUTE + i * MINUTE)),
      ...Array.from({ length: 40 }, (_, i) => aCall(200 + i, T0 - 40 * MINUTE + i * MINUTE, fraud)),
    ];
    const asks = [ask(['trunk'], 2 * HOUR), ask(['country', 'user'], HOUR), ask([], 90 * MINUTE)];
    const { observation } = await open().poll(undefined, T0, asks);
    const facts = new Map(observation.facts.map(({ subject, values }) => [subject, values]));
    expect(facts.get(TRUNK)).toMatchObject({ attempts2h: 50, failed2h: 0 });
    expect(facts.get('tenant:contoso')).toHaveProperty('attempts90m');
    // Never rounded over what a rule compares with: 37, and one more than that.
    expect(facts.get(`tenant:contoso/CU/${guid(7)}`)).toMatchObject({
      type: 'country+user',
      country: 'CU',
      user: guid(7),
      attempts1h: 38,
    });
  });
});
