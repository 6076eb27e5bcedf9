import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallKeep } from '../../src/sources/keep.js';
import { openCalls } from '../../src/store/calls.js';
import type { Database } from '../../src/store/database.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { memoryDatabase } from '../support/record.js';

const MINUTE = 60_000;
const SOURCE = 'contoso/direct-routing';

let database: Database;
let store: Store;
let calls: CallKeep;

beforeAll(async () => {
  database = await memoryDatabase();
  store = await openStore(database);
  calls = openCalls(database);
});
afterAll(() => store.close());

describe('tidying calls', () => {
  it('forgets those that are older than they may be, and keeps the marks that they were counted', async () => {
    await calls.add(SOURCE, {
      known: new Map([[0, 0]]),
      marks: new Map([[0, Uint8Array.of(1, 2, 3)]]),
      counts: [
        { minute: MINUTE, key: 'a', count: 2 },
        { minute: 5 * MINUTE, key: 'a', count: 3 },
      ],
      failed: [
        { id: 'old', startedAt: MINUTE, values: {} },
        { id: 'new', startedAt: 5 * MINUTE, values: {} },
      ],
    });

    await store.tidy(0);
    expect(await calls.counts(SOURCE, 0, 10 * MINUTE)).toHaveLength(2);

    await store.tidy(0, 5 * MINUTE);
    expect(await calls.counts(SOURCE, 0, 10 * MINUTE)).toEqual([{ minute: 5 * MINUTE, key: 'a', count: 3 }]);
    expect((await calls.failed(SOURCE, { limit: 10 })).map(({ id }) => id)).toEqual(['new']);
    expect((await calls.marks(SOURCE, [0])).get(0)).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});
