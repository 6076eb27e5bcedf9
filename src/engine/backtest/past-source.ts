import type { CallsAsk } from '../../model/ask.js';
import type { SourceKey, SourceKind } from '../../model/source.js';
import { MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { PastAsk, Source } from '../../sources/source.js';
import type { Past } from '../../store/past.js';
import type { SourceRow } from '../../store/store.js';
import { merged } from './merge.js';
import { recordedHealth, recordedTurns, type PastTurn } from './recorded.js';

/** A source whose history is played: one of the settings, or one that only the record still knows. */
export interface PastSource {
  readonly key: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly everyMs: Duration;
  readonly live?: Source;
}

/** Those that these kinds of rules look at. Rules about Tocsin itself look at the health of every source. */
export function pastSources(
  rows: readonly SourceRow[],
  live: readonly Source[],
  kinds: ReadonlySet<SourceKind>,
): readonly PastSource[] {
  const known = new Map<SourceKey, PastSource>();
  for (const { source: key, tenant, kind } of rows) known.set(key, { key, tenant, kind, everyMs: MINUTE });
  for (const source of live) {
    const { key, tenant, kind, everyMs } = source;
    known.set(key, { key, tenant, kind, everyMs, live: source });
  }
  return [...known.values()]
    .filter(({ kind }) => kinds.has(kind) || kinds.has('tocsin'))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

export interface PastSpanAsk extends Omit<PastAsk, 'recordedFrom' | 'to' | 'asks'> {
  readonly until: Instant;
  readonly asks: readonly CallsAsk[];
}

/** The history of one source: as the record has it, as the source makes it up, or first one and then the other. */
export async function* historyOf(
  source: PastSource,
  kinds: ReadonlySet<SourceKind>,
  past: Past,
  { until: to, ...ask }: PastSpanAsk,
): AsyncGenerator<PastTurn> {
  const recordedFrom = await past.begins(source.key);
  const wanted: SourceKind[] = kinds.has(source.kind) ? [source.kind, 'tocsin'] : ['tocsin'];
  const span = { kinds: wanted, from: ask.from, to };
  const made = kinds.has(source.kind) ? source.live?.past : undefined;
  if (made === undefined) {
    if (recordedFrom !== undefined && recordedFrom > ask.from) ask.note(beginsLate(source.key, recordedFrom));
    yield* kinds.has(source.kind)
      ? recordedTurns(past, source.key, span)
      : recordedHealth(past, source.key, span);
    return;
  }
  const polls = made.polls({ ...ask, to, recordedFrom });
  if (made.instead) yield* unlessBlind(merged<PastTurn>([recordedHealth(past, source.key, span), polls]));
  else {
    yield* polls;
    if (recordedFrom !== undefined)
      yield* recordedTurns(past, source.key, { ...span, from: Math.max(ask.from, recordedFrom) });
  }
}

/** While the source failed nothing was seen, whatever can be made up of that time afterwards. */
async function* unlessBlind(turns: AsyncIterable<PastTurn>): AsyncGenerator<PastTurn> {
  let blind = false;
  for await (const turn of turns) {
    if (turn.error !== undefined) blind = true;
    else if (turn.facts === undefined) blind = false;
    if (turn.error !== undefined || (turn.facts !== undefined && !blind)) yield turn;
  }
}

function beginsLate(source: SourceKey, begins: Instant): string {
  return `${source}: the record begins at ${new Date(begins).toISOString().slice(0, 16).replace('T', ' ')} UTC; nothing is known of it before.`;
}
