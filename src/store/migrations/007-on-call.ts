import type { Migration } from './migration.js';

/** Who is called and was called: escalations of incidents, the pages they sent, and who stands in for whom. */
export const onCall: Migration = {
  version: 7,
  name: 'on-call',
  statements: [
    `create table tocsin.escalations (
       incident_id bigint not null references tocsin.incidents on delete cascade,
       escalation text not null,
       version integer not null,
       state text not null,
       due_at timestamptz not null,
       body jsonb not null,
       primary key (incident_id, escalation)
     )`,
    `create index escalations_due on tocsin.escalations (due_at) where state in ('running', 'acknowledged')`,

    `create table tocsin.pages (
       key text primary key,
       incident_id bigint not null references tocsin.incidents on delete cascade,
       escalation text,
       run integer not null,
       person text,
       channel text not null,
       due_at timestamptz not null,
       reason text not null,
       for_holder boolean not null,
       state text not null,
       dropped text,
       at timestamptz not null
     )`,
    `create index pages_incident on tocsin.pages (incident_id, at, key)`,
    `create index pages_waiting on tocsin.pages (due_at) where state = 'waiting'`,
    `create index pages_at on tocsin.pages (at)`,

    `create table tocsin.overrides (
       id bigint generated always as identity primary key,
       schedule text not null,
       person text not null,
       from_at timestamptz not null,
       to_at timestamptz not null,
       author text not null,
       comment text not null,
       at timestamptz not null
     )`,
    `create index overrides_end on tocsin.overrides (to_at)`,
  ],
};
