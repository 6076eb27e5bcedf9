import { openBacktester, type Backtester } from '../engine/backtest/door.js';
import type { BacktestRequest } from '../http/backtest.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import type { Backtest } from '../model/backtest.js';
import type { Store } from '../store/store.js';
import { LIVING } from './living.js';
import type { Parts } from './parts.js';
import { rulesOfText } from './rules.js';

/** Backtests on the record with the settings in force. */
export function backtesterOf(
  parts: () => Pick<Parts, 'settings' | 'sources' | 'rules'>,
  store: Store,
  clock: Clock,
): Backtester {
  return openBacktester(() => {
    const { settings, sources, rules } = parts();
    return {
      store,
      sources,
      channels: settings.channels.map(({ name, kind }) => ({ name, living: LIVING.has(kind) })),
      root: settings.route,
      inhibitions: settings.inhibit,
      muteTimes: settings.muteTimes,
      present: rules,
    };
  }, clock);
}

/** The same of a rule file's text. Throws `settings.invalid` with its problems. */
export async function backtestText(
  { rules: text, ...span }: BacktestRequest,
  backtester: Backtester,
  publicUrl: string,
): Promise<Backtest> {
  const { rules, problems } = rulesOfText(text, 'rules', publicUrl);
  const [first] = problems;
  if (first !== undefined)
    throw new Fault(
      'settings.invalid',
      `line ${first.line}: ${first.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`,
      { advice: 'Correct the rules.' },
    );
  if (rules.length === 0) throw new Fault('settings.invalid', 'There is no rule in it.', { advice: '' });
  return backtester({ rules, ...span });
}
