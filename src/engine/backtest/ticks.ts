import type { SourceKey, SourceKind } from '../../model/source.js';
import { MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { Rule } from '../../rules/compile.js';
import type { Judged } from '../turn.js';
import type { PastSource } from './past-source.js';

/** Rules that read the clock are asked so often between two changes. */
const TIMED: Duration = 5 * MINUTE;

/**
 * When the sources would have been polled without anything new to see. Most of those polls decide nothing: only alerts that wait
 * for time to pass, and rules that read the clock, need them.
 */
export interface Ticks {
  /** The next one that may decide something, up to and without `before`. */
  next(before: Instant): { readonly source: PastSource; readonly at: Instant } | undefined;
  /** What a poll of the source came to; `seen` is false when it failed. */
  took(source: PastSource, at: Instant, seen: boolean, judged: readonly Judged[]): void;
}

interface State {
  readonly source: PastSource;
  readonly timed: boolean;
  last: Instant;
  seen: boolean;
  /** Fingerprints of alerts that ripen or are kept open, of each side. */
  readonly waiting: Set<string>;
}

export function openTicks(rules: readonly Rule[]): Ticks {
  const timedKinds = new Set<SourceKind>(
    rules.flatMap((rule) => (rule.timed ? [rule.definition.source] : [])),
  );
  const states = new Map<SourceKey, State>();

  function dueOf({ source, last, seen, timed, waiting }: State): Instant {
    if (!seen) return Infinity;
    if (waiting.size > 0) return last + source.everyMs;
    return timed ? last + Math.max(source.everyMs, TIMED) : Infinity;
  }

  return {
    next(before) {
      let first: { readonly source: PastSource; readonly at: Instant } | undefined;
      for (const state of states.values()) {
        const at = dueOf(state);
        if (at < (first?.at ?? before)) first = { source: state.source, at };
      }
      return first;
    },
    took(source, at, seen, judged) {
      const state = states.get(source.key) ?? {
        source,
        timed: timedKinds.has(source.kind) || timedKinds.has('tocsin'),
        last: at,
        seen,
        waiting: new Set<string>(),
      };
      states.set(source.key, state);
      state.last = at;
      state.seen = seen;
      judged.forEach(({ transitions }, side) => {
        for (const { kind, alert } of transitions) {
          const print = `${side} ${alert.fingerprint}`;
          if (
            kind !== 'resolved' &&
            kind !== 'dropped' &&
            (kind === 'pending' || alert.clearSince !== undefined)
          )
            state.waiting.add(print);
          else state.waiting.delete(print);
        }
      });
    },
  };
}
