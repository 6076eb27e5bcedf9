import { describe, expect, it } from '@jest/globals';
import { COMMANDS, runCommand } from '../../src/commands/index.js';
import type { Answer, CommandContext } from '../../src/commands/command.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import { HOUR } from '../../src/model/time.js';
import { aChange } from '../support/builders.js';
import { anIssueAlert, anIssueIncident, NOW } from '../cards/samples.js';
import { aContext, aDesk, FACTS, type FakeDesk } from './desk.js';

const two = [
  anIssueIncident(),
  anIssueIncident({
    id: 1043,
    tenant: 'fabrikam',
    alerts: [anIssueAlert({ id: 'TM555555' }, { tenant: 'fabrikam' })],
  }),
];

function textOf(answer: Answer): string {
  return renderTerminal(answer.card, { colour: false, width: 400, timeZone: 'UTC' });
}

async function ask(
  text: string,
  desk: FakeDesk = aDesk({ incidents: two }),
  over: Parameters<typeof aContext>[1] = {},
): Promise<Answer & { text: string; acts: readonly string[] }> {
  const answer = await runCommand(text, aContext(desk, over));
  return { ...answer, text: textOf(answer), acts: desk.acts };
}

describe('what is typed', () => {
  it.each([
    ['help', 'What Tocsin answers'],
    ['', 'What Tocsin answers'],
    ['/tocsin', 'What Tocsin answers'],
    ['HELP silence', 'silence <INC id>|<matchers>|<#silence> [duration] [comment]'],
    ['@Tocsin status', '1 of 4 services not operational'],
    ['<at>Tocsin</at> status', '1 of 4 services not operational'],
    ['/tocsin status teams', 'Microsoft Teams: operational'],
    ['status “exchange online”', 'Exchange Online: service degradation'],
    ['status Exchange', 'Exchange Online: service degradation, 1 open issue'],
    ['status power', '2 services match “power”'],
    ['services', '1 of 4 services not operational'],
    ['issue ex123456', 'EX123456'],
    ['issue inc-1042', 'Told in|History|INC-1042'],
    ['incidents', '2 open incidents'],
    ['incidents all', '2 incidents'],
    ['incidents mine', 'Nothing is yours'],
    ['incidents contoso', '1 open incident in contoso'],
    ['fabrikam incidents', '1 open incident in fabrikam'],
    ['incidents --tenant Fabrikam', '1 open incident in fabrikam'],
    ['incidents —tenant=fabrikam', '1 open incident in fabrikam'],
    ['incident 1042', 'EX123456'],
    ['incident EX123456', 'INC-1042'],
    ['silences', 'Nothing is silenced'],
    ['tenants', '2 tenants watched'],
    ['tenants contoso', '1 tenant watched'],
    ['doctor', '1 of 3 checks failed'],
    ['doctor contoso', 'All 2 checks passed'],
    ['whoami', 'You are alice, responder'],
  ])('answers “%s”', async (words, expected) => {
    const answer = await ask(words);
    expect(answer.text).toMatch(new RegExp(expected.replace(/[[\]().“”]/g, '\\$&')));
    expect(answer.ok).toBe(true);
  });

  it.each([
    ['stauts teams', 'status teams'],
    ['acknowledge INC-1042', 'ack INC-1042'],
    ['xyzzy', 'help'],
    ['help incdents', 'help incidents'],
    ['status exchnage', 'status Exchange'],
    ['status sharepoint', 'services'],
    ['issue EX123465', 'issue EX123456'],
    ['incidents --tenant nobody', 'tenants'],
    ['incidents --tenant', 'tenants'],
    ['ack', 'Which one?'],
    ['ack INC-9', 'There is no INC-9'],
    ['ack EX999999', 'There is no incident about “EX999999”'],
    ['ack nonsense', 'Usage: ack [id]'],
    ['ack 1 2', 'Usage: ack [id]'],
    ['issue', 'Usage: issue <id>'],
    ['incident', 'Usage: incident <id>'],
    ['incidents closed', 'Usage: incidents [open|mine|all]'],
    ['note INC-1042', 'Usage: note <id> <text>'],
    ['snooze INC-1042 8d', 'from 1m to 7d'],
    ['snooze INC-1042 soon', 'Usage: snooze'],
    ['silence INC-1042 4hours', 'Usage: silence'],
    ['silence INC-1042 400d', 'from 1m to 90d'],
    ['silence INC-1042 5s', 'from 1m to 90d'],
    ['services now', 'I do not know what to do with “now”'],
  ])('helps with “%s”', async (words, expected) => {
    const answer = await ask(words);
    expect(answer.text).toContain(expected);
    expect([answer.ok, answer.audience, answer.replaces, answer.acts]).toEqual([false, 'asker', false, []]);
  });
});

