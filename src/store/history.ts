import type { DecisionRecord, Evaluation, KeptDecision } from '../model/evaluation.js';
import type { JsonObject } from '../model/json.js';
import type { Change, SourceKey, SourceKind } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Sql } from './database.js';
import { fromTime, optional, toJson, toTime, toTimeText } from './values.js';
import { where } from './where.js';

/** Appends in the order given: rows of one instant are read back newest first, that is in reverse. */
export async function addChanges(sql: Sql, source: SourceKey, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `insert into tocsin.changes (source, subject, kind, at, was, became)
     select $1::text, c.subject, c.kind, c.at, c.was, c.became
     from rows from (jsonb_to_recordset($2::text::jsonb)
       as (subject text, kind text, at timestamptz, was jsonb, became jsonb)) with ordinality as c
     order by c.ordinality`,
    [
      source,
      toJson(
        changes.map(({ subject, kind, at, before, now }) => ({
          subject,
          kind,
          at: toTimeText(at),
          was: before?.values,
          became: now?.values,
        })),
      ),
    ],
  );
}

export async function readChanges(
  sql: Sql,
  filter: { subject?: string; source?: SourceKey; since?: Instant; limit?: number },
): Promise<readonly Change[]> {
  const asked = where();
  asked.and('subject = $::text', filter.subject);
  asked.and('source = $::text', filter.source);
  asked.and('at >= $::timestamptz', filter.since === undefined ? undefined : toTime(filter.since));
  const rows = await sql.query<ChangeRow>(
    `select subject, kind, at, was, became from tocsin.changes${asked.text()}
     order by at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(toChange);
}

export interface ChangeRow {
  readonly subject: string;
  readonly kind: SourceKind;
  readonly at: Date;
  readonly was: JsonObject | null;
  readonly became: JsonObject | null;
}

export function toChange({ subject, kind, at, was, became }: ChangeRow): Change {
  return {
    subject,
    kind,
    at: fromTime(at),
    ...(was === null ? {} : { before: { subject, kind, values: was } }),
    ...(became === null ? {} : { now: { subject, kind, values: became } }),
  };
}

export async function addDecisions(
  sql: Sql,
  source: SourceKey,
  decisions: readonly DecisionRecord[],
): Promise<void> {
  if (decisions.length === 0) return;
  await sql.query(
    `insert into tocsin.decisions (source, at, rule, subject, outcome, reason, evaluation)
     select $1::text, d.at, d.rule, d.subject, d.outcome, d.reason, d.evaluation
     from rows from (jsonb_to_recordset($2::text::jsonb)
       as (at timestamptz, rule text, subject text, outcome text, reason text, evaluation jsonb)) with ordinality as d
     order by d.ordinality`,
    [source, toJson(decisions.map((decision) => ({ ...decision, at: toTimeText(decision.at) })))],
  );
}

export interface DecisionFilter {
  readonly source?: SourceKey;
  readonly subject?: string;
  readonly rule?: string;
  readonly limit?: number;
}

export async function readDecisions(sql: Sql, filter: DecisionFilter): Promise<readonly KeptDecision[]> {
  const asked = where();
  asked.and('subject = $::text', filter.subject);
  asked.and('rule = $::text', filter.rule);
  asked.and('source = $::text', filter.source);
  const rows = await sql.query<
    Omit<KeptDecision, 'at' | 'evaluation'> & { at: Date; evaluation: Evaluation | null }
  >(
    `select source, at, rule, subject, outcome, reason, evaluation from tocsin.decisions${asked.text()}
     order by at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(({ at, evaluation, ...row }) => ({
    ...row,
    at: fromTime(at),
    ...optional('evaluation', evaluation),
  }));
}
