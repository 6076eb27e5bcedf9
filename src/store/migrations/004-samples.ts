import type { Migration } from './migration.js';

/** A source's own history: what it saw at an instant, once for each series. */
export const samples: Migration = {
  version: 4,
  name: 'samples',
  statements: [
    `create table tocsin.samples (
       source text not null,
       series text not null,
       at timestamptz not null,
       value jsonb not null,
       primary key (source, series, at)
     )`,
  ],
};
