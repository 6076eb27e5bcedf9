import { expect, it } from '@jest/globals';
import { openProgress } from '../../src/cli/progress.js';

function shown(isTTY: boolean, shares: readonly number[], begins = 0): string {
  let text = '';
  let now = 0;
  const bar = openProgress({ isTTY, write: (more) => void (text += more) }, () => now);
  now = 1_000 - begins;
  for (const share of shares) bar.show(share);
  bar.done();
  return text;
}

it('a file gets a line at each tenth', () => {
  expect(shown(false, [0.01, 0.02, 0.11, 0.19, 0.55, 1])).toBe('0 %\n10 %\n50 %\n100 %\n');
});

it('a terminal gets one line that changes, and is clean afterwards', () => {
  const text = shown(true, [0.5, 0.504, 1]);
  expect(text.split('\r').map((line) => line.trim())).toEqual([
    '',
    expect.stringMatching(/^█{15}░{15} 50 %$/),
    expect.stringMatching(/^█{30} 100 %$/),
    '',
    '',
  ]);
});

it('what is over soon shows nothing', () => {
  expect(shown(true, [0.2, 1], 900)).toBe('');
});
