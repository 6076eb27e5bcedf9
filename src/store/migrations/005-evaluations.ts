import type { Migration } from './migration.js';

/** What each rule last decided on each subject, with its values; the same beside each change of mind. */
export const evaluations: Migration = {
  version: 5,
  name: 'evaluations',
  statements: [
    `create table tocsin.evaluations (
       source text not null,
       rule text not null,
       subject text not null,
       at timestamptz not null,
       since timestamptz not null,
       state text not null,
       body jsonb not null,
       primary key (source, rule, subject)
     )`,
    `create index evaluations_subject on tocsin.evaluations (subject)`,
    `create index evaluations_rule on tocsin.evaluations (rule)`,

    `alter table tocsin.decisions add column evaluation jsonb`,

    `alter table tocsin.deliveries add column answer text, add column until timestamptz`,
  ],
};
