import type { HeaderBlock, KnownBlock } from '@slack/types';
import type { Card, Tone } from '../../src/model/card.js';
import type { Inline } from '../../src/model/rich.js';
import type { ThreadLine } from '../../src/notify/adapter.js';
import { context, FIELD_MAX, LINE_MAX, section, SECTION_MAX, sections } from './blocks.js';
import { actionsBlock } from './buttons.js';
import { clip, clipEscaped, mrkdwn, oneLine, plainLine, richLines } from './mrkdwn.js';
import { MARKS, renderSection } from './sections.js';

/**
 * What Slack is sent. The title stands in `blocks`, so that `text` is only the notification and the search snippet; the
 * rest stands in attachments, which alone can have a colour. Slack folds a long attachment behind "Show more": buttons and
 * small print are an attachment of their own and stay in sight.
 */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly attachments: { color: string; fallback: string; blocks: KnownBlock[] }[];
}

const COLORS: Record<Tone, string> = {
  critical: '#d1242f',
  major: '#e8590c',
  warning: '#e3b341',
  info: '#0969da',
  ok: '#1a7f37',
  neutral: '#8c959f',
};

// Limits of Block Kit: doc comments of @slack/types 3.2.0. TEXT_MAX keeps to what Slack advises (it cuts at 40 000).
const TEXT_MAX = 3_000;
const HEADER_MAX = 150;
/** Of 50 blocks a message may have: without the title, the buttons, the small print and the note that it was cut. */
const BODY_BLOCKS_MAX = 46;
/** What and where must be seen behind it. */
const BADGE_MAX = 40;
/** A card is read on a phone; Slack also refuses messages whose blocks are very long together. */
const BODY_CHARS_MAX = 12_000;

/** `groups`: user groups that it calls; they are called by the text of a new message, and named on the card. */
export function renderCard(card: Card, groups: readonly string[] = []): SlackMessage {
  const title = titleOf(card);
  const text = clipEscaped(oneLine(card.fallback) || title, TEXT_MAX);
  const { body, cut } = fitting([...fullTitle(title), ...card.sections.flatMap(renderSection)]);
  const note = cut ? [context([{ text: '… and more: the card was too long for Slack.' }])] : [];
  const foot = [...actionsBlock(card.actions), ...footer(card.footer)];
  const color = COLORS[card.tone];
  const calls = groups.map((group) => `<!subteam^${group}>`).join(' ');
  return {
    text: calls === '' ? text : `${calls} ${text}`,
    blocks: [header(title), ...(calls === '' ? [] : [section(calls)])],
    attachments: [[...body, ...note], foot]
      .filter((blocks) => blocks.length > 0)
      .map((blocks) => ({ color, fallback: text, blocks })),
  };
}

/** The blocks of a message for where there is no colour; `more` in place of those that are too many. */
export function flatBlocks(
  { blocks, attachments }: Pick<SlackMessage, 'blocks' | 'attachments'>,
  max: number,
  more: KnownBlock,
): KnownBlock[] {
  const all = [...blocks, ...attachments.flatMap((part) => part.blocks)];
  return all.length <= max ? all : [...all.slice(0, max - 1), more];
}

/** A line of the thread under a card. */
export function renderLine(line: ThreadLine): { text: string; blocks: KnownBlock[] } {
  const who = oneLine(line.who);
  const lead: readonly Inline[] = [
    ...(who === '' ? [] : [{ text: clip(who, 200), bold: true }, { text: ' · ' }]),
    { time: line.at },
  ];
  const lines = [mrkdwn(lead, LINE_MAX), ...richLines(line.text, LINE_MAX)];
  const { body } = fitting(sections(lines));
  const words = line.text.map((block) => plainBlock(block)).join(' ');
  const text = clipEscaped(oneLine(who === '' ? words : `${who}: ${words}`), TEXT_MAX);
  return { text: text === '' ? '…' : text, blocks: body };
}

/** A sentence of ours that is no card: what is left to say when a card was refused or could not be made. */
export function renderPlain(words: string): string {
  return clipEscaped(oneLine(words) || 'Tocsin', TEXT_MAX);
}

function titleOf(card: Card): string {
  const badge = clip(oneLine(card.badge ?? ''), BADGE_MAX);
  const words = [badge, oneLine(card.title)].filter((part) => part !== '');
  return `${MARKS[card.tone]} ${words.join(' · ') || oneLine(card.fallback) || 'Tocsin'}`;
}

function header(title: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: clip(title, HEADER_MAX), emoji: false } };
}

function fullTitle(title: string): readonly KnownBlock[] {
  return title.length <= HEADER_MAX ? [] : [section(mrkdwn([{ text: title, bold: true }], SECTION_MAX))];
}

/** The same without its pictures, for a Slack that cannot fetch them; undefined when there are none. */
export function withoutImages(message: SlackMessage): SlackMessage | undefined {
  const isImage = ({ type }: KnownBlock): boolean => type === 'image';
  if (!message.attachments.some(({ blocks }) => blocks.some(isImage))) return undefined;
  const told = (block: KnownBlock): KnownBlock =>
    block.type === 'image' ? section(mrkdwn([{ text: block.alt_text }], LINE_MAX)) : block;
  const attachments = message.attachments.map((part) => ({ ...part, blocks: part.blocks.map(told) }));
  return { ...message, attachments };
}

function footer(inlines: readonly Inline[] | undefined): readonly KnownBlock[] {
  return inlines === undefined || mrkdwn(inlines, FIELD_MAX).trim() === '' ? [] : [context(inlines)];
}

function fitting(blocks: readonly KnownBlock[]): { body: KnownBlock[]; cut: boolean } {
  const body: KnownBlock[] = [];
  let chars = 0;
  for (const block of blocks) {
    chars += JSON.stringify(block).length;
    if (body.length === BODY_BLOCKS_MAX || chars > BODY_CHARS_MAX) return { body, cut: true };
    body.push(block);
  }
  return { body, cut: false };
}

function plainBlock(block: ThreadLine['text'][number]): string {
  return block.kind === 'list' ? block.items.map(plainLine).join('; ') : plainLine(block.inlines);
}
