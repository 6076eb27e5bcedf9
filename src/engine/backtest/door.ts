import type { Clock } from '../../lib/clock.js';
import { span } from '../../lib/duration.js';
import { Fault } from '../../lib/fault.js';
import type { Backtest } from '../../model/backtest.js';
import type { Duration } from '../../model/time.js';
import { backtest, type BacktestAsk, type BacktestDeps } from './backtest.js';

export interface BacktestOrder extends Pick<BacktestAsk, 'rules' | 'from' | 'until' | 'tenants'> {
  readonly progress?: (share: number) => void;
  /** It is given up after so long; absent: never. */
  readonly patience?: Duration;
}

/** Throws `command.busy` while another one runs, and when it takes longer than its patience. */
export type Backtester = (order: BacktestOrder) => Promise<Backtest>;

/** One at a time: it takes as much of a processor as it is given, and polls come first. */
export function openBacktester(deps: () => BacktestDeps, clock: Clock): Backtester {
  let running = false;
  return async ({ progress = () => undefined, patience = Infinity, ...order }) => {
    if (running) throw new Fault('command.busy', 'Another backtest is running.');
    running = true;
    const begun = performance.now();
    try {
      return await backtest(
        {
          ...order,
          now: clock.now(),
          fetch: true,
          progress(share) {
            if (performance.now() - begun > patience) throw tooLong(patience, share);
            progress(share);
          },
        },
        deps(),
      );
    } finally {
      running = false;
    }
  };
}

function tooLong(patience: Duration, share: number): Fault {
  return new Fault(
    'command.busy',
    `After ${span(patience)} the backtest was ${Math.floor(share * 100)} % done, and was given up.`,
    { advice: 'Ask for fewer days; tocsin backtest takes as long as it takes.' },
  );
}
