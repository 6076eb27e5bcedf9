import { Fault, isFault } from '../lib/fault.js';
import type { Instant } from '../model/time.js';
import type { Database, Sql } from './database.js';
import { toTime } from './values.js';

const OLD_ROWS = [
  'delete from tocsin.changes where at < $1::timestamptz',
  'delete from tocsin.decisions where at < $1::timestamptz',
  // Of a subject that is still there it stays, however long nothing has changed.
  `delete from tocsin.evaluations e where at < $1::timestamptz
     and not exists (select from tocsin.facts f where f.source = e.source and f.subject = e.subject)`,
  'delete from tocsin.deliveries where at < $1::timestamptz',
  'delete from tocsin.audit where at < $1::timestamptz',
  'delete from tocsin.firings where fired_at < $1::timestamptz',
  'delete from tocsin.samples where at < $1::timestamptz',
  'delete from tocsin.documents where at < $1::timestamptz',
  `delete from tocsin.document_bodies b
   where $1::timestamptz is not null and not exists (select from tocsin.documents d where d.sha256 = b.sha256)`,
  'delete from tocsin.seen where until < $1::timestamptz',
  'delete from tocsin.leases where until < $1::timestamptz',
  'delete from tocsin.silences where ends_at < $1::timestamptz',
  `delete from tocsin.tellings where (topic like 'page:%' or topic like 'handover:%') and last_at < $1::timestamptz`,
  // One that still waits to be told stays until it has been; its timeline and its tellings go with it.
  `with old as (
     delete from tocsin.incidents i
     where i.state = 'resolved' and i.resolved_at < $1::timestamptz
       and not exists (select from tocsin.outbox o where o.topic = 'incident:' || i.id)
     returning 'incident:' || i.id as topic
   )
   delete from tocsin.tellings t using old where t.topic = old.topic`,
];

/** What is known of calls. Marks stay: their source forgets them once no row of then can come again, or it would count it anew. */
const OLD_CALLS = [
  'delete from tocsin.call_counts where minute < $1::timestamptz',
  'delete from tocsin.call_failures where started_at < $1::timestamptz',
];

/** Deletes what is older than `before`, and calls older than `callsBefore`; a server vacuums by itself, the embedded database does not. */
export async function tidy(database: Database, before: Instant, callsBefore?: Instant): Promise<void> {
  for (const statement of OLD_ROWS) await database.query(statement, [toTime(before)]);
  if (callsBefore !== undefined)
    for (const statement of OLD_CALLS) await database.query(statement, [toTime(callsBefore)]);
  if (database.kind === 'embedded') await database.query('vacuum (analyze)');
}

/** Throws `store.unreachable`. */
export async function ping(sql: Sql): Promise<void> {
  try {
    await sql.query('select 1');
  } catch (error) {
    if (isFault(error, 'store.unreachable')) throw error;
    throw new Fault('store.unreachable', 'The database does not answer.', { cause: error });
  }
}
