import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { Override, Schedule } from '../../src/model/schedule.js';
import { HOUR } from '../../src/model/time.js';
import { NOW } from '../cards/samples.js';
import { aRoster, aSchedule } from '../support/on-call.js';
import { aContext, aDesk } from './desk.js';

// 2026-11-21, a Saturday, 03:20 UTC: 04:20 in Paris.
const VOICE = aSchedule('voice', ['alice', 'bob'], { timeZone: 'Europe/Paris' });
const OFFICE: Schedule = {
  name: 'office',
  timeZone: 'Europe/Paris',
  layers: VOICE.layers.map((layer) => ({ ...layer, only: [{ days: [1, 2, 3, 4, 5], from: 540, to: 1020 }] })),
};
const swap: Override = {
  id: 3,
  schedule: 'voice',
  person: 'bob',
  from: NOW - HOUR,
  to: NOW + HOUR,
  author: 'alice',
  comment: 'dentist',
  at: NOW - HOUR,
};

async function ask(text: string, overrides: readonly Override[] = []) {
  const desk = aDesk({
    schedules: [VOICE, OFFICE],
    roster: aRoster(['alice', 'bob', 'carol'], overrides),
  });
  const { card, ok } = await runCommand(text, aContext(desk));
  const words = renderTerminal(card, { colour: false, width: 400, timeZone: 'UTC' });
  return { words, ok, acts: desk.acts };
}

describe('oncall', () => {
  it('says who is on, until when, and who takes over', async () => {
    const { words } = await ask('oncall voice');
    expect(words).toContain('On call in voice: alice');
    expect(words).toMatch(/alice now until .*2026-11-23 08:00/);
    expect(words).toMatch(/bob from .*2026-11-23 08:00/);
  });

  it('says it when nobody is on', async () => {
    const { words } = await ask('oncall');
    expect(words).toContain('voice: alice, office: nobody');
    expect(words).toMatch(/nobody now until .*2026-11-23 08:00/);
  });

  it('shows what was changed by hand, and until when', async () => {
    const { words } = await ask('oncall voice', [swap]);
    expect(words).toContain('On call in voice: bob');
    expect(words).toMatch(/#3 bob from .* · alice: dentist/);
    expect(words).toMatch(/bob now until .*04:20/);
  });

  it('gives whoever asks the address for their own calendar', async () => {
    const { words, ok } = await ask('oncall voice feed');
    expect(ok).toBe(true);
    expect(words).toContain('https://tocsin.example/calendars/x/voice.ics');
    expect((await ask('oncall voice food')).words).toContain('I do not know what to do with “food”.');
  });

  it('says when nobody is on in the next weeks', async () => {
    const { words } = await ask('oncall office');
    expect(words).toMatch(/Nobody is on call\n.*from .*2026-11-21 03:20.* until .*2026-11-23 08:00/);
  });

  it('does not know every name', async () => {
    const { ok, words } = await ask('oncall voise');
    expect(ok).toBe(false);
    expect(words).toContain('oncall voice');
  });
});

describe('override', () => {
  it.each([
    [
      'override voice bob now +4h',
      'override voice bob 2026-11-21T03:20:00.000Z 2026-11-21T07:20:00.000Z "" alice',
    ],
    [
      'override VOICE Bob 18:00 22:00 a swap',
      'override voice bob 2026-11-21T17:00:00.000Z 2026-11-21T21:00:00.000Z "a swap" alice',
    ],
    // Local times are the schedule's; an end before the beginning is the next day's.
    [
      'override voice bob 22:00 06:00',
      'override voice bob 2026-11-21T21:00:00.000Z 2026-11-22T05:00:00.000Z "" alice',
    ],
    [
      'override voice carol 2026-12-24T18:00 2026-12-25T09:00 Christmas',
      'override voice carol 2026-12-24T17:00:00.000Z 2026-12-25T08:00:00.000Z "Christmas" alice',
    ],
    [
      'override voice carol 2026-12-24T18:00:00Z 2026-12-26',
      'override voice carol 2026-12-24T18:00:00.000Z 2026-12-25T23:00:00.000Z "" alice',
    ],
  ])('%s', async (text, act) => {
    expect((await ask(text)).acts).toEqual([act]);
  });

  it.each([
    ['override voice bob', 'I need a schedule, a person, from when and until when.'],
    ['override night bob now +1h', 'There is no schedule “night”. There is voice, office.'],
    ['override voice eve now +1h', 'Nobody called “eve” is listed under people.'],
    ['override voice bob soon +1h', '“soon” is not a time such as'],
    ['override voice bob now later', '“later” is not a time such as'],
    ['override voice bob 2026-12-24 2026-12-23', 'It ends before it begins.'],
    ['override voice bob 2026-01-01 2026-01-02', 'It would be over already.'],
    ['override voice bob now +200d', 'An override lasts from 1m to 90d.'],
    ['override end', 'Which override?'],
    ['override end #9', 'There is no override #9.'],
  ])('%s: %s', async (text, said) => {
    const { ok, words, acts } = await ask(text);
    expect([ok, acts]).toEqual([false, []]);
    expect(words).toContain(said);
  });

  it('is taken back by its number', async () => {
    expect((await ask('override end #3', [swap])).acts).toEqual(['override end #3']);
  });
});
