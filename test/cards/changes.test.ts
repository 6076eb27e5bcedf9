import { expect, it } from '@jest/globals';
import { changeItems } from '../../src/cards/changes.js';
import { inlinesToText } from '../../src/model/rich.js';
import { DAY, HOUR } from '../../src/model/time.js';
import { aChange, T0 } from '../support/builders.js';

it('what is seen for the first time is not news, except an issue that has just begun', () => {
  const issue = (ago: number) => ({ title: 'Mail', startedAt: new Date(T0 - ago).toISOString() });
  const items = changeItems([
    aChange('service:Exchange', { now: { name: 'Exchange Online', status: 'serviceOperational' } }),
    aChange('issue:EX1', { now: issue(HOUR) }),
    aChange('issue:EX2', { now: issue(3 * DAY) }),
  ]);
  expect(items.map(({ line }) => inlinesToText(line))).toEqual([
    expect.stringMatching(/EX1 \(Mail\) was posted$/),
  ]);
});
