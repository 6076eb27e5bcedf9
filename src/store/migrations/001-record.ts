import type { Migration } from './migration.js';

/** The record as the first version keeps it. Instants are timestamptz, the model's own shapes jsonb. */
export const record: Migration = {
  version: 1,
  name: 'record',
  statements: [
    `create table tocsin.sources (
       source text primary key,
       tenant text not null,
       kind text not null,
       version bigint not null,
       fresh boolean not null,
       memory jsonb,
       health jsonb not null,
       polled_at timestamptz not null,
       good_at timestamptz
     )`,

    `create table tocsin.facts (
       source text not null,
       subject text not null,
       kind text not null,
       body jsonb not null,
       since timestamptz not null,
       seen_at timestamptz not null,
       primary key (source, subject)
     )`,

    `create table tocsin.changes (
       id bigint generated always as identity primary key,
       source text not null,
       subject text not null,
       kind text not null,
       at timestamptz not null,
       was jsonb,
       became jsonb
     )`,
    `create index changes_subject on tocsin.changes (subject, at desc, id desc)`,
    `create index changes_source on tocsin.changes (source, at desc, id desc)`,
    `create index changes_at on tocsin.changes (at desc, id desc)`,

    `create table tocsin.decisions (
       id bigint generated always as identity primary key,
       source text not null,
       at timestamptz not null,
       rule text not null,
       subject text not null,
       outcome text not null,
       reason text not null
     )`,
    `create index decisions_subject on tocsin.decisions (subject, at desc, id desc)`,
    `create index decisions_rule on tocsin.decisions (rule, at desc, id desc)`,
    `create index decisions_at on tocsin.decisions (at desc, id desc)`,

    `create table tocsin.alerts (
       fingerprint text primary key,
       source text not null,
       tenant text not null,
       starts_at timestamptz not null,
       body jsonb not null
     )`,
    `create index alerts_source on tocsin.alerts (source)`,

    `create sequence tocsin.incident_numbers start with 1001`,
    `create table tocsin.incidents (
       id bigint primary key,
       revision integer not null,
       state text not null,
       tenant text not null,
       group_key text not null,
       group_labels jsonb not null,
       title text not null,
       severity text not null,
       peak text not null,
       opened_at timestamptz not null,
       updated_at timestamptz not null,
       acknowledged_at timestamptz,
       acknowledged_by text,
       resolved_at timestamptz,
       resolved_by text,
       baseline_of text,
       alerts jsonb not null,
       destinations jsonb not null,
       last_seq integer not null default 0
     )`,
    // A group key holds labels of any length; a btree entry may not exceed a third of a page.
    `create index incidents_group on tocsin.incidents (md5(group_key)) where state <> 'resolved'`,
    `create index incidents_order on tocsin.incidents ((state = 'resolved'), opened_at desc, id desc)`,
    `create index incidents_baseline on tocsin.incidents (baseline_of) where baseline_of is not null`,
    `create index incidents_resolved on tocsin.incidents (resolved_at) where state = 'resolved'`,

    `create table tocsin.incident_alerts (
       incident_id bigint not null references tocsin.incidents on delete cascade,
       fingerprint text not null,
       source text not null,
       subject text not null,
       primary key (incident_id, fingerprint)
     )`,
    `create index incident_alerts_fingerprint on tocsin.incident_alerts (fingerprint)`,
    `create index incident_alerts_subject on tocsin.incident_alerts (subject, source, incident_id desc)`,

    `create table tocsin.timeline (
       incident_id bigint not null references tocsin.incidents on delete cascade,
       seq integer not null,
       at timestamptz not null,
       kind text not null,
       actor jsonb not null,
       body text not null,
       thread boolean not null,
       primary key (incident_id, seq)
     )`,

    `create sequence tocsin.outbox_stamps`,
    `create table tocsin.outbox (
       topic text not null,
       channel text not null,
       due_at timestamptz not null,
       changed_at timestamptz not null,
       priority integer not null,
       attempts integer not null,
       last_error text,
       stamp bigint not null default nextval('tocsin.outbox_stamps'),
       primary key (topic, channel)
     )`,
    `create index outbox_due on tocsin.outbox (channel, due_at)`,

    `create table tocsin.tellings (
       topic text not null,
       channel text not null,
       state text not null,
       ref jsonb,
       revision integer not null,
       thread_seq integer not null,
       status text not null,
       firing jsonb not null,
       first_at timestamptz,
       last_at timestamptz,
       attempt_at timestamptz,
       primary key (topic, channel)
     )`,

    `create table tocsin.deliveries (
       id bigint generated always as identity primary key,
       at timestamptz not null,
       channel text not null,
       topic text not null,
       action text not null,
       outcome text not null,
       reason text not null,
       duration_ms double precision not null,
       late_ms double precision not null
     )`,
    `create index deliveries_topic on tocsin.deliveries (topic, at desc, id desc)`,
    `create index deliveries_channel on tocsin.deliveries (channel, at desc, id desc)`,
    `create index deliveries_at on tocsin.deliveries (at desc, id desc)`,

    `create table tocsin.channels (
       channel text primary key,
       state text not null,
       since timestamptz not null,
       reason text not null,
       retry_at timestamptz,
       failures integer not null
     )`,
    `create table tocsin.leases (
       name text primary key,
       owner text not null,
       until timestamptz not null
     )`,

    `create table tocsin.silences (
       id bigint generated always as identity primary key,
       matchers jsonb not null,
       starts_at timestamptz not null,
       ends_at timestamptz not null,
       author jsonb not null,
       comment text not null
     )`,
    `create index silences_end on tocsin.silences (ends_at)`,

    `create table tocsin.seen (
       id text primary key,
       until timestamptz not null
     )`,
    `create index seen_until on tocsin.seen (until)`,
    `create table tocsin.kept (
       key text primary key,
       value jsonb not null
     )`,
    `create table tocsin.audit (
       id bigint generated always as identity primary key,
       at timestamptz not null,
       actor jsonb not null,
       action text not null,
       outcome text not null,
       detail jsonb not null
     )`,
    `create index audit_at on tocsin.audit (at)`,
  ],
};
