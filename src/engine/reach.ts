import { openHandled } from '../incidents/handled.js';
import { reachOf, type Reach } from '../incidents/silence.js';
import type { Clock } from '../lib/clock.js';
import type { Matcher } from '../model/silence.js';
import { DAY } from '../model/time.js';
import type { Store } from '../store/store.js';

const WEEK = 7 * DAY;
/** Whatever fires more often in a week is answered from its newest. */
const MOST = 50_000;

/** What matchers hold back now, and what they would have held back in the last week. */
export async function reach(
  matchers: readonly Matcher[],
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<Reach> {
  const now = clock.now();
  const since = now - WEEK;
  const [incidents, firings, acts] = await Promise.all([
    store.incidents({ states: ['open', 'acknowledged'], limit: 10_000 }),
    store.firings({ since, limit: MOST }),
    store.acts(since),
  ]);
  const handled = openHandled(acts);
  return reachOf(
    matchers,
    incidents,
    firings.map((firing) => ({ ...firing, acknowledged: handled(firing, now).acknowledged })),
    since,
  );
}
