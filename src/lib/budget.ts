/** At most `max` in any `perMs`. */
export interface BudgetWindow {
  readonly max: number;
  readonly perMs: number;
}

/** Requests that may be spent freely until a sliding window is used up. `now` is milliseconds since the epoch. */
export interface Budget {
  /** Takes one; false, and nothing taken, when a window is used up. */
  take(now: number): boolean;
  /** Counts one that was spent, whatever is left. */
  spend(now: number): void;
  /** What was spent at `from` counts from `to` on: the other side counts it somewhere in between. */
  moved(from: number, to: number): void;
  /** Requests left in the tightest window. */
  left(now: number): number;
  /** When `count` (one) are free: `now` itself while they are. */
  freeAt(now: number, count?: number): number;
  /** What a restart must not forget. */
  saved(now: number): readonly (readonly [number, number])[];
  /** Joins what was saved with what is known; joining the same twice changes nothing. */
  restore(saved: unknown, now: number): void;
}

export function openBudget(windows: readonly BudgetWindow[]): Budget {
  const longest = Math.max(...windows.map((window) => window.perMs));
  const most = Math.max(...windows.map((window) => window.max));
  /** Oldest first; never more than the largest window holds. */
  let spent: number[] = [];

  function forget(now: number): void {
    const first = Math.max(firstAfter(spent, now - longest), spent.length - most);
    if (first > 0) spent = spent.slice(first);
  }

  function spend(now: number): void {
    // A clock that was set back must not disturb the order.
    spent.push(Math.max(now, spent.at(-1) ?? now));
  }

  return {
    take(now) {
      forget(now);
      if (leftIn(windows, spent, now) <= 0) return false;
      spend(now);
      return true;
    },
    spend(now) {
      forget(now);
      spend(now);
    },
    moved(from, to) {
      const index = spent.lastIndexOf(from);
      if (index !== -1)
        spent = [...spent.slice(0, index), ...spent.slice(index + 1), to].sort((a, b) => a - b);
    },
    left(now) {
      return Math.max(0, leftIn(windows, spent, now));
    },
    freeAt(now, count = 1) {
      const waits = windows.map((window) => {
        const first = firstAfter(spent, now - window.perMs);
        // More than a window holds need further windows.
        const rounds = Math.floor((count - 1) / window.max);
        const place = spent.length + count - 1 - (rounds + 1) * window.max;
        const leaves = place < first ? undefined : spent[place];
        return (leaves === undefined ? now : leaves + window.perMs) + rounds * window.perMs;
      });
      return Math.max(now, ...waits);
    },
    saved(now) {
      forget(now);
      return bySecond(spent);
    },
    restore(saved, now) {
      spent = joined(spent, readSeconds(saved), now);
      forget(now);
    },
  };
}

function leftIn(windows: readonly BudgetWindow[], spent: readonly number[], now: number): number {
  return Math.min(...windows.map(({ max, perMs }) => max - (spent.length - firstAfter(spent, now - perMs))));
}

/** The place of the first one after `at`, of times that are in order. */
function firstAfter(spent: readonly number[], at: number): number {
  let low = 0;
  let high = spent.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spent[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `[second, count]` pairs. Rounded up: a second too late is safe, a second too early is not. */
function bySecond(spent: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const at of spent) {
    const second = Math.ceil(at / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts];
}

function readSeconds(saved: unknown): [number, number][] {
  if (!Array.isArray(saved)) return [];
  return (saved as readonly unknown[]).flatMap((pair): [number, number][] => {
    const [second, count] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    return typeof second === 'number' && typeof count === 'number' && count > 0 && count <= 100_000
      ? [[second, count]]
      : [];
  });
}

function joined(spent: readonly number[], saved: readonly [number, number][], now: number): number[] {
  const known = new Map(bySecond(spent));
  const missing = saved.flatMap(([second, count]) => {
    // What lies ahead was saved by another clock.
    if (second * 1_000 > now + 1_000) return [];
    const lacks = Math.max(0, count - (known.get(second) ?? 0));
    return Array.from({ length: lacks }, () => second * 1_000);
  });
  return [...spent, ...missing].sort((a, b) => a - b);
}
