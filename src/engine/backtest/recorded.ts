import { Fault, type FaultCode } from '../../lib/fault.js';
import type { Change, Fact, SourceKey } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { Past, PastSpan } from '../../store/past.js';

/** What a poll of that time brought: facts, a fault in its way, or neither where it only says that the source was well again. */
export interface PastTurn {
  readonly at: Instant;
  /** Every fact of the source after it. */
  readonly facts?: readonly Fact[];
  readonly error?: unknown;
}

const PAGE = 1_000;

/**
 * The polls of a source that changed something, as the record wrote them down, in order of time. The first one is what was known
 * when the time began.
 */
export async function* recordedTurns(
  past: Past,
  source: SourceKey,
  span: PastSpan,
): AsyncGenerator<PastTurn> {
  const known = await past.factsAt(source, span.kinds, span.from);
  const facts = new Map(known.map((fact) => [fact.subject, fact]));
  if (facts.size > 0) yield { at: span.from, facts: seen(facts) };
  for await (const { at, changes } of turnsOf(past, source, span)) {
    follow(facts, changes);
    const error = errorOf(changes, source);
    yield error === undefined ? { at, facts: seen(facts) } : { at, error };
  }
}

/** Only when the source failed, and when it was well again. */
export async function* recordedHealth(
  past: Past,
  source: SourceKey,
  span: PastSpan,
): AsyncGenerator<PastTurn> {
  for await (const { at, changes } of turnsOf(past, source, { ...span, kinds: ['tocsin'] })) {
    const error = errorOf(changes, source);
    yield error === undefined ? { at } : { at, error };
  }
}

interface Changed {
  readonly at: Instant;
  readonly changes: readonly Change[];
}

/** Changes of one instant are those of one poll. */
async function* turnsOf(past: Past, source: SourceKey, span: PastSpan): AsyncGenerator<Changed> {
  let turn: Change[] = [];
  for await (const changes of pagesOf(past, source, span)) {
    for (const change of changes) {
      const at = turn[0]?.at;
      if (at !== undefined && at !== change.at) {
        yield { at, changes: turn };
        turn = [];
      }
      turn.push(change);
    }
  }
  if (turn[0] !== undefined) yield { at: turn[0].at, changes: turn };
}

/** Each is asked for while the one before is played. */
async function* pagesOf(past: Past, source: SourceKey, span: PastSpan): AsyncGenerator<readonly Change[]> {
  const read = (after: number): ReturnType<Past['changes']> => {
    const page = past.changes(source, span, { after, limit: PAGE });
    // What goes wrong is told at its turn, if it comes.
    page.catch(() => undefined);
    return page;
  };
  let next = read(0);
  for (;;) {
    const { changes, after } = await next;
    const more = changes.length >= PAGE;
    if (more) next = read(after);
    yield changes;
    if (!more) return;
  }
}

function follow(facts: Map<string, Fact>, changes: readonly Change[]): void {
  for (const { subject, now } of changes) {
    if (now === undefined) facts.delete(subject);
    else facts.set(subject, now);
  }
}

/** Tocsin's own facts follow from the rest, but for those of its channels. */
function seen(facts: ReadonlyMap<string, Fact>): readonly Fact[] {
  return [...facts.values()].filter(({ kind, values }) => kind !== 'tocsin' || values['type'] === 'channel');
}

/** A poll that failed has changed the source's own health. */
function errorOf(changes: readonly Change[], source: SourceKey): Error | undefined {
  const health = changes.find(({ subject }) => subject === `source:${source}`)?.now;
  if (health === undefined || health.values['state'] === 'ok') return undefined;
  const { code, message, status, advice } = health.values;
  const words = typeof message === 'string' ? message : '';
  if (typeof code !== 'string' || code === 'bug') return new Error(words);
  return new Fault(code as FaultCode, words, {
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof advice === 'string' ? { advice } : {}),
  });
}
