import { describe, expect, it } from '@jest/globals';
import { incidentCard } from '../../src/cards/incident.js';
import { COMMANDS, runCommand } from '../../src/commands/index.js';
import { mayAct, ROLES, type Role } from '../../src/model/person.js';
import type { Answer } from '../../src/commands/command.js';
import { anIssueIncident, NOW, URL_BASE } from '../cards/samples.js';
import { aContext, aDesk } from './desk.js';

async function ask(text: string, role: Role): Promise<Answer> {
  return runCommand(text, aContext(aDesk({ incidents: [anIssueIncident()] }), { role }));
}

/** The first words of what is asked, and the role that they need. */
const NEEDS: readonly (readonly [string, Role])[] = [
  ...COMMANDS.map((command) => [command.name, command.role] as const),
  ['report create x y', 'responder'],
  ['report RUN x y', 'responder'],
  ['report pause x', 'responder'],
  ['report resume x', 'responder'],
  ['report delete x', 'responder'],
  ['report x', 'viewer'],
  ['query create x y', 'responder'],
  ['query test x', 'viewer'],
];

describe('a role', () => {
  it.each(NEEDS.flatMap(([text, needs]) => ROLES.map((role) => [role, text, needs] as const)))(
    '%s, asking “%s” (needs %s)',
    async (role, text, needs) => {
      const { act, card, ok, audience } = await ask(text, role);
      const refused = act?.outcome === 'refused';
      expect(refused).toBe(!mayAct(role, needs));
      // What everybody may do leaves no trace in the audit log.
      expect(act === undefined).toBe(needs === 'viewer');
      if (!refused) return;
      expect([ok, audience]).toEqual([false, 'asker']);
      expect(card.fallback).toMatch(new RegExp(`needs the role ${needs}; alice is a ${role}`));
      expect(act.needs).toBe(needs);
    },
  );

  it('that is too small changes nothing', async () => {
    const desk = aDesk({ incidents: [anIssueIncident()] });
    for (const [text, needs] of NEEDS)
      if (needs !== 'viewer') await runCommand(text, aContext(desk, { role: 'viewer' }));
    expect(desk.acts).toEqual([]);
  });
});

it('each button of an incident’s card needs what its command needs', async () => {
  for (const state of ['open', 'acknowledged'] as const) {
    const { actions } = incidentCard({
      incident: anIssueIncident({ state }),
      timeline: [],
      now: NOW,
      url: URL_BASE,
    });
    for (const { command, label } of actions) {
      if (command === undefined) continue;
      const needs = COMMANDS.find(({ name }) => name === command.split(' ')[0])?.role;
      expect([label, (await ask(command, 'viewer')).act?.needs ?? 'viewer']).toEqual([label, needs]);
    }
  }
});

describe('what is noted of an act', () => {
  it.each<[string, Role, object]>([
    ['ack INC-1042', 'responder', { action: 'ack INC-1042', outcome: 'done', needs: 'responder' }],
    ['acknowledge', 'responder', {}],
    ['ack INC-7', 'responder', { action: 'ack INC-7', outcome: 'failed' }],
    ['note INC-1042', 'responder', { outcome: 'failed', reason: expect.any(String) }],
    ['note INC-1042 "two  words"\r\nand more', 'responder', { action: 'note INC-1042 "two words" and more' }],
    ['resolve INC-1042', 'viewer', { action: 'resolve INC-1042', outcome: 'refused' }],
  ])('%j by a %s', async (text, role, expected) => {
    const { act } = await ask(text, role);
    if (Object.keys(expected).length === 0) expect(act).toBeUndefined();
    else expect(act).toMatchObject(expected);
  });

  it('is not longer than anybody reads', async () => {
    const { act } = await ask(`note INC-1042 ${'x'.repeat(4_000)}`, 'responder');
    expect(act?.action.length).toBe(300);
  });
});
