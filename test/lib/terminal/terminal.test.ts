import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderTerminal } from '../../../src/lib/terminal/render.js';
import { padTo, widthOf } from '../../../src/lib/terminal/width.js';
import { wrap } from '../../../src/lib/terminal/spans.js';
import type { Card } from '../../../src/model/card.js';
import { T0 } from '../../support/builders.js';

const SGR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]+m`, 'g');
const plainPage = { colour: false, width: 60, timeZone: 'UTC' };

function aCard(over: Partial<Card> = {}): Card {
  return {
    topic: 'test',
    tone: 'major',
    title: 'Title',
    fallback: 'Title',
    sections: [],
    actions: [],
    at: T0,
    ...over,
  };
}

describe('columns of a text', () => {
  it.each([
    ['abc', 3],
    ['äöü', 3],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국어', 6],
    ['ｱｲｳ', 3],
    ['Ｗｉｄｅ', 8],
    ['🔔', 2],
    ['👩‍💻', 2],
    ['🇩🇪', 2],
    ['⚠️', 2],
    ['✔', 1],
    ['a\u200bb', 2],
    ['', 0],
  ])('%s takes %d', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('pads by columns, not by letters', () => {
    expect(padTo('日本', 6)).toBe('日本  ');
  });
});

describe('a card in a terminal', () => {
  it('shows times in the reader’s zone', () => {
    const card = aCard({ sections: [{ kind: 'facts', facts: [{ label: 'Since', value: [{ time: T0 }] }] }] });
    expect(renderTerminal(card, { ...plainPage, timeZone: 'Asia/Tokyo' })).toContain(
      'Since  2026-11-21 12:00',
    );
  });

  it('lets no foreign text move the cursor, colour the screen or turn the reading direction', () => {
    const card = aCard({
      title: 'a\u001b[31mred\u0007\u202Eb\nc',
      sections: [
        {
          kind: 'text',
          text: [{ kind: 'paragraph', inlines: [{ text: 'x\u009b2Jy', href: 'https://e\u001b.example' }] }],
        },
      ],
    });
    const text = renderTerminal(card, plainPage);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
    expect(text).toContain('a[31mredb c');
  });

  it('colours only when asked, and ends every colour', () => {
    const card = aCard({
      badge: 'MAJOR',
      actions: [{ id: 'ack', label: 'Acknowledge', style: 'primary', command: 'ack INC-1' }],
    });
    const coloured = renderTerminal(card, { ...plainPage, colour: true });
    const codes = coloured.match(SGR) ?? [];
    expect(codes.filter((code) => code === '\u001b[0m')).toHaveLength(codes.length / 2);
    expect(coloured.replace(SGR, '')).toBe(renderTerminal(card, plainPage));
  });

  it('shows a table in columns where it fits and as lines where it does not', () => {
    const rows = [
      [[{ text: 'sbc1' }], [{ text: '31' }]],
      [[{ text: '日本' }], [{ text: '4' }]],
    ];
    const table = aCard({ sections: [{ kind: 'table', columns: ['Trunk', 'Failed'], rows }] });
    expect(renderTerminal(table, plainPage)).toContain('  Trunk  Failed\n  sbc1   31\n  日本   4\n');
    const long = [[[{ text: 'x'.repeat(50) }], [{ text: 'y'.repeat(20) }]]];
    const narrow = aCard({ sections: [{ kind: 'table', columns: ['Trunk', 'Failed'], rows: long }] });
    expect(renderTerminal(narrow, plainPage)).toContain(`  Failed: ${'y'.repeat(20)}`);
  });

  it('keeps every line within the width, and a web address whole', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 10, max: 90 }),
        (text, columns) => {
          for (const line of wrap([{ text: text.replace(/https?:/g, ''), style: 'none' }], columns)) {
            expect(widthOf(line.map((span) => span.text).join(''))).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
    const together = wrap(
      [
        { text: 'by the row', style: 'bold' },
        { text: ', and so on', style: 'none' },
      ],
      10,
    );
    expect(together.map((line) => line.map(({ text }) => text).join(''))).toEqual([
      'by the',
      'row, and',
      'so on',
    ]);
    const address = `https://example.com/${'a'.repeat(80)}`;
    const card = aCard({ footer: [{ text: 'page', href: address }] });
    expect(renderTerminal(card, plainPage)).toContain(`<${address}>`);
  });
});
