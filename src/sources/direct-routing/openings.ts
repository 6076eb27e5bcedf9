import type { Instant } from '../../model/time.js';
import { iso, type Values } from './figures.js';
import { meaningWords, type Category } from './verdict.js';
import type { WindowFact } from './windows.js';

/** What one call is enough for: open from such a failure until the source itself shows that it is over. */
const EVENTS = ['certificate', 'dns', 'unreachable', 'emergency'] as const satisfies readonly Category[];
/** What it takes many calls for. */
const BURSTS = ['overload', 'carrier', 'media'] as const satisfies readonly Category[];

/** Whether each kind of trouble goes on, when it was last seen, and what it is, in words: all of the day. Put into `values`. */
export function openings(day: WindowFact, values: Values): void {
  for (const category of EVENTS) {
    values[`${category}Open`] = isOpen(day, category);
    values[`${category}LastAt`] = iso(day.lastOf[category] ?? null);
  }
  values['emergencyFault'] = day.codes.some(
    ({ verdict, alarming }) => alarming && verdict.category === 'emergency',
  );
  for (const category of EVENTS) words(day, category, values);
  for (const category of BURSTS) words(day, category, values);
}

/**
 * A call that went well after it shows that certificate, name and way to the SBC are right again. An emergency call may have a
 * way of its own, so that only an answered emergency call shows that it works.
 */
function isOpen({ lastOf, lastGoodAt, lastEmergencyAnsweredAt }: WindowFact, category: Category): boolean {
  const last: Instant | undefined = lastOf[category];
  const good = category === 'emergency' ? lastEmergencyAnsweredAt : lastGoodAt;
  return last !== undefined && (good === null || last >= good);
}

/** The most frequent code of this kind, and what to do about it. */
function words(day: WindowFact, category: Category, values: Values): void {
  const top = day.codes.find(
    ({ verdict, alarming }) => verdict.category === category && (alarming || category === 'emergency'),
  )?.verdict;
  values[`${category}Text`] = top === undefined ? '' : meaningWords(top);
  values[`${category}NextStep`] = top?.nextStep ?? '';
}
