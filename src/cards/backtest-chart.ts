import type { Backtest, BacktestFiring } from '../model/backtest.js';
import type { Section } from '../model/card.js';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../model/time.js';
import { plural } from './words.js';

const STEPS: readonly Duration[] = [
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
];
const MOST_STEPS = 90;

/** How many alerts fired at some time of each step: as bars, and as a line those of the rules in force. */
export function backtestChart({ from, until, these, present }: Backtest, inForce: boolean): Section {
  const step =
    STEPS.find((one) => (until - from) / one <= MOST_STEPS) ?? Math.ceil((until - from) / MOST_STEPS);
  const first = Math.floor(from / step) * step;
  const times = Array.from({ length: Math.ceil((until - first) / step) }, (_, i) => first + i * step);
  const counts = (firings: readonly BacktestFiring[]): readonly number[] =>
    times.map((at) => firings.filter((firing) => within(firing, at, at + step)).length);
  const bars = counts(these.firings);
  return {
    kind: 'chart',
    title: inForce ? 'Alerts firing' : 'Alerts firing: these rules beside those in force',
    alt: altOf(these.firings, bars, times),
    from: first,
    step,
    bars: { name: inForce ? 'Alerts' : 'These rules', values: bars },
    line: {
      name: inForce ? 'Critical and major' : 'Rules in force',
      values: counts(inForce ? these.firings.filter(isGrave) : present.firings),
      counts: true,
    },
    empty: 'Nothing would have fired',
  };
}

function isGrave({ severity }: BacktestFiring): boolean {
  return severity === 'critical' || severity === 'major';
}

function within({ from, until = Infinity }: BacktestFiring, begin: Instant, end: Instant): boolean {
  return from < end && until >= begin;
}

function altOf(
  firings: readonly BacktestFiring[],
  counts: readonly number[],
  times: readonly Instant[],
): string {
  if (firings.length === 0) return 'Nothing would have fired.';
  const most = Math.max(...counts);
  const at = new Date(times[counts.indexOf(most)] ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  return `${plural(firings.length, 'alert')}; most at the same time (${most}) from ${at} UTC.`;
}
