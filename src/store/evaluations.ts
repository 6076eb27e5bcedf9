import type { Evaluation, KeptEvaluation } from '../model/evaluation.js';
import type { SourceKey } from '../model/source.js';
import type { Sql } from './database.js';
import { fromTime, lastByKey, toJson, toTimeText } from './values.js';
import { where } from './where.js';

type Body = Omit<Evaluation, 'rule' | 'subject' | 'at' | 'state'>;

export interface EvaluationFilter {
  readonly source?: SourceKey;
  readonly tenant?: string;
  readonly rule?: string;
  readonly subject?: string;
  /** Only of subjects that are still reported. */
  readonly present?: boolean;
  readonly limit?: number;
}

/** The latest of each rule and subject. One that says the same as the last leaves its row alone; `since` moves with the state. */
export async function putEvaluations(
  sql: Sql,
  source: SourceKey,
  evaluations: readonly Evaluation[],
): Promise<void> {
  if (evaluations.length === 0) return;
  await sql.query(
    `insert into tocsin.evaluations as old (source, rule, subject, at, since, state, body)
     select $1::text, e.rule, e.subject, e.at, e.at, e.state, e.body
     from jsonb_to_recordset($2::text::jsonb)
       as e (rule text, subject text, at timestamptz, state text, body jsonb)
     on conflict (source, rule, subject) do update set
       at = excluded.at,
       since = case when old.state = excluded.state then old.since else excluded.since end,
       state = excluded.state,
       body = excluded.body
     where old.state <> excluded.state or old.body <> excluded.body`,
    [
      source,
      toJson(
        lastByKey(evaluations, ({ rule, subject }) => `${rule}\n${subject}`).map(
          ({ rule, subject, at, state, ...body }) => ({ rule, subject, at: toTimeText(at), state, body }),
        ),
      ),
    ],
  );
}

const PRESENT = `$::boolean = exists (select from tocsin.facts f where f.source = e.source and f.subject = e.subject)`;

/** By subject, then by rule. */
export async function readEvaluations(
  sql: Sql,
  filter: EvaluationFilter = {},
): Promise<readonly KeptEvaluation[]> {
  const asked = where();
  asked.and('e.source = $::text', filter.source);
  asked.and('s.tenant = $::text', filter.tenant);
  asked.and('e.rule = $::text', filter.rule);
  asked.and('e.subject = $::text', filter.subject);
  if (filter.present === true) asked.and(PRESENT, true);
  const rows = await sql.query<{
    source: string;
    rule: string;
    subject: string;
    at: Date;
    since: Date;
    state: Evaluation['state'];
    body: Body;
  }>(
    `select e.source, e.rule, e.subject, e.at, e.since, e.state, e.body
     from tocsin.evaluations e join tocsin.sources s on s.source = e.source${asked.text()}
     order by e.subject, e.source, e.rule${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(({ body, at, since, ...row }) => ({
    ...row,
    ...body,
    at: fromTime(at),
    since: fromTime(since),
  }));
}
