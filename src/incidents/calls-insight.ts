import type { CallsEffect, CallsInsight } from '../model/insight.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';

/** Fewer failures on Microsoft's side are everyday life. */
const FEW = 5;
/** From this share of all calls on it is felt, and from this one on it is heavy. */
const FELT = 0.02;
const HEAVY = 0.1;

/** The windows of a tenant's calls (`calls:…` and `trunk:…`, as the call log answers) in few figures; undefined without one. */
export function callsInsight(tenant: string, facts: readonly Fact[]): CallsInsight | undefined {
  const all = facts.find(({ subject }) => subject.startsWith('calls:'))?.values;
  if (all === undefined) return undefined;
  const attempts = count(all['attempts']);
  const failed = count(all['failed']);
  const codes = objects(all['codes']).filter((code) => code['failure'] === true);
  const microsoft = codes
    .filter((code) => code['owner'] === 'microsoft')
    .reduce((sum, code) => sum + count(code['count']), 0);
  return {
    tenant,
    from: instant(all['from']),
    to: instant(all['to']),
    attempts,
    failed,
    ner: typeof all['ner'] === 'number' ? all['ner'] : 1,
    microsoft,
    effect: effectOf(attempts, failed, microsoft),
    shares: sharesOf(all),
    codes: codes.slice(0, 3).map((code) => ({
      code: text(code['code']),
      count: count(code['count']),
      meaning: text(code['meaning']),
    })),
    trunks: facts
      .filter(({ subject, values }) => subject.startsWith('trunk:') && count(values['failed']) > 0)
      .sort((a, b) => count(b.values['failed']) - count(a.values['failed']))
      .slice(0, 5)
      .map(({ subject, values }) => ({
        trunk: text(values['trunk']) || subject.slice('trunk:'.length),
        failed: count(values['failed']),
        attempts: count(values['attempts']),
      })),
  };
}

export function effectOf(attempts: number, failed: number, microsoft: number): CallsEffect {
  if (attempts === 0) return 'no-calls';
  if (microsoft >= FEW && microsoft >= attempts * FELT)
    return microsoft >= attempts * HEAVY ? 'heavy' : 'some';
  return failed >= FEW && failed >= attempts * HEAVY ? 'other' : 'none';
}

const OWNERS = [
  ['microsoftShare', 'Microsoft'],
  ['sbcShare', 'SBC'],
  ['carrierShare', 'carrier'],
  ['tenantShare', 'tenant set-up'],
  ['unknownShare', 'not known whose'],
] as const;

function sharesOf(values: JsonObject): CallsInsight['shares'] {
  return OWNERS.flatMap(([name, owner]) => {
    const share = values[name];
    return typeof share === 'number' && share > 0 ? [{ owner, share }] : [];
  }).sort((a, b) => b.share - a.share);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).filter(
    (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
  );
}

function count(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function instant(value: Json | undefined): Instant {
  const at = Date.parse(text(value));
  return Number.isFinite(at) ? at : 0;
}
