import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { builtinRules } from '../support/pack.js';
import { readScenarios, type Scenario, type Truth } from './scenario.js';
import { scoreOf } from './score.js';
import { totalsOf } from './table.js';

const scenarios = readScenarios(fileURLToPath(new URL('scenarios/', import.meta.url)));

describe('the signal suite', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const score = await scoreOf(scenario);
    expect(score.wrong).toEqual([]);
    for (const { precision, recall } of totalsOf([score])) expect([precision, recall]).toEqual([1, 1]);
  });

  it('covers every rule of the pack that no channel has to fail for', () => {
    const told = new Set(scenarios.flatMap(({ truth }) => truth.map(({ alert }) => alert)));
    const names = builtinRules().map(({ definition }) => definition.name);
    expect(names.filter((name) => !told.has(name))).toEqual([
      'channel-broken',
      'rule-error',
      'escalation-stuck',
      'calendar-unreadable',
    ]);
  });
});

describe('its score', () => {
  const life = scenarios.find(({ file }) => file === 'issue-life.yaml');
  const scored = async (change: Partial<Scenario>) => {
    if (life === undefined) throw new Error('the scenario is gone');
    const score = await scoreOf({ ...life, ...change });
    const totals = totalsOf([score]).map(({ rule, precision, recall }) => [rule, precision, recall]);
    return { wrong: score.wrong, totals };
  };

  it('finds what fires for nothing', async () => {
    expect(await scored({ truth: [] })).toEqual({
      wrong: ['service-issue on issue:EX1 fired at 30m for nothing'],
      totals: [
        ['(messages)', 1, 1],
        ['service-issue', 0, 1],
      ],
    });
  });

  it('finds what is missed, late, or over at another time', async () => {
    const [truth] = life?.truth ?? [];
    if (truth === undefined) throw new Error('the scenario has no truth');
    const wrongWith = async (change: Partial<Truth>) =>
      (await scored({ truth: [{ ...truth, ...change }] })).wrong;
    expect(await wrongWith({ subject: 'issue:EX2' })).toEqual([
      'service-issue on issue:EX2 from 30m: did not fire',
      'service-issue on issue:EX1 fired at 30m for nothing',
    ]);
    expect(await wrongWith({ from: 20 * MINUTE })).toEqual([
      'service-issue on issue:EX1 from 20m: fired only at 30m',
    ]);
    expect(await wrongWith({ until: 2 * HOUR })).toEqual([
      'service-issue on issue:EX1 from 30m: ended only at 3h',
    ]);
    expect(await wrongWith({ until: 4 * HOUR })).toEqual([
      'service-issue on issue:EX1 from 30m: ended at 3h, too early',
    ]);
    expect(await wrongWith({ severity: 'critical' })).toEqual([
      'service-issue on issue:EX1 from 30m: was major, major, major, not critical',
    ]);
  });

  it('finds messages that are missing and those too many', async () => {
    expect(await scored({ told: [] })).toMatchObject({
      totals: [
        ['(messages)', 0, 1],
        ['service-issue', 1, 1],
      ],
    });
    const [message] = life?.told ?? [];
    if (message === undefined) throw new Error('the scenario tells nothing');
    expect((await scored({ told: [message, { ...message, at: HOUR }] })).wrong).toEqual([
      'noc: no post at 1h about issue:EX1',
    ]);
  });
});
