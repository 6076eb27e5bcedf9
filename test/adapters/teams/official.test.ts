import { expect, it } from '@jest/globals';
import { officialProblemsOf } from './official.js';

const card = (body: object, over: object = {}) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body: [body],
  ...over,
});
const text = { type: 'TextBlock', text: 'x' };
const chart = { type: 'Chart.Line', title: 'Calls', data: [] };
const submit = { type: 'Action.Submit', title: 'Go', data: {} };

it.each([
  ['an element that is none', card({ type: 'TextBlok', text: 'x' }), /UnknownElementType.*TextBlok/],
  ['an element of 1.6', card({ type: 'Carousel', pages: [] }), /UnknownElementType.*Carousel/],
  ['a value that is not of its list', card({ ...text, color: 'Red' }), /InvalidPropertyValue.*Red/],
  ['a property that is none', card({ ...text, colour: 'good' }), /body\[0\]: there is no colour/],
  ['a property of 1.6', card({ type: 'Image', url: 'x', forceLoad: true }), /UnsupportedProperty.*forceLoad/],
  ['a button that leads nowhere', card(text, { actions: [{ type: 'Action.OpenUrl', title: 'x' }] }), /url/],
  [
    'an input that is needed and has no words for it',
    card({ type: 'Input.Text', id: 'a', label: 'A', isRequired: true }),
    /RequiredInputsShouldHaveErrorMessage/,
  ],
  ['two inputs of one id', card({ type: 'Container', items: [input('a'), input('a')] }), /DuplicateId/],
  ['a chart with nothing in its place', card(chart), /no fallback/],
  [
    'a fallback that is wrong',
    card({ ...text, fallback: { type: 'Image', url: 'x', size: 'Huge' } }),
    /fallback 1: InvalidPropertyValue.*Huge/,
  ],
  [
    'what stands in place of a chart and is wrong',
    card({ ...chart, fallback: { ...text, weight: 'Fat' } }),
    /InvalidPropertyValue.*Fat/,
  ],
  ['a card without a version', { type: 'AdaptiveCard', body: [text] }, /version/],
])('Microsoft’s library finds %s', (_, wrong, said) => {
  expect(officialProblemsOf(wrong).join('\n')).toMatch(said);
});

it('takes what Teams adds and we use: charts, the width of a card, a button that is another one elsewhere', () => {
  const execute = { type: 'Action.Execute', title: 'Go', verb: 'go', data: {}, fallback: submit };
  expect(
    officialProblemsOf(
      card(
        { ...chart, fallback: text },
        {
          msteams: { width: 'Full' },
          actions: [execute],
          refresh: { action: { type: 'Action.Execute', title: 'Refresh', verb: 'refresh', data: {} } },
        },
      ),
    ),
  ).toEqual([]);
});

function input(id: string) {
  return { type: 'Input.Text', id, label: 'A' };
}
