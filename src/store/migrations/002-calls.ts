import type { Migration } from './migration.js';

/** Direct-routing calls: which were seen, how many of which kind in which minute, and the failed ones. */
export const calls: Migration = {
  version: 2,
  name: 'calls',
  statements: [
    // Appended to, and joined again when an hour has gathered many rows: rewriting all of it each time would cost more.
    `create table tocsin.call_marks (
       id bigint generated always as identity primary key,
       source text not null,
       hour timestamptz not null,
       marks bytea not null
     )`,
    `create index call_marks_hour on tocsin.call_marks (source, hour)`,

    `create table tocsin.call_counts (
       source text not null,
       minute timestamptz not null,
       key text not null,
       count bigint not null,
       primary key (source, minute, key)
     )`,

    `create table tocsin.call_failures (
       source text not null,
       id text not null,
       started_at timestamptz not null,
       body jsonb not null,
       primary key (source, id)
     )`,
    `create index call_failures_order on tocsin.call_failures (source, started_at desc, id desc)`,
  ],
};
