import { Fault } from '../../lib/fault.js';
import type { Fact } from '../../model/source.js';
import type { JsonObject } from '../../model/json.js';
import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';
import type { Question } from '../../model/question.js';
import type { FailedCall, MinuteCount } from '../keep.js';
import { callFact, callId, failedCall } from './call.js';
import { trunkFact, windowFact, type Shown } from './facts.js';
import { openFold } from './fold.js';
import { hourOf, openLedger } from './ledger.js';
import type { ReadDeps } from './read.js';
import { emptyRow } from './scan/row.js';
import { wideOf } from './scan/hash.js';
import { parseCall, readCall } from './scan/slow.js';
import { verdictOf, verdictWords } from './verdict.js';
import { windowFacts } from './windows.js';

/** A person waits: what is not read by then is answered from the record. Measured on the wall. */
const PATIENCE: Duration = 6 * SECOND;
const LONGEST: Duration = 90 * DAY;

export interface LookDeps extends ReadDeps {
  readonly tenant: string;
  readonly overlap: Duration;
}

/** A question about calls, put to Graph now. It counts nothing: the next poll does. */
export async function lookAt(question: Question, deps: LookDeps, now: Instant): Promise<readonly Fact[]> {
  if (question.about === 'call') return [await lookForCall(question.id, deps, now)];
  if (question.about !== 'calls' && question.about !== 'trunks')
    throw new Fault('api.not-found', `The call log has no ${question.about}.`);
  const span = spanOf(question.windowMs, now);
  const live = await readLive(span, deps);
  return answer(question, deps, { ...span, now, liveFrom: live.from }, live);
}

/** The same from the record alone. */
export async function recallFrom(
  question: Question,
  deps: Omit<LookDeps, 'client'>,
  now: Instant,
): Promise<readonly Fact[]> {
  const { keep, source } = deps;
  if (question.about === 'call') {
    const [known] = await keep.failed(source, { id: question.id.trim().toLowerCase(), limit: 1 });
    return known === undefined ? [] : [callFact(known, await isRecovered(known.id, known.startedAt, deps))];
  }
  if (question.about !== 'calls' && question.about !== 'trunks') return [];
  const { from, to } = spanOf(question.windowMs, now);
  const counts = await keep.counts(source, from, to);
  return answer(question, deps, { from, to, now, liveFrom: null }, { counts, failed: [] });
}

function spanOf(windowMs: Duration, now: Instant): { from: Instant; to: Instant } {
  const to = Math.floor(now / MINUTE) * MINUTE + MINUTE;
  return { from: to - Math.min(Math.max(windowMs, MINUTE), LONGEST), to };
}

interface Found {
  readonly counts: readonly MinuteCount[];
  readonly failed: readonly FailedCall[];
}

async function answer(
  question: Extract<Question, { about: 'calls' | 'trunks' }>,
  { keep, source, tenant }: Omit<LookDeps, 'client'>,
  shown: Shown,
  { counts, failed }: Found,
): Promise<readonly Fact[]> {
  const trunks = windowFacts(counts, { by: ['trunk'], ...shown })
    .filter(({ group }) => group.trunk !== '')
    .sort((a, b) => b.failed - a.failed || b.attempts - a.attempts);
  if (question.about === 'trunks') return trunks.map((window) => trunkFact(window, shown));
  const trunk = question.trunk?.trim().toLowerCase() ?? '';
  const kept = await keep.failed(source, { from: shown.from, to: shown.to, limit: 200 });
  const newest = [...new Map([...failed, ...kept].map((call) => [call.id, call])).values()]
    .filter((call) => trunk === '' || call.values['trunk'] === trunk)
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, 10)
    .map(brief);
  if (trunk === '') {
    const all = windowFact(`calls:${tenant}`, '', counts, shown, newest);
    return [all, ...trunks.map((window) => trunkFact(window, shown))];
  }
  const own = counts.filter(({ key }) => key.startsWith(`${trunk}|`));
  return [windowFact(`calls:${trunk}`, trunk, own, shown, newest)];
}

function brief({ id, startedAt, values }: FailedCall): JsonObject {
  const { sip, sub, direction } = values;
  const verdict = verdictOf(
    typeof sip === 'number' ? sip : null,
    typeof sub === 'number' ? sub : null,
    direction === 'in' || direction === 'out' ? direction : 'unknown',
  );
  return { id, at: new Date(startedAt).toISOString(), code: verdict.code, verdict: verdictWords(verdict) };
}

