import type { LookView } from '../../cards/health.js';
import type { Look } from '../command.js';

/** A tenant's services and issues as one answer: as old as the older of the two, as good as the worse. */
export function mergeLooks(services: readonly Look[], issues: readonly Look[]): readonly LookView[] {
  const merged = new Map<string, LookView>();
  for (const look of [...services, ...issues]) {
    const there = merged.get(look.tenant);
    merged.set(look.tenant, there === undefined ? look : merge(there, look));
  }
  return [...merged.values()];
}

function merge(a: LookView, b: LookView): LookView {
  const error = a.error ?? b.error;
  return {
    tenant: a.tenant,
    facts: [...a.facts, ...b.facts],
    at: Math.min(a.at, b.at),
    fresh: a.fresh && b.fresh,
    ...(error === undefined ? {} : { error }),
  };
}
