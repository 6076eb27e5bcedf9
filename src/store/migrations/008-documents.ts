import type { Migration } from './migration.js';

/** Files that others wrote, such as post-incident reports: each body once. */
export const documents: Migration = {
  version: 8,
  name: 'documents',
  statements: [
    `create table tocsin.document_bodies (
       sha256 text primary key,
       body bytea not null
     )`,
    `create table tocsin.documents (
       source text not null,
       subject text not null,
       name text not null,
       media_type text not null,
       sha256 text not null references tocsin.document_bodies,
       at timestamptz not null,
       primary key (source, subject)
     )`,
    `create index documents_at on tocsin.documents (at)`,
    `create index documents_body on tocsin.documents (sha256)`,
  ],
};
