import type { Response } from 'express';
import { faultLine, isFault } from '../lib/fault.js';
import type { Backtest } from '../model/backtest.js';
import { SECOND, type Instant } from '../model/time.js';

export interface BacktestRequest {
  /** A rule file's text. */
  readonly rules: string;
  readonly from: Instant;
  readonly until: Instant;
  /** Told 0 to 1. What it throws ends the work. */
  readonly progress: (share: number) => void;
}

const EVERY = SECOND;

/**
 * Lines of JSON: `{"progress":0.25}` now and then, and at the end `{"backtest":…}` or `{"error":…}`. Whoever goes away has it
 * stopped.
 */
export async function sendBacktest(
  run: (request: BacktestRequest) => Promise<Backtest>,
  request: Omit<BacktestRequest, 'progress'>,
  res: Response,
): Promise<void> {
  res.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const line = (value: object): void => void res.write(`${JSON.stringify(value)}\n`);
  let said = -Infinity;
  try {
    const progress = (share: number): void => {
      if (res.destroyed) throw new Error('nobody waits for it any more');
      if (performance.now() - said < EVERY && share < 1) return;
      said = performance.now();
      line({ progress: Math.round(share * 1_000) / 1_000 });
    };
    line({ backtest: await run({ ...request, progress }) });
  } catch (error) {
    const code = isFault(error) ? error.code : 'failed';
    line({
      error: { code, message: isFault(error) ? faultLine(error) : 'The backtest failed; see the log.' },
    });
    if (!isFault(error) && !res.destroyed) throw error;
  } finally {
    res.end();
  }
}
