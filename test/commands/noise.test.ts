import { expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { cardToText } from '../../src/http/text.js';
import type { NoiseRow, NoiseWeek } from '../../src/model/noise.js';
import { DAY, MINUTE } from '../../src/model/time.js';
import { expectGolden } from '../cards/golden.js';
import { NOW } from '../cards/samples.js';
import { aContext, aDesk } from './desk.js';

const week = (back: number, over: Partial<NoiseWeek>): NoiseWeek => ({
  from: NOW - (back + 1) * 7 * DAY,
  to: NOW - back * 7 * DAY,
  fired: 0,
  acted: 0,
  silenced: 0,
  ignored: 0,
  open: 0,
  announced: 0,
  flapped: 0,
  ...over,
});

const noise: readonly NoiseRow[] = [
  {
    rule: 'trunk-failing',
    weeks: [
      week(0, { fired: 41, acted: 3, ignored: 35, silenced: 2, open: 1, flapped: 12 }),
      week(1, { fired: 12, acted: 2, ignored: 10 }),
    ],
    subjects: [
      { subject: 'trunk:sbc1.contoso.com', fired: 50 },
      { subject: 'trunk:sbc2.contoso.com', fired: 3 },
    ],
    suggestions: [
      { setting: 'for', ms: 5 * MINUTE, spared: 31, of: 53 },
      { setting: 'keep', ms: 15 * MINUTE, spared: 20, of: 53 },
    ],
  },
  {
    rule: 'message-new',
    weeks: [week(0, { fired: 9, announced: 9 }), week(1, { fired: 4, announced: 4 })],
    subjects: [{ subject: 'message:MC1', fired: 1 }],
    suggestions: [],
  },
];

const ask = (text: string, rows = noise) =>
  runCommand(text, aContext(aDesk({ noise: rows, rules: ['trunk-failing', 'message-new', 'cqd-stale'] })));

it('says what came of each rule’s alerts in the last week', async () => {
  expectGolden('noise', (await ask('noise')).card);
});

it('says it of one rule week by week', async () => {
  expectGolden('noise-rule', (await ask('noise TRUNK-failing')).card);
  expect((await ask('noise cqd-stale')).card.title).toBe('cqd-stale has not fired');
  expect((await ask('noise contoso', [])).card.title).toBe('No alert fired in the last 7 days in contoso');
});

it.each([
  ['noise trunk-faling', 'There is no rule “trunk-faling”'],
  ['noise 0', '“0” is not a number of weeks from 1 to 52.'],
  ['noise trunk-failing many', '“many” is not a number of weeks from 1 to 52.'],
])('helps with “%s”', async (text, expected) => {
  const answer = await ask(text);
  expect([answer.ok, answer.card.title]).toEqual([false, expected]);
});

it('noise says how quickly people answered, and who was called how often', async () => {
  const week = {
    from: NOW - 7 * DAY,
    to: NOW,
    incidents: 4,
    acknowledged: 3,
    mttaMs: 6 * 60_000,
    resolved: 2,
    mttrMs: 90 * 60_000,
    people: [{ person: 'alice', pages: 5, night: 2 }],
  };
  const { mttaMs: _, ...before } = { ...week, people: [] };
  const { card } = await runCommand('noise', aContext(aDesk({ response: [week, before] })));
  const text = cardToText(card);
  expect(text).toContain('Acknowledged after (MTTA): 6 min on average; 3 of 4 incidents');
  expect(text).toContain('Over after (MTTR): 1 h 30 min (1 h 30 min) on average; 2 of 4 incidents');
  expect(text).toMatch(/alice +5 \(0\) +2 \(0\)/);
});

it.each([
  [1, 'Acknowledged after (MTTA): none of 1 incident'],
  [0, 'Over after (MTTR): no incident opened'],
])('and where nobody had anything to answer of %i incidents, says so', async (incidents, said) => {
  const people = [{ person: 'alice', pages: 1, night: 0 }];
  const week = { from: NOW - 7 * DAY, to: NOW, incidents, acknowledged: 0, resolved: 0, people };
  const { card } = await runCommand('noise', aContext(aDesk({ response: [week] })));
  expect(cardToText(card)).toContain(said);
});
