import { expect, it } from '@jest/globals';
import { fillTemplate } from '../../src/rules/template.js';

it.each([
  ['{{name}} is {{state.word}}', 'Cube is late'],
  ['{{ now.name }} at {{site}}: {{why}}', 'Cube at'],
  ['The run of {{name}} stands still: {{why}}', 'The run of Cube stands still'],
  ['{{name}} is late. {{why}}', 'Cube is late.'],
  ['{{codes}}, {{missing}}', '504, 569008'],
  ['{{name}}: ', 'Cube'],
  ['{{why}}', ''],
  ['{{toString}}{{state.toString}}x', 'x'],
])('“%s” becomes “%s”: what is not known leaves nothing behind at the end', (template, filled) => {
  expect(
    fillTemplate(template, { name: 'Cube', state: { word: 'late' }, codes: ['504', '569008'], why: null }),
  ).toBe(filled);
});
