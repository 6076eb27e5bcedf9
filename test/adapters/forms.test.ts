import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formView } from '../../adapters/slack/modal.js';
import { renderForm, UNTOUCHED, type Filling } from '../../adapters/teams/form.js';
import { openForm } from '../../src/commands/index.js';
import type { Form } from '../../src/model/form.js';
import { anIssueIncident } from '../cards/samples.js';
import { aContext, aDesk } from '../commands/desk.js';
import { hostileForm, hostileText } from '../support/hostile.js';
import { problemsOfView } from './slack/limits.js';
import { problemsOfCard } from './teams/adaptive.js';

const DATA = { opens: 'silence INC-1042', topic: 'incident:1042', revision: 1, living: true };

/** In a dialog and in place of a card. */
function problemsInTeams(form: Form, filling: Filling): readonly string[] {
  return (['dialog', 'card'] as const).flatMap((where) =>
    problemsOfCard(renderForm(form, DATA, filling, where)),
  );
}

it.each([
  'silence',
  'silence INC-1042',
  'note INC-1042',
  'note',
  'override voice bob',
  'page',
  'page voice',
  'report create',
  'query create',
])(
  'the form of “%s” is one that Slack and Teams take, untouched and with what is wrong at each field',
  async (words) => {
    const desk = aDesk({
      incidents: [anIssueIncident()],
      schedules: [{ name: 'voice', timeZone: 'UTC', layers: [] }],
      roster: { people: new Set(['alice', 'bob']), away: [], overrides: [], calendars: new Map() },
    });
    const opened = await openForm(words, aContext(desk));
    if (!('form' in opened)) throw new Error(opened.answer.card.fallback);
    const { form } = opened;
    expect(problemsOfView(formView(form, 'x', 'Not done.'))).toEqual([]);
    const wrong = Object.fromEntries(form.fields.map(({ name }) => [name, 'is wrong']));
    expect(problemsInTeams(form, UNTOUCHED)).toEqual([]);
    expect(problemsInTeams(form, { values: wrong, errors: wrong, problem: 'Not done.' })).toEqual([]);
  },
);

it('a thousand forms of hostile text are, too', () => {
  fc.assert(
    fc.property(hostileForm, hostileText, (form, said) => {
      expect(problemsOfView(formView(form, 'x', said))).toEqual([]);
      const values = Object.fromEntries(form.fields.map(({ name }) => [name, said]));
      expect(problemsInTeams(form, { values, errors: values, problem: said })).toEqual([]);
    }),
    { numRuns: 1_000, seed: 1042, endOnFailure: true },
  );
});
