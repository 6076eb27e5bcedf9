import type { MinuteCount } from '../keep.js';
import { MINUTE, type Duration, type Instant } from '../../model/time.js';
import { windowOf } from './windows.js';

/** One step of a chart: the calls that began within it. */
export interface Point {
  readonly at: Instant;
  readonly attempts: number;
  readonly failed: number;
  readonly ner: number;
}

const MOST_POINTS = 96;
const STEPS: readonly Duration[] = [1, 2, 3, 5, 10, 15, 30, 60, 120, 240, 720, 1_440].map(
  (minutes) => minutes * MINUTE,
);

/** Of few calls a step that holds one or two is all or nothing: steps are longer then, but never fewer than this many. */
const FEW_POINTS = 12;
const CALLS_A_POINT = 5;

/** The window in equal steps, at most 96 of them; a dozen where few calls fill them. */
export function seriesOf(counts: readonly MinuteCount[], from: Instant, to: Instant): readonly Point[] {
  const { attempts } = windowOf(counts, { from, to });
  const most = Math.min(MOST_POINTS - 1, Math.max(FEW_POINTS, attempts / CALLS_A_POINT));
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 7 * 1_440 * MINUTE;
  const first = Math.floor(from / step) * step;
  const slots = new Map<Instant, MinuteCount[]>();
  for (let at = first; at < to; at += step) slots.set(at, []);
  for (const count of counts) {
    if (count.minute >= from && count.minute < to)
      slots.get(Math.floor(count.minute / step) * step)?.push(count);
  }
  return [...slots].slice(-MOST_POINTS).map(([at, inside]) => {
    const { attempts, failed, ner } = windowOf(inside, { from: at, to: at + step });
    return { at, attempts, failed, ner };
  });
}
