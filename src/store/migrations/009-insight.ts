import type { Migration } from './migration.js';

/** What calls and Microsoft's issues say of each other, beside an incident. */
export const insight: Migration = {
  version: 9,
  name: 'insight',
  statements: [`alter table tocsin.incidents add column insight jsonb`],
};
