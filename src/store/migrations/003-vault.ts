import type { Migration } from './migration.js';

/** Secrets that sources were given: sealed, so that a copy of the database alone reveals none. */
export const vault: Migration = {
  version: 3,
  name: 'vault',
  statements: [
    `create table tocsin.vault (
       name text primary key,
       sealed text not null,
       updated_at timestamptz not null default now()
     )`,
  ],
};
