import { describe, expect, it } from '@jest/globals';
import { incidentCard } from '../../src/cards/index.js';
import { runCommand } from '../../src/commands/index.js';
import type { Answer, Look } from '../../src/commands/command.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Question } from '../../src/model/question.js';
import type { Fact } from '../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { anAlert, anIncident } from '../support/builders.js';
import { expectGolden } from '../cards/golden.js';
import { iso, NOW } from '../cards/samples.js';
import { aContext, aDesk, FACTS } from './desk.js';

function aMessage(id: string, over: JsonObject = {}): Fact {
  return {
    subject: `message:${id}`,
    kind: 'message-center',
    values: {
      type: 'message',
      id,
      title: 'Microsoft Teams: shorter lifetime of recordings',
      name: 'Microsoft Teams: shorter lifetime of recordings',
      services: ['Microsoft Teams'],
      category: 'planForChange',
      severity: 'normal',
      tags: ['New feature', 'Admin impact'],
      isMajorChange: true,
      actionRequiredBy: null,
      actionRequiredDay: '',
      daysLeft: null,
      startAt: iso(NOW - 9 * DAY),
      endAt: iso(NOW + 60 * DAY),
      lastModified: iso(NOW - 2 * DAY),
      active: true,
      summary: 'New recordings are kept for 90 days.',
      body: 'New recordings are kept for 90 days unless your policy says otherwise.',
      bodyRich: [
        {
          kind: 'paragraph',
          inlines: [{ text: 'New recordings are kept for 90 days unless your policy says otherwise.' }],
        },
        { kind: 'heading', inlines: [{ text: 'What you need to do to prepare' }] },
        {
          kind: 'list',
          ordered: true,
          items: [
            [{ text: 'Read the ' }, { text: 'policy', href: 'https://learn.microsoft.com/x' }],
            [{ text: 'Tell your users' }],
          ],
        },
      ],
      updates: 0,
      changed: '',
      hasAttachments: false,
      attachments: [],
      links: [],
      roadmapIds: ['512204'],
      platforms: 'Desktop, Web',
      url: `https://admin.microsoft.com/Adminportal/Home#/MessageCenter/:/messages/${id}`,
      ...over,
    },
  };
}

const DUE = aMessage('MC1191447', {
  title: '(Updated) Action needed: current TLS ciphers',
  name: 'Action needed: current TLS ciphers',
  severity: 'high',
  category: 'preventOrFixIssue',
  actionRequiredBy: iso(NOW + 6 * DAY),
  actionRequiredDay: iso(NOW + 6 * DAY).slice(0, 10),
  daysLeft: 6,
  updates: 2,
  changed: 'Action required by: 2026-11-20 → 2026-11-27\n“Updated: you have one week more.”',
  hasAttachments: true,
  attachments: [
    { name: 'ciphers.pdf', size: 68_000 },
    { name: 'list.csv', size: null },
  ],
  links: [{ name: 'ExternalLink', url: 'https://learn.microsoft.com/microsoftteams/direct-routing-plan' }],
  lastModified: iso(NOW - HOUR),
});

const MESSAGES = [aMessage('MC1190118'), DUE, aMessage('MC1000000', { title: 'Long over', active: false })];

const day = (back: number): string => iso(NOW - back * DAY).slice(0, 10);

const HISTORY: readonly Fact[] = [
  {
    subject: 'history:Exchange',
    kind: 'service-health',
    values: {
      type: 'history',
      id: 'Exchange',
      name: 'Exchange Online',
      from: iso(NOW - 6 * DAY),
      to: iso(NOW),
      days: [
        {
          day: day(3),
          status: 'serviceDegradation',
          statusText: 'Service degradation',
          level: 'major',
          issues: ['EX1', 'EX2'],
          features: ['Voice mail'],
        },
        {
          day: day(0),
          status: 'investigating',
          statusText: 'Investigating',
          level: 'warning',
          issues: ['EX3'],
          features: [],
        },
      ],
      issues: [
        {
          id: 'EX1',
          title: 'Mail was late',
          classification: 'incident',
          status: 'serviceRestored',
          level: 'ok',
          active: false,
          startedAt: iso(NOW - 3 * DAY),
          endedAt: iso(NOW - 3 * DAY + 5 * HOUR + 10 * MINUTE),
        },
        {
          id: 'EX2',
          title: 'A false alarm',
          classification: 'advisory',
          status: 'falsePositive',
          level: 'ok',
          active: false,
          startedAt: iso(NOW - 3 * DAY),
          endedAt: iso(NOW - 3 * DAY + HOUR),
        },
        {
          id: 'EX3',
          title: 'Search is slow',
          classification: 'advisory',
          status: 'investigating',
          level: 'warning',
          active: true,
          startedAt: iso(NOW - HOUR),
          endedAt: null,
        },
      ],
    },
  },
  {
    subject: 'history:microsoftteams',
    kind: 'service-health',
    values: {
      type: 'history',
      id: 'microsoftteams',
      name: 'Microsoft Teams',
      from: '',
      to: '',
      days: [],
      issues: [],
    },
  },
];