interface Live extends Found {
  readonly from: Instant | null;
}

/** The record of the window, and what Graph has that the record has not; the newest is asked for first. */
async function readLive({ from, to }: { from: Instant; to: Instant }, deps: LookDeps): Promise<Live> {
  const begun = performance.now();
  const late = (): boolean => performance.now() - begun > PATIENCE;
  const record = await readRecord(from, to, deps);
  const fold = openFold({ ...deps, ledger: record.ledger, from: hourOf(from) });
  let liveFrom: Instant | null = null;
  for (const piece of newestFirst(Math.max(from, to - deps.overlap), to)) {
    if (liveFrom !== null && late()) break;
    const { whole } = await deps.client.read(piece.from, piece.to, fold.take, () => Promise.resolve(!late()));
    if (!whole) break;
    liveFrom = piece.from;
  }
  fold.finish();
  const batch = fold.batch();
  return { counts: [...record.counts, ...batch.counts], failed: batch.failed, from: liveFrom };
}

/** Counts and marks that belong together: where a poll adds to them between the two, they are read again. */
async function readRecord(from: Instant, to: Instant, { keep, source }: LookDeps) {
  for (let attempt = 1; ; attempt += 1) {
    const ledger = openLedger(keep, source);
    await ledger.load(from, to + HOUR);
    const counts = await keep.counts(source, from, to);
    const again = openLedger(keep, source);
    await again.load(from, to + HOUR);
    if (again.bytes(from, to) === ledger.bytes(from, to) || attempt >= 3) return { ledger, counts };
  }
}

function newestFirst(from: Instant, to: Instant): readonly { from: Instant; to: Instant }[] {
  const edges = [HOUR, 4 * HOUR, DAY].map((age) => to - age).filter((edge) => edge > from);
  const starts = [...edges, from];
  return starts.map((start, i) => ({ from: start, to: i === 0 ? to : (starts[i - 1] ?? to) }));
}

async function lookForCall(asked: string, deps: LookDeps, now: Instant): Promise<Fact> {
  const id = asked.trim().toLowerCase();
  const [known] = await recallFrom({ about: 'call', id }, deps, now);
  if (known !== undefined) return known;
  const found = await searchCall(id, deps, now);
  if (found !== undefined) return callFact(found, await isRecovered(found.id, found.startedAt, deps));
  throw new Fault(
    'api.not-found',
    `The call log of tenant ${deps.tenant} has no call ${id.slice(0, 64)} that could be read.`,
    {
      advice: 'Failed calls are kept; of the others only those of the last days can be shown.',
    },
  );
}

/** The log cannot be asked for one call: the newest are read until it is there. */
async function searchCall(id: string, deps: LookDeps, now: Instant): Promise<FailedCall | undefined> {
  const begun = performance.now();
  const [a, b, c, d] = wideOf(id);
  let found: FailedCall | undefined;
  for (const piece of newestFirst(now - deps.overlap, now)) {
    const { whole } = await deps.client.read(
      piece.from,
      piece.to,
      (row, bytes, from, to) => {
        if (row.id0 !== a || row.id1 !== b || row.id2 !== c || row.id3 !== d) return;
        const call = parseCall(bytes, from, to);
        if (call !== undefined && callId(call) === id) found = failedCall(call, row.start, deps.privacy);
      },
      () => Promise.resolve(found === undefined && performance.now() - begun < PATIENCE),
    );
    if (found !== undefined || !whole) break;
  }
  return found;
}

/** Whether the mark of a later success stands beside that of the call. */
async function isRecovered(
  id: string,
  startedAt: Instant,
  { keep, source, names }: Omit<LookDeps, 'client'>,
): Promise<boolean> {
  const ledger = openLedger(keep, source);
  const row = emptyRow();
  if (!readCall({ id, startDateTime: new Date(startedAt).toISOString() }, names, row)) return false;
  await ledger.load(hourOf(startedAt), hourOf(startedAt) + HOUR);
  return ledger.hour(hourOf(startedAt))?.ids.has(~row.id0, ~row.id1, ~row.id2, row.id3) ?? false;
}
