import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { Schedule } from '../../src/model/schedule.js';
import { aRoster } from '../support/on-call.js';
import { aContext, aDesk } from './desk.js';

const schedule = (name: string): Schedule => ({ name, timeZone: 'UTC', layers: [] });

async function ask(text: string, over: Parameters<typeof aContext>[1] = {}) {
  const desk = aDesk({
    schedules: [schedule('voice'), schedule('bob')],
    roster: aRoster(['alice', 'bob', 'carol']),
  });
  const { card, ok } = await runCommand(text, aContext(desk, over));
  return { words: renderTerminal(card, { colour: false, width: 400, timeZone: 'UTC' }), ok, acts: desk.acts };
}

describe('page', () => {
  it.each([
    ['page carol please join', 'page person:carol "please join" alice'],
    ['page @Carol  "please  join"', 'page person:carol "please join" alice'],
    ['page VOICE no dial tone in Paris', 'page schedule:voice "no dial tone in Paris" alice'],
    ['page next:voice take over', 'page next:voice "take over" alice'],
    ['page person:bob hello', 'page person:bob "hello" alice'],
    ['page schedule:bob hello', 'page schedule:bob "hello" alice'],
    ['page carol look at fabrikam', 'page person:carol "look at fabrikam" alice'],
    ['page carol hello --tenant fabrikam', 'page person:carol "hello" alice fabrikam'],
  ])('%s', async (text, act) => {
    expect((await ask(text)).acts).toEqual([act]);
  });

  it('says who is called, how, and where it can be followed', async () => {
    const { words, ok } = await ask('page carol please join');
    expect(ok).toBe(true);
    expect(words).toContain('Calling carol: please join');
    expect(words).toContain('carol · by name · slack now, email after 5 min');
    expect(words).toContain('INC-7 goes on until somebody acknowledges it.');
    expect((await ask('page carol again')).words).toContain('carol is being called already: again');
  });

  it.each([
    ['page', 'Whom shall I call?'],
    ['page eve hello', 'There is no person or schedule “eve”. There is alice, bob, carol, voice, bob.'],
    ['page carol', 'What shall I tell carol?'],
    ['page bob hello', 'say person:bob or schedule:bob'],
    ['page next:carol hello', 'There is no person or schedule “carol”.'],
    ['page me hello', 'There is no person or schedule “me”.'],
    [`page carol ${'x'.repeat(301)}`, 'A page has at most 300 characters; this one has 301.'],
  ])('%s: %s', async (text, said) => {
    const { words, ok, acts } = await ask(text);
    expect([ok, acts]).toEqual([false, []]);
    expect(words).toContain(said);
  });
});
