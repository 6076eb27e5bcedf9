import type { Migration } from './migration.js';

/** Snoozes, flapping alerts, the ends of silences, and each time an alert fired. */
export const life: Migration = {
  version: 6,
  name: 'life',
  statements: [
    `alter table tocsin.incidents
       add column snoozed_until timestamptz,
       add column woke_at timestamptz,
       add column shown integer,
       add column flaps jsonb,
       add column next_step_at timestamptz`,
    `create index incidents_step on tocsin.incidents (next_step_at) where next_step_at is not null`,

    // What ended before nobody waits to be told of.
    `alter table tocsin.silences add column over_noted boolean not null default false`,
    `update tocsin.silences set over_noted = true where ends_at <= now()`,
    `create index silences_over on tocsin.silences (ends_at) where not over_noted`,

    `create table tocsin.firings (
       fingerprint text not null,
       fired_at timestamptz not null,
       ended_at timestamptz,
       rule text not null,
       tenant text not null,
       subject text not null,
       severity text not null,
       labels jsonb not null,
       once boolean not null,
       baseline boolean not null,
       primary key (fingerprint, fired_at)
     )`,
    `create index firings_at on tocsin.firings (fired_at desc)`,
    `create index firings_rule on tocsin.firings (rule, fired_at desc)`,
    `create index timeline_acts on tocsin.timeline (at)
       where kind in ('acknowledged', 'unacknowledged', 'snoozed', 'woke', 'note', 'resolved', 'reopened')`,
  ],
};
