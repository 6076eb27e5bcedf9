import type { SourceKind } from '../source.js';
import { CQD } from './cqd.js';
import { DIRECT_ROUTING } from './direct-routing.js';
import { MESSAGE_CENTER } from './message-center.js';
import { PARTNER_INSIGHTS } from './partner-insights.js';
import { SERVICE_HEALTH } from './service-health.js';
import type { FactTable, FieldType } from './table.js';
import { TOCSIN } from './tocsin.js';

export type { FactTable, FieldRow, FieldType } from './table.js';

/** What every poll knows, by source: what rules may read, and what the documentation and `rule help` say. */
export const FACT_TABLES: Readonly<Record<SourceKind, readonly FactTable[]>> = {
  'service-health': SERVICE_HEALTH,
  'message-center': MESSAGE_CENTER,
  'direct-routing': DIRECT_ROUTING,
  cqd: CQD,
  'partner-insights': PARTNER_INSIGHTS,
  tocsin: TOCSIN,
};

/** The windows that figures are known for without being asked. */
const USUAL_SUFFIXES = ['', '1h', '24h'];

/** Every name that a fact of this table has, with its type. */
export function fieldsOf(table: FactTable): ReadonlyMap<string, FieldType> {
  return new Map(
    table.rows.flatMap(({ names, type, figure }) =>
      names.flatMap((name) =>
        (figure === true ? USUAL_SUFFIXES : ['']).map((suffix) => [`${name}${suffix}`, type] as const),
      ),
    ),
  );
}

const windowedOf = new Map<SourceKind, readonly string[]>();

/** Names that a rule's own window changes. */
export function windowedNames(kind: SourceKind): readonly string[] {
  const known = windowedOf.get(kind);
  if (known !== undefined) return known;
  const rows = FACT_TABLES[kind].flatMap((table) => table.rows);
  const names = [...new Set(rows.flatMap((row) => (row.windowed === true ? row.names : [])))];
  windowedOf.set(kind, names);
  return names;
}
