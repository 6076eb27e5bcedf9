import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { renderCard } from '../../../adapters/slack/render.js';
import type { Inline, Rich } from '../../../src/model/rich.js';
import { acknowledged, critical, incidents, resolved, status, tables } from './cards.js';
import { problemsOf } from './limits.js';

describe('a card in Slack', () => {
  it.each(Object.entries({ critical, acknowledged, resolved, incidents, status, tables }))(
    'looks as in golden/%s.json and is within the limits',
    (name, card) => {
      const message = renderCard(card);
      expect(problemsOf(message)).toEqual([]);
      expect(message).toEqual(golden(name, message));
    },
  );

  it('says the whole title below when the header has to be cut', () => {
    const message = renderCard({ ...status, title: 'long '.repeat(60) });
    expect(problemsOf(message)).toEqual([]);
    expect(firstLine(message)).toMatch(/…$/);
    expect(JSON.stringify(message.attachments[0]?.blocks[0])).toContain('long '.repeat(59));
  });

  it('leaves out a button whose command or address cannot be sent whole', () => {
    const message = renderCard({
      ...status,
      actions: [
        { id: 'ack', label: 'A', style: 'default', command: 'x'.repeat(2_001) },
        { id: 'link', label: 'B', style: 'default', href: 'javascript:alert(1)' },
        { id: 'link', label: 'C', style: 'default', href: `https://a.example/${'x'.repeat(3_000)}` },
        { id: 'details', label: 'D', style: 'default' },
      ],
    });
    expect(JSON.stringify(message)).not.toContain('"actions"');
  });

  it('says that it was cut when there is more than a message holds', () => {
    const text: Rich = [{ kind: 'paragraph', inlines: [{ text: 'word '.repeat(5_000) }] }];
    const message = renderCard({
      ...critical,
      sections: Array.from({ length: 60 }, () => ({ kind: 'text', text })),
    });
    expect(problemsOf(message)).toEqual([]);
    expect(JSON.stringify(message.attachments)).toContain('too long for Slack');
    expect(JSON.stringify(message.attachments)).toContain('ack INC-1042');
  });

  it.each<[string, Inline, string]>([
    ['escapes what could be a mention', { text: '<!channel> & <@U1>' }, '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    [
      'links a bare address',
      { text: 'see https://a.example/x?b=1&c=2.' },
      'see <https://a.example/x?b=1&amp;c=2>.',
    ],
    ['keeps the words of a link that leads to a bad place', { text: 'x', href: 'javascript:1' }, 'x'],
    ['styles words and not the blanks around them', { text: ' a*b ', bold: true }, ' *a∗b* '],
    ['shows a command as code', { text: '`INC-1`', command: 'incident 1' }, "`'INC-1'`"],
    [
      'shows a time in the reader’s zone',
      { time: 1_000 },
      '<!date^1^{date_short_pretty} {time}|1970-01-01 00:00 UTC>',
    ],
    ['does not fail on a time that is none', { time: Number.NaN }, 'at an unknown time'],
    ['drops direction changes and control characters', { text: 'a\u202eb\u0000c' }, 'abc'],
  ])('%s', (_, inline, expected) => {
    const message = renderCard({
      ...status,
      sections: [
        { kind: 'text', text: [{ kind: 'paragraph', inlines: [{ text: '.' }, inline, { text: '.' }] }] },
      ],
    });
    const [block] = message.attachments[0]?.blocks ?? [];
    const said = (block as unknown as { text: { text: string } }).text.text.replaceAll('\u200b', '');
    expect(said).toBe(`.${expected}.`);
  });
});

describe('the limits themselves', () => {
  it.each([
    [{ text: '<!channel>', blocks: [] }],
    [{ text: 'a & b', blocks: [] }],
    [{ text: ' ', blocks: [] }],
    [
      {
        text: 'x',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001), verbatim: true } }],
      },
    ],
    [{ text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] }],
    [{ text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '<@U1>', verbatim: true } }] }],
  ])('are broken by %j', (message) => expect(problemsOf(message)).toHaveLength(1));
});

function firstLine(message: ReturnType<typeof renderCard>): string {
  const [block] = message.blocks;
  return block?.type === 'header' ? block.text.text : '';
}

/** The kept rendering. A missing one is written when UPDATE_GOLDEN is set: read it before it is committed. */
function golden(name: string, made: unknown): unknown {
  const path = fileURLToPath(new URL(`golden/${name}.json`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
  if (!existsSync(path))
    throw new Error(`golden/${name}.json is missing: run with UPDATE_GOLDEN=1 and read it.`);
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
}
