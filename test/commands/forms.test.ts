import { describe, expect, it } from '@jest/globals';
import { fillForm, openForm, runCommand } from '../../src/commands/index.js';
import type { CommandContext } from '../../src/commands/command.js';
import type { Form, FormValues } from '../../src/model/form.js';
import type { Role } from '../../src/model/person.js';
import type { Schedule } from '../../src/model/schedule.js';
import { anIssueIncident } from '../cards/samples.js';
import { aRoster } from '../support/on-call.js';
import { aContext, aDesk, type FakeDesk } from './desk.js';

const voice: Schedule = { name: 'voice', timeZone: 'UTC', layers: [] };

function aWorld(): FakeDesk {
  return aDesk({
    incidents: [anIssueIncident()],
    schedules: [voice],
    roster: aRoster(['alice', 'bob']),
  });
}

async function opened(text: string, desk: FakeDesk = aWorld()): Promise<Form> {
  const result = await openForm(text, aContext(desk));
  if ('form' in result) return result.form;
  throw new Error(result.answer.card.fallback);
}

async function sent(text: string, values: FormValues, over: Partial<CommandContext> & { role?: Role } = {}) {
  const desk = aWorld();
  const filled = await fillForm(text, values, aContext(desk, over));
  return {
    acts: desk.acts,
    errors: 'errors' in filled ? filled.errors : undefined,
    again: 'form' in filled ? filled.form : undefined,
    answer: 'answer' in filled ? filled.answer : undefined,
  };
}

const QUERY = '6664daf3-c161-423a-92a1-0ea6db2c0384';

describe('a form', () => {
  it.each([
    ['silence', 'Silence', ['matchers', 'duration', 'comment']],
    ['silence INC-1042', 'Silence INC-1042', ['duration', 'comment']],
    ['note INC-1042', 'Note on INC-1042', ['text']],
    ['note', 'Note', ['id', 'text']],
    ['override voice bob', 'Override', ['schedule', 'who', 'from', 'to', 'comment']],
    ['page voice', 'Call somebody', ['who', 'text']],
    ['report create', 'New report', ['name', 'query', 'every', 'start', 'count', 'format']],
    ['query create', 'New query', ['name', 'text']],
  ])('opened by “%s” is headed %s and asks for %j', async (text, title, names) => {
    const form = await opened(text);
    expect([form.opens, form.title, form.fields.map(({ name }) => name)]).toEqual([text, title, names]);
    for (const words of [form.title, form.submit]) expect(words.length).toBeLessThanOrEqual(24);
  });

  it('is filled in as far as its words go', async () => {
    const { fields } = await opened('override VOICE @bob');
    expect(fields.map(({ initial }) => initial)).toEqual(['voice', 'bob', 'now', '+8h', '']);
    expect((await opened('silence INC-1042 99x on it')).fields.map(({ initial }) => initial)).toEqual([
      '99x',
      'on it',
    ]);
    expect((await opened('note INC-1042 so far')).fields).toMatchObject([{ initial: 'so far' }]);
    expect((await opened(`report create Sales ${QUERY}`)).fields.slice(0, 2)).toMatchObject([
      { initial: 'Sales' },
      { initial: QUERY },
    ]);
  });

  it.each([
    ['silence INC-7', /no INC-7/],
    ['status', /has no form/],
    ['', /has no form/],
  ])('is not opened by “%s”', async (text, words) => {
    await expect(opened(text)).rejects.toThrow(words);
  });

  it('calls whom somebody chose', async () => {
    const { fields } = await opened('page VOICE');
    expect(fields[0]).toMatchObject({ initial: 'schedule:voice' });
    expect((await sent('page voice', { who: 'person:bob', text: 'please join' })).acts).toEqual([
      'page person:bob "please join" alice',
    ]);
    expect((await sent('page', { who: 'person:bob', text: ' ' })).errors).toEqual({
      text: 'What shall I tell them?',
    });
  });

  it('is not opened for whoever may not do what it is for', async () => {
    const result = await openForm('silence INC-1042', aContext(aWorld(), { role: 'viewer' }));
    expect(result).toMatchObject({ answer: { ok: false, act: { outcome: 'refused', needs: 'responder' } } });
  });
});

