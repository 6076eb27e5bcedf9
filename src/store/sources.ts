import { Fault } from '../lib/fault.js';
import type { SourceHealth, SourceKey, SourceKind } from '../model/source.js';
import { readAlerts } from './alerts.js';
import type { Sql } from './database.js';
import { readFacts } from './facts.js';
import type { Known, SourceRow, TurnRecord } from './store.js';
import { fromBigint, fromJson, fromTime, toJson, toTime } from './values.js';

/** See `Store.known`. */
export async function readKnown(sql: Sql, source: SourceKey): Promise<Known> {
  // The version first: whatever is committed while the rest is read, the turn made of it will be refused.
  const [row] = await sql.query<{
    version: string | number;
    fresh: boolean;
    memory: string | null;
    health: SourceHealth;
  }>(`select version, fresh, memory::text as memory, health from tocsin.sources where source = $1::text`, [
    source,
  ]);
  const facts = await readFacts(sql, source);
  const alerts = await readAlerts(sql, { source });
  return {
    version: row === undefined ? 0 : fromBigint(row.version),
    fresh: row?.fresh ?? true,
    memory: fromJson(row?.memory ?? null),
    health: row?.health,
    facts,
    alerts,
  };
}

export async function readSources(sql: Sql): Promise<readonly SourceRow[]> {
  const rows = await sql.query<{
    source: string;
    tenant: string;
    kind: SourceKind;
    health: SourceHealth;
    polled_at: Date;
    good_at: Date | null;
  }>('select source, tenant, kind, health, polled_at, good_at from tocsin.sources order by source');
  return rows.map((row) => ({
    source: row.source,
    tenant: row.tenant,
    kind: row.kind,
    health: row.health,
    polledAt: fromTime(row.polled_at),
    goodAt: row.good_at === null ? undefined : fromTime(row.good_at),
  }));
}

/**
 * Raises the version by one, if it still is the one that the turn was decided on. Memory that the turn does not give
 * stays; a failed poll leaves `good_at` and `fresh` as they were.
 */
export async function advanceSource(sql: Sql, turn: TurnRecord): Promise<void> {
  const rows = await sql.query(turn.version === 0 ? INSERT : UPDATE, [
    turn.source,
    turn.tenant,
    turn.kind,
    turn.version,
    turn.good,
    toJson(turn.memory),
    toJson(turn.health),
    toTime(turn.at),
  ]);
  if (rows.length === 0)
    throw new Fault('store.conflict', `${turn.source} is no longer at version ${turn.version}.`);
}

const INSERT = `insert into tocsin.sources (source, tenant, kind, version, fresh, memory, health, polled_at, good_at)
  values ($1::text, $2::text, $3::text, $4::bigint + 1, not $5::boolean, $6::text::jsonb, $7::text::jsonb,
    $8::timestamptz, case when $5::boolean then $8::timestamptz end)
  on conflict (source) do nothing returning source`;

// Memory that is the same is left alone: it may be long, and this statement runs with every poll.
const UPDATE = `update tocsin.sources set tenant = $2::text, kind = $3::text, version = version + 1,
    fresh = fresh and not $5::boolean, 
    memory = case when memory = $6::text::jsonb then memory else coalesce($6::text::jsonb, memory) end,
    health = $7::text::jsonb,
    polled_at = $8::timestamptz, good_at = case when $5::boolean then $8::timestamptz else good_at end
  where source = $1::text and version = $4::bigint returning source`;
