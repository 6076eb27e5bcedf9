import type { SampleKeep } from '../sources/keep.js';
import type { Sql } from './database.js';
import { fromJson, fromTime, lastByKey, toJson, toTime, toTimeText } from './values.js';

/** See `SampleKeep`: the last value that was put for an instant of a series stands. */
export function openSamples(sql: Sql): SampleKeep {
  return {
    async put(source, series, samples) {
      if (samples.length === 0) return;
      const rows = lastByKey(samples, (sample) => String(sample.at));
      await sql.query(
        `insert into tocsin.samples as old (source, series, at, value)
         select $1::text, $2::text, (row->>'at')::timestamptz, row->'value'
         from jsonb_array_elements($3::text::jsonb) as row
         on conflict (source, series, at) do update set value = excluded.value
         where old.value is distinct from excluded.value`,
        [source, series, toJson(rows.map(({ at, value }) => ({ at: toTimeText(at), value })))],
      );
    },
    async get(source, series, from, to) {
      const rows = await sql.query<{ at: Date; value: string }>(
        `select at, value::text as value from tocsin.samples
         where source = $1::text and series = $2::text and at >= $3::timestamptz and at <= $4::timestamptz
         order by at`,
        [source, series, toTime(from), toTime(to)],
      );
      return rows.map(({ at, value }) => ({ at: fromTime(at), value: fromJson(value) ?? null }));
    },
  };
}
