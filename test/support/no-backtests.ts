import type { Backtester } from '../../src/engine/backtest/door.js';

/** For worlds in which nobody asks for one. */
export const noBacktests: Backtester = () => Promise.reject(new Error('no backtests here'));
