import { describe, expect, it } from '@jest/globals';
import type { Card } from '../../../src/model/card.js';
import { renderFragment, renderRegions } from '../../../src/http/console/fragment.js';
import { cardToHtml } from '../../../src/http/console/render.js';
import { loginPage } from '../../../src/http/console/page.js';
import { card } from '../world.js';

const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;
const AT = Date.UTC(2026, 10, 21, 3, 10);

/** Every place of a card where somebody else's words can stand. */
const hostile: Card = {
  topic: EVIL,
  tone: 'critical',
  badge: EVIL,
  title: EVIL,
  fallback: EVIL,
  sections: [
    {
      kind: 'text',
      text: [
        { kind: 'heading', inlines: [{ text: EVIL, bold: true }] },
        { kind: 'list', ordered: true, items: [[{ text: EVIL, code: true }]] },
        {
          kind: 'paragraph',
          inlines: [
            { command: EVIL, text: EVIL },
            { text: EVIL, href: `https://x/${EVIL}` },
          ],
        },
        { kind: 'paragraph', inlines: [{ text: 'bait', href: 'javascript:alert(1)' }] },
        {
          kind: 'paragraph',
          inlines: [
            { text: 'bait', href: 'data:text/html,x' },
            { text: 'bait', href: '//evil' },
          ],
        },
      ],
    },
    { kind: 'facts', facts: [{ label: EVIL, value: [{ text: EVIL, italic: true }] }] },
    { kind: 'quote', title: EVIL, at: AT, text: [{ kind: 'paragraph', inlines: [{ text: EVIL }] }] },
    { kind: 'table', columns: [EVIL], rows: [[[{ text: EVIL }]]] },
    { kind: 'list', items: [{ tone: 'ok', line: [{ text: EVIL }] }] },
  ],
  actions: [
    { id: 'ack', label: EVIL, style: 'primary', command: EVIL, confirm: EVIL },
    { id: 'link', label: 'bait', style: 'default', href: 'javascript:alert(1)' },
  ],
  footer: [{ text: EVIL }],
  at: AT,
};

function expectHarmless(markup: string): void {
  expect(markup).not.toMatch(/<script|<img|javascript:|data:text/i);
  // Outside of a quoted attribute no handler can stand: what is left of each tag after its attributes is its name.
  for (const tag of markup.match(/<[a-z][^>]*>/gi) ?? [])
    expect(tag.replace(/\s[a-z-]+="[^"]*"/gi, '')).toMatch(
      /^<[a-z0-9]+(\s+(required|autofocus|hidden))*\s*\/?>$/i,
    );
}

describe('a hostile text', () => {
  it('stays text, wherever it stands in a card', () => {
    const markup = cardToHtml(hostile);
    expectHarmless(markup);
    expect(markup).toContain('&lt;script&gt;');
    expect(markup).toContain('&amp;amp;');
  });

  it('stays text in every region of the page', () => {
    const regions = renderRegions({
      open: [hostile],
      resolved: [hostile],
      services: [
        {
          tenant: EVIL,
          name: EVIL,
          status: EVIL,
          tone: 'major',
          since: AT,
          issue: { id: EVIL, command: EVIL },
        },
        { tenant: EVIL, name: EVIL, status: EVIL, tone: 'ok' },
        {
          tenant: EVIL,
          name: 'b',
          status: EVIL,
          tone: 'major',
          issue: { id: EVIL, href: 'javascript:alert(1)' },
        },
      ],
      sources: [
        {
          key: EVIL,
          tenant: EVIL,
          kind: 'service-health',
          state: EVIL,
          tone: 'warning',
          blindSince: AT,
          detail: EVIL,
        },
      ],
    });
    expectHarmless(renderFragment(Object.values({ ...regions }), AT));
  });

  it('stays text on the login page', () => {
    const assets = { script: '/a.js', style: '/a.css', icon: '/a.svg' };
    const markup = loginPage({ assets, next: EVIL, by: 'token', problem: EVIL });
    expectHarmless(markup.replace(/<!doctype html>/, '').replace(/<svg[\s\S]*?<\/svg>/, ''));
  });
});

describe('a card', () => {
  it('shows badge, colour, buttons with their commands, and times as machine-readable UTC', () => {
    const markup = cardToHtml(
      card({ actions: [{ id: 'ack', label: 'Acknowledge', style: 'primary', command: 'ack INC-1042' }] }),
    );
    expect(markup).toContain('class="card tone-critical"');
    expect(markup).toMatch(/<span class="badge">CRITICAL<\/span>/);
    expect(markup).toContain('data-command="ack INC-1042"');
    expect(markup).toContain('datetime="2026-11-21T03:10:00.000Z"');
  });

  it('keeps the whole of a long quote, its end folded away', () => {
    const paragraph = (text: string) => ({ kind: 'paragraph', inlines: [{ text }] }) as const;
    const text = [paragraph('a'.repeat(500)), paragraph('b'.repeat(500)), paragraph('c')];
    const markup = cardToHtml(card({ sections: [{ kind: 'quote', title: 'Microsoft', text }] }));
    expect(markup.indexOf('a'.repeat(500))).toBeLessThan(markup.indexOf('<details'));
    expect(markup.indexOf('b'.repeat(500))).toBeGreaterThan(markup.indexOf('<details'));
  });

  it('counts services that are well instead of listing 400 tenants', () => {
    const services = Array.from({ length: 400 }, (_, i) => ({
      tenant: `tenant-${i}`,
      name: 'Exchange Online',
      status: 'Operational',
      tone: 'ok' as const,
    }));
    const { services: region } = renderRegions({ open: [], resolved: [], services, sources: [] });
    expect(region.markup).toContain('400 tenants without trouble');
  });
});
