import type { Instant } from '../../model/time.js';
import { iso, type Values } from './figures.js';
import { meaningWords, type Category, type Verdict } from './verdict.js';
import type { WindowFact } from './windows.js';

/** What one call is enough for: open from such a failure until the source itself shows that it is over. */
const EVENTS = ['certificate', 'dns', 'unreachable', 'emergency'] as const satisfies readonly Category[];
/** What it takes many calls for. */
const BURSTS = ['overload', 'carrier', 'media'] as const satisfies readonly Category[];

/** What each is told under; put together once. */
const EVENT_NAMES = EVENTS.map((category) => ({
  category,
  open: `${category}Open`,
  lastAt: `${category}LastAt`,
}));
const WORD_NAMES = [...EVENTS, ...BURSTS].map((category) => ({
  category,
  text: `${category}Text`,
  nextStep: `${category}NextStep`,
}));

/** Whether each kind of trouble goes on, when it was last seen, and what it is, in words: all of the day. Put into `values`. */
export function openings(day: WindowFact, values: Values): void {
  for (const { category, open, lastAt } of EVENT_NAMES) {
    values[open] = isOpen(day, category);
    values[lastAt] = iso(day.lastOf[category] ?? null);
  }
  values['emergencyFault'] = day.codes.some(
    ({ verdict, alarming }) => alarming && verdict.category === 'emergency',
  );
  for (const { category, text, nextStep } of WORD_NAMES) {
    const top = topOf(day, category);
    values[text] = top === undefined ? '' : meaningWords(top);
    values[nextStep] = top?.nextStep ?? '';
  }
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

/** The most frequent code of this kind. */
function topOf({ codes }: WindowFact, category: Category): Verdict | undefined {
  return codes.find(
    ({ verdict, alarming }) => verdict.category === category && (alarming || category === 'emergency'),
  )?.verdict;
}
