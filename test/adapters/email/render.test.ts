import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
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

function previewOf(html: string): string {
  return /mso-hide:all">([^&]*)/.exec(html)?.[1] ?? '';
}
