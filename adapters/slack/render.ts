import type { HeaderBlock, KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types';
import type { Card, Section, Tone } from '../../src/model/card.js';
import type { Inline } from '../../src/model/rich.js';
import type { ThreadLine } from '../../src/notify/adapter.js';
import { clip, clipEscaped, mrkdwn, mrkdwnLines, oneLine, plainLine, richLines } from './mrkdwn.js';
import { actionsBlock } from './buttons.js';
import { tableTexts } from './table.js';

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

/** How a picture that lies in Slack itself is named on a card. */
export const FILE_SCHEME = 'slack-file:';

const COLORS: Record<Tone, string> = {
  critical: '#d1242f',
  major: '#e8590c',
  warning: '#e3b341',
  info: '#0969da',
  ok: '#1a7f37',
  neutral: '#8c959f',
};

/** Colour is never the only sign. */
const MARKS: Record<Tone, string> = {
  critical: '🔴',
  major: '🟠',
  warning: '🟡',
  info: '🔵',
  ok: '🟢',
  neutral: '⚪',
};

// Limits of Block Kit: doc comments of @slack/types 3.2.0. TEXT_MAX keeps to what Slack advises (it cuts at 40 000).
const TEXT_MAX = 3_000;
const HEADER_MAX = 150;
const SECTION_MAX = 3_000;
const FIELDS_MAX = 10;
const FIELD_MAX = 2_000;
/** Of 50 blocks a message may have: without the title, the buttons, the small print and the note that it was cut. */
const BODY_BLOCKS_MAX = 46;
/** What and where must be seen behind it. */
const BADGE_MAX = 40;
/** A card is read on a phone; Slack also refuses messages whose blocks are very long together. */
const BODY_CHARS_MAX = 12_000;
/** A fact longer than this is given the whole width. */
const FIELD_COMFORT = 80;
const IMAGE_URL_MAX = 3_000;
const ALT_MAX = 2_000;
/** One line leaves room for the quote sign and the line break in its section. */
const LINE_MAX = SECTION_MAX - 10;

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

function renderSection(part: Section): readonly KnownBlock[] {
  switch (part.kind) {
    case 'text':
      return sections(richLines(part.text, LINE_MAX));
    case 'facts':
      return factBlocks(part.facts);
    case 'quote': {
      const when = part.at === undefined ? [] : [{ text: ' · ' }, { time: part.at }];
      const lead = mrkdwn([{ text: oneLine(part.title), bold: true }, ...when], LINE_MAX);
      return sections([lead, ...richLines(part.text, LINE_MAX).map((line) => `> ${line}`)]);
    }
    case 'list':
      return sections(
        part.items.map(({ tone, line }) => mrkdwn([{ text: `${MARKS[tone]} ` }, ...line], LINE_MAX)),
      );
    case 'table':
      return tableTexts(part.columns, part.rows, LINE_MAX).flatMap((block) =>
        block.code ? [section(block.text)] : sections(block.text.split('\n')),
      );
    case 'chart':
      return chartBlock(part);
  }
}

/** Slack fetches the picture itself, over https only, or has it already; without one the chart is told in its sentence. */
function chartBlock(chart: Extract<Section, { kind: 'chart' }>): readonly KnownBlock[] {
  const [title, alt] = [oneLine(chart.title), oneLine(chart.alt)];
  const image = pictureOf(chart.image);
  if (image === undefined)
    return sections([
      mrkdwn([{ text: title, bold: true }, { text: title === '' ? alt : `: ${alt}` }], LINE_MAX),
    ]);
  return [
    {
      type: 'image',
      ...image,
      alt_text: clip(alt || title || 'A chart', ALT_MAX),
      ...(title === '' ? {} : { title: { type: 'plain_text', text: clip(title, ALT_MAX), emoji: false } }),
    },
  ];
}

function pictureOf(image = ''): { image_url: string } | { slack_file: { id: string } } | undefined {
  const file = image.startsWith(FILE_SCHEME) ? image.slice(FILE_SCHEME.length) : '';
  if (/^\w{1,64}$/.test(file)) return { slack_file: { id: file } };
  if (!URL.canParse(image)) return undefined;
  const { href, protocol } = new URL(image);
  return protocol === 'https:' && href.length <= IMAGE_URL_MAX ? { image_url: href } : undefined;
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

function factBlocks(facts: Extract<Section, { kind: 'facts' }>['facts']): readonly KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let fields: MrkdwnElement[] = [];
  const flush = (): void => {
    if (fields.length > 0) blocks.push({ type: 'section', fields });
    fields = [];
  };
  for (const { label, value } of facts) {
    const name = mrkdwn([{ text: clip(oneLine(label), 200), bold: true }], FIELD_MAX / 2);
    if (plainLine(value).length > FIELD_COMFORT) {
      flush();
      blocks.push(...sections([name, ...mrkdwnLines(value, LINE_MAX)]));
      continue;
    }
    const words = mrkdwn(value, FIELD_MAX / 2 - 1).trim();
    fields.push(text(`${name}\n${words === '' ? '—' : words}`.trim()));
    if (fields.length === FIELDS_MAX) flush();
  }
  flush();
  return blocks;
}

/** As few sections as the lines need. */
function sections(lines: readonly string[]): readonly KnownBlock[] {
  const texts: string[] = [];
  let current = '';
  for (const line of lines) {
    if (current !== '' && current.length + 1 + line.length > SECTION_MAX) {
      texts.push(current);
      current = line;
    } else {
      current = current === '' ? line : `${current}\n${line}`;
    }
  }
  return [...texts, current].filter((words) => words.trim() !== '').map(section);
}

function section(words: string): SectionBlock {
  return { type: 'section', text: text(words) };
}

/** Verbatim: Slack must not turn foreign `@here` or `#name` into mentions and links. */
function text(words: string): MrkdwnElement {
  return { type: 'mrkdwn', text: words, verbatim: true };
}

function context(inlines: readonly Inline[]): KnownBlock {
  return { type: 'context', elements: [text(mrkdwn(inlines, FIELD_MAX))] };
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