describe('what is done', () => {
  it.each([
    ['ack INC-1042', 'ack 1042 alice'],
    ['ack inc1042', 'ack 1042 alice'],
    ['ack ex123456', 'ack 1042 alice'],
    ['ack fabrikam', 'ack 1043 alice'],
    ['unack 1042', 'unack 1042 alice'],
    ['resolve INC-1042', 'resolve 1042 alice'],
    ["note INC-1042 it's “the carrier” in contoso", 'note 1042 alice "it\'s the carrier in contoso"'],
    ['snooze INC-1042', 'snooze 1042 alice 60m'],
    ['snooze ex123456 30m', 'snooze 1042 alice 30m'],
    ['silence INC-1042', 'silence 1042 alice 60m ""'],
    ['silence INC-1042 4h', 'silence 1042 alice 240m ""'],
    ['silence INC-1042 30M planned work at contoso', 'silence 1042 alice 30m "planned work at contoso"'],
    ['silence INC-1042 planned work', 'silence 1042 alice 60m "planned work"'],
  ])('%s', async (words, act) => {
    const answer = await ask(words);
    expect(answer.acts).toEqual([act]);
    expect([answer.ok, answer.audience, answer.replaces]).toEqual([true, 'everyone', false]);
  });

  it('acknowledges the only open incident without an id', async () => {
    const acknowledged = anIssueIncident({ id: 1, state: 'acknowledged', acknowledgedBy: 'bob' });
    const answer = await ask('ack', aDesk({ incidents: [acknowledged, anIssueIncident()] }));
    expect(answer.acts).toEqual(['ack 1042 alice']);
    expect(answer.card.badge).toBe('ACKNOWLEDGED');
  });

  it.each(['ack', 'unack', 'snooze'])('%s says that it is over already, where it was typed', async (name) => {
    const over = () => aDesk({ incidents: [anIssueIncident({ state: 'resolved', resolvedAt: NOW })] });
    const typed = await ask(`${name} INC-1042`, over());
    expect([typed.ok, typed.card.title, typed.acts]).toEqual([false, 'INC-1042 is resolved already', []]);
    const pressed = await ask(`${name} INC-1042`, over(), { button: true });
    expect([pressed.ok, pressed.replaces]).toEqual([true, true]);
  });

  it.each([
    ['INC-1042', 'incident INC-1042'],
    ['1042', 'incident INC-1042'],
    ['EX123456', 'issue EX123456'],
    ['mc1183902', 'message mc1183902'],
  ])('knows what %s alone is about', async (id, command) => {
    const answer = await ask(id);
    expect([answer.ok, answer.text]).toEqual([false, expect.stringContaining(command)]);
  });

  it('says so when nothing waits', async () => {
    expect((await ask('ack', aDesk())).card.title).toBe('Nothing waits to be acknowledged');
  });

  it('shows on the card until when it is silenced', async () => {
    const by = {
      startsAt: NOW - HOUR,
      endsAt: NOW + HOUR,
      author: { name: 'bob', via: 'cli' as const },
      comment: '',
    };
    const silences = [
      { ...by, id: 1, matchers: [{ name: 'subject', op: '=~' as const, value: 'issue:.*' }] },
      {
        ...by,
        id: 2,
        matchers: [{ name: 'tenant', op: '!=' as const, value: 'contoso' }],
        endsAt: NOW + 2 * HOUR,
      },
    ];
    const answer = await ask('incident 1042', aDesk({ incidents: two, silences }));
    expect(answer.text).toContain('Silenced     until 2026-11-21 04:20 UTC');
  });

  it('lists what is mine', async () => {
    const mine = anIssueIncident({ state: 'acknowledged', acknowledgedBy: 'alice' });
    expect((await ask('incidents mine', aDesk({ incidents: [mine] }))).card.title).toBe(
      '1 incident of yours',
    );
  });
});

