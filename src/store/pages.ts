import { pageTopic, type Page } from '../model/page.js';
import type { OutboxRow } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { enqueue } from './outbox.js';
import type { PageFilter } from './store.js';
import { fromBigint, fromTime, optional, toJson, toTimeText } from './values.js';
import { where } from './where.js';

interface Row {
  readonly key: string;
  readonly incident_id: string | number;
  readonly escalation: string | null;
  readonly run: number;
  readonly person: string | null;
  readonly channel: string;
  readonly due_at: Date;
  readonly reason: string;
  readonly for_holder: boolean;
  readonly state: Page['state'];
  readonly dropped: string | null;
  readonly at: Date;
}

const COLUMNS =
  'key, incident_id, escalation, run, person, channel, due_at, reason, for_holder, state, dropped, at';

/** A page with a key that is there already is the same page: nothing is told twice. */
export async function addPages(sql: Sql, pages: readonly Page[]): Promise<void> {
  if (pages.length === 0) return;
  await sql.query(
    `insert into tocsin.pages (${COLUMNS})
     select ${COLUMNS} from jsonb_to_recordset($1::text::jsonb) as p (key text, incident_id bigint, escalation text, run integer,
       person text, channel text, due_at timestamptz, reason text, for_holder boolean, state text, dropped text,
       at timestamptz)
     on conflict (key) do nothing`,
    [
      toJson(
        pages.map(({ incident, dueAt, forHolder, at, ...page }) => ({
          ...page,
          incident_id: incident,
          due_at: toTimeText(dueAt),
          for_holder: forHolder,
          at: toTimeText(at),
        })),
      ),
    ],
  );
}

/** Oldest first. */
export async function readPages(sql: Sql, filter: PageFilter): Promise<readonly Page[]> {
  const asked = where();
  asked.and('key = $::text', filter.key);
  asked.and('incident_id = $::bigint', filter.incident);
  asked.and('person = $::text', filter.person);
  asked.and('state = $::text', filter.state);
  asked.and('at >= $::timestamptz', filter.since === undefined ? undefined : new Date(filter.since));
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from tocsin.pages${asked.text()} order by at, key${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(toPage);
}

/** A page that was told, or that nobody needs any more. One that was told stays so. */
export async function endPage(
  sql: Sql,
  key: string,
  end: 'told' | { readonly dropped: string },
): Promise<void> {
  await sql.query(
    `update tocsin.pages set state = $2::text, dropped = $3::text where key = $1::text and state = 'waiting'`,
    [key, end === 'told' ? 'told' : 'dropped', end === 'told' ? null : end.dropped],
  );
}

/** The pages that people have before them, or are about to: they show what the incident now is. */
export async function pagesFollow(
  sql: Sql,
  incidents: readonly { readonly id: number }[],
  at: Instant,
): Promise<readonly OutboxRow[]> {
  if (incidents.length === 0) return [];
  const rows = await sql.query<{ key: string; channel: string }>(
    `select key, channel from tocsin.pages where incident_id = any($1::bigint[]) and state = 'told'`,
    [incidents.map(({ id }) => id)],
  );
  const outbox = rows.map(({ key, channel }): OutboxRow => ({
    topic: pageTopic(key),
    channel,
    dueAt: at,
    changedAt: at,
    priority: 0,
    attempts: 0,
  }));
  await enqueue(sql, outbox);
  return outbox;
}

function toPage(row: Row): Page {
  return {
    key: row.key,
    incident: fromBigint(row.incident_id),
    ...optional('escalation', row.escalation),
    run: row.run,
    ...optional('person', row.person),
    channel: row.channel,
    dueAt: fromTime(row.due_at),
    reason: row.reason,
    forHolder: row.for_holder,
    state: row.state,
    ...optional('dropped', row.dropped),
    at: fromTime(row.at),
  };
}
