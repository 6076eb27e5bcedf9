import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DocumentKeep } from '../../src/sources/keep.js';
import type { Database } from '../../src/store/database.js';
import { openDocuments } from '../../src/store/documents.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { memoryDatabase } from '../support/record.js';

let database: Database;
let store: Store;
let documents: DocumentKeep;

beforeAll(async () => {
  database = await memoryDatabase();
  store = await openStore(database);
  documents = openDocuments(database);
});
afterAll(() => store.close());

const bodies = async (): Promise<number> =>
  Number((await database.query<{ n: string }>('select count(*) as n from tocsin.document_bodies'))[0]?.n);
const report = (text: string) => ({
  name: 'X-PIR.pdf',
  mediaType: 'application/pdf',
  body: Buffer.from(text),
});

it('keeps what is the same to many tenants once, and forgets it with the last of them', async () => {
  await documents.put('a/service-health', 'issue:EX1', report('%PDF a\0b'), 1_000);
  await documents.put('b/service-health', 'issue:EX1', report('%PDF a\0b'), 5_000);
  await documents.put('b/service-health', 'issue:EX1', report('%PDF a\0b'), 5_000);
  expect(await bodies()).toBe(1);
  const found = await documents.get('b/service-health', 'issue:EX1');
  expect([found?.name, found?.mediaType, Buffer.from(found?.body ?? []).toString()]).toEqual([
    'X-PIR.pdf',
    'application/pdf',
    '%PDF a\0b',
  ]);
  await store.tidy(3_000);
  expect(await documents.get('a/service-health', 'issue:EX1')).toBeUndefined();
  expect(await bodies()).toBe(1);
  await store.tidy(9_000);
  expect([await documents.get('b/service-health', 'issue:EX1'), await bodies()]).toEqual([undefined, 0]);
});

it('takes the newest for a subject', async () => {
  await documents.put('a/service-health', 'issue:EX2', report('one'), 1_000);
  await documents.put('a/service-health', 'issue:EX2', report('two'), 2_000);
  expect(Buffer.from((await documents.get('a/service-health', 'issue:EX2'))?.body ?? []).toString()).toBe(
    'two',
  );
});
