import type { Keep } from '../sources/keep.js';
import { openCalls } from './calls.js';
import type { Database } from './database.js';
import { openDocuments } from './documents.js';
import { guarded } from './guard.js';
import { openSamples } from './samples.js';
import { openVault } from './vault.js';

/** What sources keep, in the same database as the record; open the store first: it brings the tables. `key` is 32 bytes. */
export function openKeep(database: Database, key: Uint8Array): Keep {
  const db = guarded(database);
  return {
    vault: openVault(db, key),
    calls: openCalls(db),
    samples: openSamples(db),
    documents: openDocuments(db),
  };
}
