import { expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import { HOUR } from '../../src/model/time.js';
import { NOW } from '../cards/samples.js';
import { anIncident } from '../support/builders.js';
import { aRoster, aSchedule } from '../support/on-call.js';
import { aContext, aDesk } from './desk.js';

async function ask(text: string) {
  const flap = { fingerprint: 'x', fired: [], since: NOW - 2 * HOUR, count: 7, calmAt: NOW + HOUR };
  const desk = aDesk({
    schedules: [
      aSchedule('voice', ['bob', 'alice'], { unit: 'day' }),
      aSchedule('mail', ['carol'], { unit: 'day' }),
    ],
    roster: aRoster(['alice', 'bob', 'carol']),
    incidents: [
      { ...anIncident({ openedAt: NOW - HOUR, flaps: [flap] }), id: 1 },
      { ...anIncident({ openedAt: NOW - HOUR, state: 'resolved', resolvedAt: NOW }), id: 2 },
    ],
  });
  const { card, ok } = await runCommand(text, aContext(desk));
  return { words: renderTerminal(card, { colour: false, width: 400, timeZone: 'UTC' }), ok };
}

it('says who has it, until when, who is next, and what is open and flaps', async () => {
  const { words } = await ask('handover voice');
  expect(words).toContain('Hand-over of voice: bob is on call');
  expect(words).toMatch(/voice: bob until .*09:00.*, then alice/);
  expect(words).toMatch(/2 incidents opened and 1 resolved since/);
  expect(words).toMatch(/INC-1 .* · fired 7 times since .*01:20/);
  expect(words).not.toContain('INC-2');
});

it('is of all schedules when none is named, and knows which there are', async () => {
  expect((await ask('handover')).words).toMatch(/voice: bob[\s\S]*mail: carol/);
  const { words, ok } = await ask('handover voise');
  expect(ok).toBe(false);
  expect(words).toContain('handover voice');
});