function factsFor(question: Question): readonly Fact[] {
  switch (question.about) {
    case 'history':
      return HISTORY.filter(
        ({ values }) =>
          question.service === undefined ||
          JSON.stringify(values['name']).toLowerCase().includes(question.service),
      );
    case 'messages':
      return MESSAGES.filter(() => question.service === undefined || question.service === 'teams');
    case 'message':
      return MESSAGES.filter(({ subject }) => subject === `message:${question.id}`);
    default:
      return FACTS.filter(({ subject }) => subject.startsWith('service:'));
  }
}

interface Asked {
  readonly answer: Answer;
  readonly text: string;
  readonly questions: readonly Question[];
}

async function ask(text: string, over: Partial<Look> = {}): Promise<Asked> {
  const questions: Question[] = [];
  const desk = {
    ...aDesk(),
    look: async (question: Question) => {
      questions.push(question);
      return [{ tenant: 'contoso', facts: factsFor(question), at: NOW, fresh: true, ...over }];
    },
  };
  const answer = await runCommand(text, aContext(desk));
  return {
    answer,
    questions,
    text: renderTerminal(answer.card, { colour: false, width: 400, timeZone: 'UTC' }),
  };
}

describe('the cards', () => {
  it.each([
    ['messages', 'messages'],
    ['message', 'message mc1191447'],
    ['history', 'history'],
    ['history-exchange', 'history exchange 5'],
  ])('%s reads well', async (name, text) => {
    expectGolden(name, (await ask(text)).answer.card);
  });

  it('of an announcement tells what changed, and quotes the post', () => {
    const alert = anAlert({
      rule: 'message-updated',
      kind: 'message-center',
      subject: DUE.subject,
      severity: 'warning',
      summary: 'Updated: Action needed: current TLS ciphers (MC1191447)',
      values: DUE.values,
      state: 'resolved',
      once: true,
      because: 'updates 2 → warning',
    });
    const incident = anIncident({
      id: 1050,
      alerts: [alert],
      state: 'resolved',
      severity: 'warning',
      title: alert.summary,
    });
    expectGolden(
      'incident-message-updated',
      incidentCard({ incident, timeline: [], now: NOW, url: 'https://tocsin.example' }),
    );
  });
});

describe('history', () => {
  it.each([
    ['history', { about: 'history', days: 7 }],
    ['history 30', { about: 'history', days: 30 }],
    ['history teams 14d', { about: 'history', service: 'teams', days: 14 }],
    ['history "exchange online"', { about: 'history', service: 'exchange online', days: 7 }],
    ['history exchange 3 days', { about: 'history', service: 'exchange', days: 3 }],
  ])('%s asks for it', async (text, question) => {
    expect((await ask(text)).questions[0]).toEqual(question);
  });

  it.each(['history 31', 'history 0', 'history teams 400'])('%s is refused', async (text) => {
    const { answer, text: said } = await ask(text);
    expect([answer.ok, said.includes('from 1 to 30 days')]).toEqual([false, true]);
  });

  it('of an unknown service names the near ones', async () => {
    const { answer, text } = await ask('history exchnage');
    expect(answer.ok).toBe(false);
    expect(text).toContain('history Exchange');
  });
});

describe('messages', () => {
  it.each([
    ['message 1191447', 'MC1191447'],
    ['message message:MC1191447', 'MC1191447'],
  ])('%s finds it', async (text, id) => {
    expect((await ask(text)).text).toContain(id);
  });

  it.each([
    ['message', 'Which message?'],
    ['message teams', '“TEAMS” is not the id of a message'],
    ['message MC1191448', 'message MC1191447'],
    ['messages exchange', 'No Message center post about exchange is current'],
  ])('%s says why', async (text, expected) => {
    expect((await ask(text)).text).toContain(expected);
  });

  it('shows the last known with its age and the error', async () => {
    const { text } = await ask('messages', { fresh: false, at: NOW - HOUR, error: 'no answer within 10 s' });
    expect(text).toContain('last known answer, 1 h old: no answer within 10 s');
  });
});
