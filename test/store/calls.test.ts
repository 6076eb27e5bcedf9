import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { CallBatch, CallKeep } from '../../src/sources/keep.js';
import { openCalls } from '../../src/store/calls.js';
import type { Database } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { T0 } from '../support/builders.js';
import { memoryDatabase } from '../support/record.js';

const SOURCE = 'contoso/direct-routing';

let database: Database;
let keep: CallKeep;

beforeAll(async () => {
  database = await memoryDatabase();
  await migrate(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  keep = openCalls(database);
  await keep.forget(SOURCE, T0 + 100 * HOUR);
});

function aBatch(over: Partial<CallBatch> = {}): CallBatch {
  return { known: new Map(), marks: new Map(), counts: [], failed: [], ...over };
}

async function bytesOf(hour: number): Promise<number[]> {
  const found = (await keep.marks(SOURCE, [hour])).get(hour) ?? [];
  return found.flatMap((marks) => [...marks]);
}

describe('calls in the record', () => {
  it('gives marks back byte for byte, and none for an hour without', async () => {
    const marks = Uint8Array.from({ length: 256 }, (_, i) => i);
    await keep.add(SOURCE, aBatch({ known: new Map([[T0, 0]]), marks: new Map([[T0, marks]]) }));
    expect(await bytesOf(T0)).toEqual([...marks]);
    expect((await keep.marks(SOURCE, [T0 + HOUR])).size).toBe(0);
    expect((await keep.marks('another', [T0])).size).toBe(0);
  });

  it('joins the marks of an hour that was added to often, and loses none', async () => {
    for (let i = 0; i < 60; i += 1)
      await keep.add(SOURCE, aBatch({ known: new Map([[T0, i]]), marks: new Map([[T0, Uint8Array.of(i)]]) }));
    expect((await bytesOf(T0)).sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
    const [row] = await database.query<{ rows: number }>(
      'select count(*)::integer as rows from tocsin.call_marks where source = $1::text',
      [SOURCE],
    );
    expect(row?.rows).toBeLessThan(30);
  });

  it('adds up counts, of one batch and of many', async () => {
    const twice = [
      { minute: T0, key: 'a', count: 1 },
      { minute: T0, key: 'a', count: 2 },
      { minute: T0 + MINUTE, key: 'b\0', count: 1 },
    ];
    await keep.add(SOURCE, aBatch({ counts: twice }));
    await keep.add(SOURCE, aBatch({ counts: twice }));
    expect(await keep.counts(SOURCE, T0, T0 + HOUR)).toEqual([
      { minute: T0, key: 'a', count: 6 },
      { minute: T0 + MINUTE, key: 'b\uFFFD', count: 2 },
    ]);
    expect(await keep.counts(SOURCE, T0 + MINUTE, T0 + MINUTE)).toEqual([]);
  });

  it('keeps a failed call once, newest first, by id and by time', async () => {
    const failed = [1, 2, 3].map((n) => ({ id: `c${n}`, startedAt: T0 + n * MINUTE, values: { n } }));
    await keep.add(SOURCE, aBatch({ failed }));
    await keep.add(SOURCE, aBatch({ failed: [{ id: 'c1', startedAt: T0, values: { n: 9 } }] }));
    expect((await keep.failed(SOURCE, { limit: 2 })).map(({ id }) => id)).toEqual(['c3', 'c2']);
    expect(await keep.failed(SOURCE, { id: 'c1', limit: 1 })).toEqual([failed[0]]);
    expect(await keep.failed(SOURCE, { from: T0 + 2 * MINUTE, to: T0 + 3 * MINUTE, limit: 9 })).toHaveLength(
      1,
    );
  });

  it('adds nothing at all where somebody else has added meanwhile', async () => {
    const batch = aBatch({
      known: new Map([[T0, 0]]),
      marks: new Map([[T0, Uint8Array.of(1)]]),
      counts: [{ minute: T0, key: 'a', count: 1 }],
      failed: [{ id: 'c1', startedAt: T0, values: {} }],
    });
    await keep.add(SOURCE, batch);
    await expect(keep.add(SOURCE, batch)).rejects.toMatchObject({ code: 'store.conflict' });
    const both = await Promise.allSettled([keep.add('two', batch), keep.add('two', batch)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await keep.counts(SOURCE, T0, T0 + HOUR)).toEqual([{ minute: T0, key: 'a', count: 1 }]);
    expect(await bytesOf(T0)).toEqual([1]);
  });

  it('adds all of a large batch or none', async () => {
    const counts = Array.from({ length: 12_000 }, (_, i) => ({ minute: T0, key: `k${i}`, count: 1 }));
    await keep.add(SOURCE, aBatch({ counts }));
    expect(await keep.counts(SOURCE, T0, T0 + HOUR)).toHaveLength(12_000);
    const broken = aBatch({ counts: [...counts, { minute: Number.NaN, key: 'x', count: 1 }] });
    await expect(keep.add(SOURCE, broken)).rejects.toThrow();
    expect((await keep.counts(SOURCE, T0, T0 + HOUR)).every(({ count }) => count === 1)).toBe(true);
  });

  it('forgets what began before: the marks alone, or all of it', async () => {
    const batch = aBatch({
      known: new Map([[T0, 0]]),
      marks: new Map([[T0, Uint8Array.of(1)]]),
      counts: [{ minute: T0, key: 'a', count: 1 }],
      failed: [{ id: 'c1', startedAt: T0, values: {} }],
    });
    await keep.add(SOURCE, batch);
    await keep.forget(SOURCE, T0 + HOUR, 'marks');
    expect(await bytesOf(T0)).toEqual([]);
    expect(await keep.counts(SOURCE, T0, T0 + HOUR)).toHaveLength(1);
    await keep.forget(SOURCE, T0 + HOUR);
    expect(await keep.counts(SOURCE, T0, T0 + HOUR)).toEqual([]);
    expect(await keep.failed(SOURCE, { limit: 1 })).toEqual([]);
  });
});
