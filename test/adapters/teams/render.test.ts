import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Outbound } from '../../../adapters/teams/activity.js';
import { escapeText } from '../../../adapters/teams/markdown.js';
import { renderCard, renderLine, renderMessage, renderReplaced } from '../../../adapters/teams/render.js';
import type { Section } from '../../../src/model/card.js';
import type { Rich } from '../../../src/model/rich.js';
import { problemsOfMessage, textsOf } from './adaptive.js';
import { acknowledged, AT, incident, messageOf, statusCard } from './fixtures.js';

/** `UPDATE_GOLDEN=1 npx jest test/adapters/teams/render` writes them anew. */
function golden(name: string, value: Outbound): void {
  const file = new URL(`./golden/${name}.json`, import.meta.url);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
  expect(problemsOfMessage(value)).toEqual([]);
}

describe('a card for Teams', () => {
  it('of an open incident', () => golden('incident', renderMessage(incident(), { living: true })));
  it('of an acknowledged incident', () =>
    golden('acknowledged', renderMessage(acknowledged(), { living: true })));
  it('with a list and a table', () => golden('status', renderMessage(statusCard(), { living: false })));
  it('that was replaced', () =>
    golden(
      'replaced',
      renderReplaced(
        'incident:1042',
        'https://teams.microsoft.com/l/message/19/17',
        'the living card of INC-1042',
      ),
    ));
  it('in the thread', () =>
    golden(
      'line',
      renderLine({
        at: AT,
        who: 'alice',
        text: [{ kind: 'list', ordered: true, items: [[{ text: 'one' }], [{ time: AT }]] }],
      }),
    ));

  it('is put to the phone in the words of its fallback', () => {
    expect(renderMessage(messageOf(incident()).card, { living: true })['summary']).toBe(incident().fallback);
  });

  it('asks before a button that cannot be taken back, and still carries the command', () => {
    const text = JSON.stringify(renderCard(incident(), { living: true }));
    expect(text).toContain('Action.ShowCard');
    expect(text).toContain('Resolve INC-1042 for everyone?');
    expect(text).toContain('"title":"Yes, resolve"');
  });

  it('says what was left out of a very long one', () => {
    const paragraphs: Rich = Array.from({ length: 400 }, (_, n) => ({
      kind: 'paragraph',
      inlines: [{ text: `Post ${n}: ${'the users cannot sign in. '.repeat(20)}` }],
    }));
    const sections: Section[] = Array.from({ length: 30 }, () => ({ kind: 'text', text: paragraphs }));
    const message = renderMessage(incident({ sections }), { living: true });
    expect(JSON.stringify(message)).toContain('Shortened to fit');
    expect(bytesOf(message)).toBeLessThanOrEqual(80 * 1024);
  });
});

describe('text in a card', () => {
  it.each([
    ['Exchange_Online is_down', 'Exchange_Online is_down'],
    ['5 * 3 and **bold**', '5 \\* 3 and \\*\\*bold\\*\\*'],
    ['_x_', '\\_x\\_'],
    ['[a](https://evil.example.com)', '[a]\u2060(https://evil.example.com)'],
    ['<at>everyone</at>', '<\u2060at>everyone<\u2060/at>'],
    ['{{DATE(2026-01-01T00:00:00Z)}}', '{\u2060{DATE(2026-01-01T00:00:00Z)}}'],
    ['1. first', '1\\. first'],
    ['- item', '\\- item'],
    ['# head', '\\# head'],
    ['&lt;at&gt;', '&\u2060lt;at&\u2060gt;'],
    ['a\nb\u202ec\u0000', 'a bc'],
    ['half \ud83d', 'half \ufffd'],
  ])('%j', (text, shown) => {
    expect(escapeText(text, 200)).toBe(shown);
  });

  it('opens no address but https, http and mailto', () => {
    const link = (href: string): string => {
      const section: Section = {
        kind: 'text',
        text: [{ kind: 'paragraph', inlines: [{ text: 'here', href }] }],
      };
      return textsOf(renderCard(incident({ sections: [section] }), { living: false })).join('\n');
    };
    expect(link('https://example.com/a_(b)?c=[d]')).toContain(
      '[here](https://example.com/a_%28b%29?c=%5Bd%5D)',
    );
    for (const href of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense']) {
      expect(link(href)).not.toContain('](');
    }
  });
});

function bytesOf(value: object): number {
  const text = JSON.stringify(value);
  return Math.max(Buffer.byteLength(text), text.length * 2);
}
