import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SampleKeep } from '../../src/sources/keep.js';
import type { Database } from '../../src/store/database.js';
import { openSamples } from '../../src/store/samples.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { memoryDatabase } from '../support/record.js';

let database: Database;
let store: Store;
let samples: SampleKeep;

beforeAll(async () => {
  database = await memoryDatabase();
  store = await openStore(database);
  samples = openSamples(database);
});
afterAll(() => store.close());

describe('a source’s own history', () => {
  it('is given back oldest first, both ends included, each source and series for itself', async () => {
    await samples.put('a/cqd', 'cube/success', [
      { at: 3_000, value: 'c' },
      { at: 1_000, value: { n: null } },
      { at: 2_000, value: null },
    ]);
    await samples.put('a/cqd', 'cube/failure', [{ at: 1_500, value: 'other series' }]);
    await samples.put('b/cqd', 'cube/success', [{ at: 1_500, value: 'other source' }]);
    expect(await samples.get('a/cqd', 'cube/success', 1_000, 2_000)).toEqual([
      { at: 1_000, value: { n: null } },
      { at: 2_000, value: null },
    ]);
    expect(await samples.get('a/cqd', 'cube/success', 0, 9_000)).toHaveLength(3);
    expect(await samples.get('c/cqd', 'cube/success', 0, 9_000)).toEqual([]);
  });

  it('does not grow by what is put again; the last value stands', async () => {
    const twice = [
      { at: 5_000, value: 'first' },
      { at: 5_000, value: 'last\u0000' },
    ];
    await samples.put('a/cqd', 'twice', twice);
    await samples.put('a/cqd', 'twice', twice);
    await samples.put('a/cqd', 'twice', []);
    expect(await samples.get('a/cqd', 'twice', 0, 9_000)).toEqual([{ at: 5_000, value: 'last\uFFFD' }]);
  });

  it('is forgotten with the rest of the past', async () => {
    await samples.put('a/cqd', 'old', [
      { at: 1_000, value: 1 },
      { at: 9_000, value: 2 },
    ]);
    await store.tidy(5_000);
    expect(await samples.get('a/cqd', 'old', 0, 10_000)).toEqual([{ at: 9_000, value: 2 }]);
  });
});
