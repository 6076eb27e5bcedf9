import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database, Sql } from '../../src/store/database.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { aChange, aFact, aLine, anAlert, anIncident, anOutboxRow, aTurn } from '../support/builders.js';
import { memoryDatabase } from '../support/record.js';

describe('what a turn costs', () => {
  let store: Store;
  let counted: string[] = [];

  beforeAll(async () => {
    store = await openStore(counting(await memoryDatabase(), (text) => counted.push(text)));
  });
  afterAll(() => store.close());

  it('is one statement when nothing changed', async () => {
    await store.commit(aTurn({ put: [aFact('service:Exchange')] }));
    counted = [];
    await store.commit(aTurn({ version: 1, memory: 'same' }));
    expect(counted).toEqual([expect.stringMatching(/^update tocsin\.sources/)]);
  });

  it('does not grow in statements with what changed', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => `issue:${n}`);
    counted = [];
    await store.commit(
      aTurn({
        source: 'contoso/message-center',
        put: many.map((subject) => aFact(subject, { subject })),
        gone: many.map((subject) => `old:${subject}`),
        changes: many.map((subject) => aChange(subject, { now: { subject } })),
        alerts: many.map((subject, n) => anAlert({ subject, state: n % 2 === 0 ? 'firing' : 'resolved' })),
        incidents: many.map((subject, n) =>
          anIncident({ id: -n - 1, groupKey: subject, alerts: [anAlert({ subject })] }),
        ),
        timeline: many.map((_, n) => aLine(-n - 1)),
        outbox: many.map((_, n) => anOutboxRow(`incident:${-n - 1}`)),
      }),
    );
    expect(counted.length).toBeLessThan(16);
    expect(await store.incidents({ states: ['open'] })).toHaveLength(1_000);
  });
});

/** The same database, telling of each statement. */
function counting(database: Database, count: (text: string) => void): Database {
  const over = (sql: Sql): Sql => ({
    query: (text, params) => {
      count(text);
      return sql.query(text, params);
    },
  });
  return {
    ...over(database),
    kind: database.kind,
    pool: database.pool,
    transaction: (work) => database.transaction((sql) => work(over(sql))),
    close: () => database.close(),
  };
}
