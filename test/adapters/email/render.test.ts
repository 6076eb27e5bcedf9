import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Parser } from 'htmlparser2';
import type { Card, Section } from '../../../src/model/card.js';
import type { Inline } from '../../../src/model/rich.js';
import { mailMessage, MESSAGES, rendered } from './mails.js';

function expectGolden(name: string, text: string): void {
  const path = `test/adapters/email/golden/${name}`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  if (!existsSync(path)) throw new Error(`${path} is missing: run with UPDATE_GOLDEN=1 and look at it`);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe('a mail', () => {
  it.each(Object.entries(MESSAGES))('looks as in golden/%s.html and .txt', (name, message) => {
    const mail = rendered(message);
    const headers = Object.entries(mail.headers).map(([key, value]) => `${key}: ${value}`);
    expectGolden(`${name}.html`, mail.html);
    expectGolden(`${name}.txt`, [`Subject: ${mail.subject}`, ...headers, '', mail.text].join('\n'));
  });

  it('keeps the words that its thread began with, whatever the incident is called by now', () => {
    const first = rendered(mailMessage());
    const later = rendered(MESSAGES['resolved'] ?? mailMessage(), first.core);
    expect(later.subject).toBe(first.subject.replace('[CRITICAL]', '[RESOLVED]'));
    expect(rendered(MESSAGES['group'] ?? mailMessage(), first.core).subject).toBe(first.subject);
  });

  it('has room for the id and the tenant in its subject, however long the title is', () => {
    const message = mailMessage({ tenant: 'contoso' });
    const { subject } = rendered({ ...message, card: { ...message.card, title: 'long '.repeat(99) } });
    expect(subject.length).toBeLessThan(180);
    expect(subject).toMatch(/^\[CRITICAL\] long .*… \(INC-1042, contoso\)$/);
  });

  it('tells in the preview what is new, and since when where nothing is', () => {
    expect(previewOf(rendered(MESSAGES['acknowledged'] ?? mailMessage()).html)).toMatch(
      /^microsoft: New post: the change is being reverted\. · alice: Acknowledged\. · Since: 2026-11-21 02:20 UTC/,
    );
    expect(previewOf(rendered(mailMessage()).html)).toMatch(
      /^Since: 2026-11-21 02:20 UTC, noticed 40 min later/,
    );
  });

  it('names the newest of much that happened, and counts the rest', () => {
    const line = (n: number) => ({
      at: 0,
      who: 'alice',
      text: [{ kind: 'paragraph', inlines: [{ text: `note ${n}` }] }] as const,
    });
    const { text } = rendered(
      mailMessage(
        {},
        Array.from({ length: 20 }, (_, i) => line(i + 1)),
      ),
    );
    expect(text).toContain('8 earlier, in the console');
    expect(text).toContain('note 20');
    expect(text).not.toContain('note 8\n');
  });

  it('is told in the reader’s time zone', () => {
    const message = mailMessage();
    const { html, text } = rendered(message, undefined, 'Europe/Paris');
    for (const part of [html, text]) expect(part).toContain('2026-11-21 03:20 CET');
  });
});

describe('hostile words', () => {
  const inline = fc.oneof(
    fc.record({
      text: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom(
          '</td></table><script>alert(1)</script>',
          '<img src=https://evil.example/pixel.png>',
          '"><a href="https://evil.example">',
          '<!-- style="x" class="ink"',
          'Subject\r\nBcc: everybody@contoso.com\r\n\r\nHello',
          '\u202eevil\u0000\u001b[31m',
          'x'.repeat(20_000),
          '&amp;&#60;script&#62;',
        ),
      ),
      bold: fc.boolean(),
      italic: fc.boolean(),
      code: fc.boolean(),
      href: fc.constantFrom(
        'https://a.example/?a=1&b="2"',
        'javascript:alert(1)',
        'data:text/html,x',
        'https://a.example/"onload="x',
      ),
    }),
    fc.record({
      time: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.constant(Number.NaN), fc.constant(1e300)),
    }),
    fc.record({ command: fc.constant('ack INC-1'), text: fc.constant('ack <b>') }),
  ) as fc.Arbitrary<Inline>;
  const words = fc.array(inline, { maxLength: 4 });
  const rich = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('paragraph' as const, 'heading' as const), inlines: words }),
      fc.record({
        kind: fc.constant('list' as const),
        ordered: fc.boolean(),
        items: fc.array(words, { maxLength: 80 }),
      }),
    ),
    { maxLength: 5 },
  );
  const title = fc.string({ unit: 'binary', maxLength: 400 });
  const section: fc.Arbitrary<Section> = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: rich }),
    fc.record({
      kind: fc.constant('facts' as const),
      facts: fc.array(fc.record({ label: title, value: words }), { maxLength: 70 }),
    }),
    fc.record({ kind: fc.constant('quote' as const), title, text: rich }),
    fc.record({
      kind: fc.constant('table' as const),
      columns: fc.array(title, { maxLength: 4 }),
      rows: fc.array(fc.array(words, { maxLength: 4 }), { maxLength: 70 }),
    }),
  );
  const card: fc.Arbitrary<Card> = fc.record({
    topic: fc.constant('incident:1'),
    tone: fc.constantFrom('critical' as const, 'ok' as const, 'neutral' as const),
    badge: title,
    title,
    fallback: title,
    sections: fc.array(section, { maxLength: 6 }),
    actions: fc.constant([
      { id: 'link', label: 'Run<book>', style: 'default', href: 'javascript:1' } as const,
    ]),
    footer: words,
    at: fc.constant(0),
  });

  it('make no tag, no header, no link of their own, and no mail that is too large', () => {
    fc.assert(
      fc.property(card, title, (made, tenant) => {
        const message = mailMessage({ tenant });
        const mail = rendered({ ...message, card: made });
        expect(Buffer.byteLength(mail.html)).toBeLessThan(102_000);
        expect(mail.text.length).toBeLessThan(61_000);
        for (const header of [mail.subject, ...Object.values(mail.headers)]) {
          expect(header).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(header).not.toMatch(/\p{Cs}/u);
        }
        expect(foreignIn(mail.html)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});

const OURS = new Set(
  'html head meta title style body div table tr td th h1 h2 p b i a code ul ol li span br img'.split(' '),
);

/** What stands in the HTML that we did not mean to write, and what was not closed. */
function foreignIn(html: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!OURS.has(name)) found.push(name);
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) found.push(`${name} ${key}`);
        if (key === 'src' && !value.startsWith('cid:')) found.push(`${name} ${key}=${value}`);
        if (key === 'href' && !/^(https?|mailto):/.test(value)) found.push(`${name} ${key}=${value}`);
      }
      if (!['meta', 'br', 'img'].includes(name)) open.push(name);
    },
    onclosetag(name) {
      if (!['meta', 'br', 'img'].includes(name) && open.pop() !== name) found.push(`/${name}`);
    },
    oncomment: (text) => void found.push(`comment ${text}`),
  });
  parser.end(html);
  return [...found, ...open];
}

function previewOf(html: string): string {
  return /mso-hide:all">([^&]*)/.exec(html)?.[1] ?? '';
}
