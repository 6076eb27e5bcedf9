import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFolder, openPglite } from '../../src/store/pglite-engine.js';
import { openEmbedded, type EmbeddedDatabase } from '../../src/store/pglite.js';
import { openStore } from '../../src/store/sql.js';
import { codeOf } from '../../src/lib/thrown.js';
import type { Store } from '../../src/store/store.js';
import { folderOfRun } from './heard.js';
import { until } from './until.js';

/** An empty record in memory, at the newest version. */
export async function memoryStore(): Promise<Store> {
  return openStore(await memoryDatabase());
}

/** The database below it. */
export async function memoryDatabase(): Promise<EmbeddedDatabase> {
  const image = new Blob([readFileSync(imageIn(await made()))]);
  return openEmbedded('memory://', { thread: false, image });
}

/** An empty record where a program with this `dataDir` will look for it: it need not make one, which takes seconds. */
export async function putRecord(dataDir: string): Promise<void> {
  cpSync(databaseFolder(await made()), databaseFolder(dataDir), { recursive: true });
}

/** The folder with the record that all others are copies of: made once in a test run, by the first who asks. */
async function made(): Promise<string> {
  const folder = join(folderOfRun(), 'record');
  const whole = join(folder, 'whole');
  if (isFirst(folder)) {
    const store = await openStore(await openEmbedded(folder, { thread: false }));
    await store.close();
    const db = await openPglite(folder);
    writeFileSync(imageIn(folder), await bytesOf(await db.dumpDataDir('none')));
    await db.close();
    writeFileSync(whole, '');
  } else await until(() => existsSync(whole));
  return folder;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function imageIn(folder: string): string {
  return join(folder, 'image.tar');
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
