import { expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import { anIssueIncident } from '../cards/samples.js';
import { aContext, aDesk } from './desk.js';

it('a postmortem is a file that is kept, and a card that says so', async () => {
  const desk = aDesk({ incidents: [anIssueIncident()] });
  const { ok, card, file } = await runCommand('postmortem INC-1042', aContext(desk));
  expect(ok).toBe(true);
  expect(file?.name).toBe('INC-1042-postmortem.md');
  expect(file?.text).toMatch(/^# INC-1042: /);
  expect(desk.acts).toEqual(['postmortem 1042 INC-1042-postmortem.md']);
  expect(JSON.stringify(card.footer)).toContain('/incidents/INC-1042/postmortem');
});

it('there is none of what never was', async () => {
  const { ok, file } = await runCommand('postmortem INC-9', aContext(aDesk()));
  expect([ok, file]).toEqual([false, undefined]);
});
