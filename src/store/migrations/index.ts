import { record } from './001-record.js';
import { calls } from './002-calls.js';
import { vault } from './003-vault.js';
import { samples } from './004-samples.js';
import { evaluations } from './005-evaluations.js';
import { life } from './006-life.js';
import { onCall } from './007-on-call.js';
import { documents } from './008-documents.js';
import { insight } from './009-insight.js';
import type { Migration } from './migration.js';

/** Every migration, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  record,
  calls,
  vault,
  samples,
  evaluations,
  life,
  onCall,
  documents,
  insight,
];
