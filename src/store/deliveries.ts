import type { Delivery, Topic } from '../model/telling.js';
import type { Sql } from './database.js';
import { fromTime, optional, optionalTime, toJson, toTimeText } from './values.js';
import { where } from './where.js';

export async function addDeliveries(sql: Sql, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await sql.query(addingDeliveries('$1'), [deliveriesParam(deliveries)]);
}

/** The statement that appends what `param`, a `deliveriesParam`, holds, in its order. */
export function addingDeliveries(param: string): string {
  return `insert into tocsin.deliveries (at, channel, topic, action, outcome, reason, answer, until, duration_ms, late_ms)
     select d.at, d.channel, d.topic, d.action, d.outcome, d.reason, d.answer, d.until, d.duration_ms, d.late_ms
     from rows from (jsonb_to_recordset(${param}::text::jsonb) as (at timestamptz, channel text, topic text, action text,
       outcome text, reason text, answer text, until timestamptz, duration_ms double precision, late_ms double precision)) with ordinality as d
     order by d.ordinality`;
}

export function deliveriesParam(deliveries: readonly Delivery[]): string | null {
  return toJson(
    deliveries.map(({ at, until, durationMs, lateMs, ...rest }) => ({
      ...rest,
      at: toTimeText(at),
      until: toTimeText(until),
      duration_ms: durationMs,
      late_ms: lateMs,
    })),
  );
}

/** Newest first. */
export async function readDeliveries(
  sql: Sql,
  filter: { topic?: Topic; channel?: string; limit?: number } = {},
): Promise<readonly Delivery[]> {
  const asked = where();
  asked.and('topic = $::text', filter.topic);
  asked.and('channel = $::text', filter.channel);
  const rows = await sql.query<
    Omit<Delivery, 'at' | 'answer' | 'until' | 'durationMs' | 'lateMs'> & {
      at: Date;
      answer: string | null;
      until: Date | null;
      duration_ms: number;
      late_ms: number;
    }
  >(
    `select at, channel, topic, action, outcome, reason, answer, until, duration_ms, late_ms from tocsin.deliveries${asked.text()}
     order by at desc, id desc${asked.limit(filter.limit)}`,
    asked.params,
  );
  return rows.map(({ at, answer, until, duration_ms, late_ms, ...rest }) => ({
    ...rest,
    at: fromTime(at),
    ...optional('answer', answer),
    ...optionalTime('until', until),
    durationMs: duration_ms,
    lateMs: late_ms,
  }));
}
