import type { Backtest, BacktestFiring } from '../../src/model/backtest.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { NOW } from './samples.js';

export function aFiring(over: Partial<BacktestFiring> = {}): BacktestFiring {
  const from = over.from ?? NOW - 2 * DAY;
  return {
    rule: 'trunk-failing',
    subject: 'trunk:sbc1.contoso.com',
    tenant: 'contoso',
    severity: 'critical',
    summary: 'sbc1.contoso.com: 31 of 40 outbound calls failed in 15 min',
    from,
    until: from + 45 * MINUTE,
    before: false,
    told: ['noc'],
    ...over,
  };
}

/** A week: the rules fire twice, once where those in force do, which fire once more. */
export function aBacktest(over: Partial<Backtest> = {}): Backtest {
  const both = aFiring();
  return {
    from: NOW - 7 * DAY,
    until: NOW,
    rules: ['trunk-failing'],
    these: {
      rules: [{ rule: 'trunk-failing', firings: 2, firingMs: 90 * MINUTE }],
      channels: [{ channel: 'noc', posts: 2, edits: 5, reminders: 1, held: 0 }],
      firings: [both, aFiring({ from: NOW - DAY, subject: 'trunk:sbc2.contoso.com', summary: '' })],
    },
    present: {
      rules: [{ rule: 'trunk-failing', firings: 2, firingMs: 3 * HOUR }],
      channels: [{ channel: 'noc', posts: 2, edits: 8, reminders: 0, held: 1 }],
      firings: [aFiring({ from: NOW - 5 * DAY, severity: 'warning' }), aFiring({ until: both.from + HOUR })],
    },
    sent: [{ channel: 'noc', posts: 9, edits: 20, reminders: 4, held: 0 }],
    notes: ['As if nobody had acknowledged anything; silences that people set hold.'],
    ...over,
  };
}
