import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { aContext, aDesk } from './desk.js';

const desk = () => aDesk({ rules: ['trunk-failing', 'service-issue'] });

describe('backtest', () => {
  it.each([
    ['backtest trunk-failing', 'backtest trunk-failing 7'],
    ['backtest Trunk-Failing 30', 'backtest trunk-failing 30'],
    ['backtest service-issue 90d', 'backtest service-issue 90'],
  ])('%s', async (text, act) => {
    const own = desk();
    const { ok, card, audience } = await runCommand(text, aContext(own));
    expect([ok, audience, own.acts]).toEqual([true, 'everyone', [act]]);
    expect(card.sections.some(({ kind }) => kind === 'chart')).toBe(true);
  });

  it.each([
    ['backtest', 'Say which rule'],
    ['backtest trunk-failing 91', 'from 1 to 90'],
    ['backtest trunk-failing 0', 'from 1 to 90'],
    ['backtest trunk-failing soon', 'from 1 to 90'],
    ['backtest trunk-falling', 'There is no rule “trunk-falling”'],
  ])('%s is refused', async (text, words) => {
    const { ok, card } = await runCommand(text, aContext(desk()));
    expect([ok, card.fallback]).toEqual([false, expect.stringContaining(words)]);
  });
});
