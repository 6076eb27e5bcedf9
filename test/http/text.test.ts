import { expect, it } from '@jest/globals';
import { cardToText } from '../../src/http/text.js';
import { plain } from '../../src/model/rich.js';
import { card } from './world.js';

const AT = Date.UTC(2026, 10, 21, 3, 10);

it('writes every kind of section as plain text', () => {
  const text = cardToText(
    card({
      sections: [
        { kind: 'text', text: plain('One line.') },
        { kind: 'facts', facts: [{ label: 'Since', value: [{ time: AT }] }] },
        { kind: 'quote', title: 'Microsoft', at: AT, text: [...plain('We look.'), ...plain('Soon more.')] },
        { kind: 'table', columns: ['Code', 'Calls'], rows: [[[{ text: '504/569008' }], [{ text: '29' }]]] },
        { kind: 'list', items: [{ tone: 'ok', line: [{ text: 'Planner' }] }] },
      ],
      footer: [{ command: 'incident INC-1042', text: 'INC-1042' }, { text: ' · contoso' }],
    }),
  );
  expect(text).toBe(
    [
      '[CRITICAL] Exchange Online: mail is delayed',
      'One line.',
      'Since: 2026-11-21 03:10 UTC',
      'Microsoft, 2026-11-21 03:10 UTC\n> We look.\n> Soon more.',
      'Code        Calls\n504/569008  29',
      '- Planner',
      'INC-1042 · contoso',
    ].join('\n\n'),
  );
});
