import { takeTurn } from '../../../src/engine/take-turn.js';
import { matches } from '../../../src/lib/matchers.js';
import type { Fact, SourceKind } from '../../../src/model/source.js';
import type { RouteNode } from '../../../src/model/route.js';
import type { Rule } from '../../../src/rules/compile.js';
import type { CallKeep, MinuteCount } from '../../../src/sources/keep.js';
import { keyHead } from '../../../src/sources/direct-routing/key.js';
import type { Store } from '../../../src/store/store.js';

/** Writes into a record what a running instance would have: one turn of a source after the other. */
export async function recordTurn(
  store: Store,
  turn: {
    readonly source: string;
    readonly kind: SourceKind;
    readonly at: number;
    readonly facts: readonly Fact[] | Error;
    readonly rules: readonly Rule[];
    readonly root: RouteNode;
  },
): Promise<void> {
  const { source, kind, at, facts, rules, root } = turn;
  await takeTurn(store, {
    context: { source, tenant: source.split('/')[0] ?? '', kind, rules, root, matches, at },
    poll:
      facts instanceof Error
        ? undefined
        : { observation: { kind, at, coverage: 'full', facts }, memory: null, unchanged: false },
    outcome: facts instanceof Error ? { ok: false, error: facts } : { ok: true },
  });
}

/** Counts of calls as a poll would have kept them. */
export async function recordCalls(
  keep: CallKeep,
  source: string,
  calls: Iterable<{ readonly at: number; readonly trunk: string; readonly code: string }>,
): Promise<void> {
  let batch: MinuteCount[] = [];
  const flush = async (): Promise<void> => {
    await keep.add(source, { known: new Map(), marks: new Map(), counts: batch, failed: [] });
    batch = [];
  };
  for (const { at, trunk, code } of calls) {
    const head = keyHead({
      trunk,
      direction: 'out',
      country: 'GB',
      code,
      emergency: false,
      recovered: false,
    });
    batch.push({ minute: Math.floor(at / 60_000) * 60_000, key: head, count: 1 });
    if (batch.length >= 20_000) await flush();
  }
  if (batch.length > 0) await flush();
}