describe('a form that is sent does what its command does', () => {
  it.each<[string, FormValues, string]>([
    [
      'silence INC-1042',
      { duration: '4h', comment: 'carrier is on it' },
      'silence 1042 alice 240m "carrier is on it"',
    ],
    ['silence', { matchers: 'INC-1042', duration: ' 30m ' }, 'silence 1042 alice 30m ""'],
    [
      'silence',
      { matchers: 'subject="trunk:a" tenant=contoso', duration: '2h', comment: '--tenant fabrikam x=y' },
      'silence subject="trunk:a" tenant="contoso" 120m "--tenant fabrikam x=y" alice',
    ],
    [
      'note INC-1042',
      { text: 'two\nlines, --tenant fabrikam' },
      'note 1042 alice "two\nlines, --tenant fabrikam"',
    ],
    ['query create', { name: 'Big sales', text: "SELECT a FROM b WHERE c = 'd'" }, 'query-create alice'],
    [
      'report create',
      { name: 'Nightly', query: QUERY, every: '24h', start: '2026-12-24 03:00', count: '30', format: 'tsv' },
      'report-create alice',
    ],
  ])('%s with %j', async (text, values, act) => {
    expect((await sent(text, values)).acts).toEqual([act]);
  });

  it('with a schedule, a person and two times', async () => {
    const values = { schedule: 'voice', who: 'bob', from: '2027-01-04T09:00', to: '+4h', comment: 'swap' };
    expect((await sent('override', values)).acts).toEqual([
      'override voice bob 2027-01-04T09:00:00.000Z 2027-01-04T13:00:00.000Z "swap" alice',
    ]);
  });

  it('and from a card, the card is the answer', async () => {
    const { answer } = await sent('note INC-1042', { text: 'x' }, { button: true });
    expect(answer).toMatchObject({ ok: true, replaces: true, card: { topic: 'incident:1042' } });
  });
});

describe('a form that is filled in wrongly has words for the field', () => {
  it.each<[string, FormValues, string, RegExp]>([
    ['silence INC-1042', { duration: 'soon' }, 'duration', /“soon” is not a duration such as 30m/],
    ['silence INC-1042', {}, 'duration', /is not a duration/],
    ['silence INC-1042', { duration: '400d' }, 'duration', /lasts from 1m to 90d/],
    ['silence', { duration: '1h' }, 'matchers', /What shall be silent/],
    ['silence', { matchers: 'tenant=~"(" ', duration: '1h' }, 'matchers', /At character 1/],
    ['silence', { matchers: 'tenant=contoso 2h', duration: '1h' }, 'matchers', /“2h” is no matcher/],
    ['note INC-1042', { text: '  ' }, 'text', /What shall the note say/],
    ['note', { text: 'x' }, 'id', /Which incident/],
    [
      'override',
      { schedule: 'voice', who: 'bob', from: '25:00', to: '26:00' },
      'from',
      /not a time such as now/,
    ],
    ['override', { schedule: 'voice', who: 'zoe', from: 'now', to: '+1h' }, 'who', /Nobody called “zoe”/],
    ['override', { schedule: 'voice', who: 'bob', from: '+2h', to: 'now' }, 'to', /ends before it begins/],
    ['report create', { name: 'x', query: 'sales' }, 'query', /Which query/],
    ['report create', { name: 'x', query: QUERY, every: '90m' }, 'every', /Every how many hours/],
    ['report create', { name: 'x', query: QUERY, start: 'noon' }, 'start', /“noon” is not a time/],
    ['report create', { name: 'x', query: QUERY, count: '0' }, 'count', /How often/],
  ])('%s with %j', async (text, values, field, words) => {
    const { errors, acts } = await sent(text, values);
    expect(Object.keys(errors ?? {})).toEqual([field]);
    expect(errors?.[field]).toMatch(words);
    expect(acts).toEqual([]);
  });

  it('also where it is too long', async () => {
    const { errors } = await sent('query create', { name: 'x', text: 'x'.repeat(4_001) });
    expect(errors).toEqual({ text: 'A query has at most 4000 characters; this one has 4001.' });
  });

  it('or comes back as it was, when no field is to blame', async () => {
    const { again, answer } = await sent('note', { id: 'INC-7', text: 'x' });
    expect(answer?.card.fallback).toMatch(/no INC-7/);
    expect(again?.fields.map(({ initial }) => initial)).toEqual(['INC-7', 'x']);
  });

  it('or is refused, should the role be gone by now', async () => {
    const { acts, answer } = await sent('silence INC-1042', { duration: '1h' }, { role: 'viewer' });
    expect(acts).toEqual([]);
    expect(answer?.act).toMatchObject({ outcome: 'refused' });
  });
});

it.each([
  ['note INC-1042', 'note INC-1042'],
  ['silence', 'silence'],
  ['report create', 'report create'],
  ['override voice', 'override voice'],
  ['report', undefined],
])('“%s” typed without the rest offers the form “%s”', async (text, opens) => {
  const { card, form } = await runCommand(text, aContext(aWorld()));
  expect(form).toBe(opens);
  expect(card.actions.map((action) => action.form?.opens)).toEqual(opens === undefined ? [] : [opens]);
});
