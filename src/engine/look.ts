import { faultLine } from '../lib/fault.js';
import type { Clock } from '../lib/clock.js';
import { within } from '../lib/within.js';
import type { Look } from '../commands/command.js';
import type { Fact } from '../model/source.js';
import { SECOND, type Instant } from '../model/time.js';
import type { Question } from '../model/question.js';
import type { Source } from '../sources/source.js';
import type { Store } from '../store/store.js';

/** A question repeated within this time is answered from the last answer, which says its age. */
const FRESH = 15 * SECOND;
/** A person does not wait longer than this for an API before getting the last known answer. */
const PATIENCE = 10 * SECOND;
/** A test of a query runs it: the one who asked for it knows that this takes time. */
const TEST_PATIENCE = 50 * SECOND;

export interface LookDeps {
  readonly store: Store;
  readonly clock: Clock;
}

interface Cached {
  readonly at: Instant;
  readonly answer: Promise<readonly Fact[]>;
}

/** Asks sources at the moment somebody asks; when the API fails, the last known answer stands in and says so. */
export function openLooks({ store, clock }: LookDeps): (source: Source, question: Question) => Promise<Look> {
  const cache = new Map<string, Cached>();
  return async (source, question) => {
    const now = clock.now();
    const key = `${source.key} ${JSON.stringify(question)}`;
    const cached = cache.get(key);
    const asked =
      cached !== undefined && now - cached.at < FRESH
        ? cached
        : { at: now, answer: source.look(question, now) };
    cache.set(key, asked);
    if (cache.size > 500) cache.delete([...cache.keys()][0] ?? key);
    try {
      return {
        tenant: source.tenant,
        facts: await inTime(asked.answer, question.about === 'query-test' ? TEST_PATIENCE : PATIENCE),
        at: asked.at,
        fresh: true,
      };
    } catch (error) {
      cache.delete(key);
      return {
        ...(await lastKnown(source, question, store, now)),
        tenant: source.tenant,
        fresh: false,
        error: faultLine(error),
      };
    }
  };
}

async function lastKnown(
  source: Source,
  question: Question,
  store: Store,
  now: Instant,
): Promise<{ facts: readonly Fact[]; at: Instant }> {
  const rows = await store.subjects({ tenant: source.tenant, kind: source.kind });
  const own = rows.filter((row) => row.source === source.key);
  const row = (await store.sources()).find((known) => known.source === source.key);
  return { facts: await source.recall(question, own, now), at: row?.goodAt ?? 0 };
}

function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  return within(answer, ms, () => {
    throw new Error(`no answer within ${ms / 1000} s`);
  });
}