describe('a pressed button', () => {
  const pressed = async (text: string, role: CommandContext['asker']['role'] = 'responder') =>
    ask(text, aDesk({ incidents: two }), { button: true, role });

  it.each(['ack INC-1042', 'unack INC-1042', 'resolve INC-1042', 'silence INC-1042 1h'])(
    '“%s” shows the fresh card in place of the pressed one',
    async (command) => {
      const answer = await pressed(command);
      expect([answer.replaces, answer.card.topic]).toEqual([true, 'incident:1042']);
    },
  );

  it('shows details to the one who pressed it alone', async () => {
    const answer = await pressed('incident INC-1042');
    expect([answer.replaces, answer.audience]).toEqual([false, 'asker']);
  });

  it('leaves the card as it is when the person may not', async () => {
    const answer = await pressed('ack INC-1042', 'viewer');
    expect([answer.replaces, answer.ok, answer.acts]).toEqual([false, false, []]);
    expect(answer.card.title).toBe('ack needs the role responder; alice is a viewer');
  });
});

describe('who may what', () => {
  it.each(COMMANDS.map((command) => [command.name, command.role] as const))('%s needs a %s', (name, role) => {
    const words = 'ack unack resolve snooze note postmortem silence unsilence backtest doctor override page';
    const changes = words.split(' ').includes(name);
    expect(role).toBe(name === 'audit' ? 'admin' : changes ? 'responder' : 'viewer');
  });
});

describe('when the API fails', () => {
  it('says how old the last known answer is', async () => {
    const look = {
      tenant: 'contoso',
      facts: FACTS,
      at: NOW - 7 * 60_000,
      fresh: false,
      error: 'Graph answered 503.',
    };
    const answer = await ask('status', aDesk({ looks: [look] }));
    expect(answer.text).toContain('last known answer, 7 min old: Graph answered 503.');
    expect(answer.ok).toBe(true);
  });

  it('says why no service is known', async () => {
    const look = { tenant: 'contoso', facts: [], at: 0, fresh: false, error: 'Graph refused: 403.' };
    const answer = await ask('status teams', aDesk({ looks: [look] }));
    expect(answer.text).toContain('contoso: Graph refused: 403.');
    expect(answer.ok).toBe(false);
  });

  it('still shows our own incident about an issue nobody tells us of', async () => {
    const answer = await ask('issue TM555555');
    expect(answer.card.topic).toBe('incident:1043');
  });
});

describe('status of one service', () => {
  it('tells only that service’s changes and incidents', async () => {
    const changes = [
      aChange('service:Exchange', {
        before: { status: 'serviceOperational' },
        now: { status: 'serviceDegradation' },
      }),
      aChange('service:microsoftteams', {
        before: { status: 'investigating' },
        now: { status: 'serviceOperational' },
      }),
      aChange('source:contoso/service-health', { now: {} }),
    ];
    const answer = await ask('status teams', aDesk({ incidents: two, changes }));
    expect(answer.text).toContain('investigating → operational');
    expect(answer.text).not.toContain('service degradation');
    expect(answer.text).not.toContain('INC-1042');
  });
});

describe('a bug', () => {
  it('reaches the caller, who logs it', async () => {
    const desk = { ...aDesk(), silences: () => Promise.reject(new TypeError('bug')) };
    await expect(runCommand('silences', aContext(desk))).rejects.toThrow('bug');
  });
});
