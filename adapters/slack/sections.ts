import type { KnownBlock, MrkdwnElement } from '@slack/types';
import type { Section, Tone } from '../../src/model/card.js';
import { FIELD_MAX, LINE_MAX, section, sections, text } from './blocks.js';
import { clip, mrkdwn, mrkdwnLines, oneLine, plainLine, richLines } from './mrkdwn.js';
import { tableTexts } from './table.js';

/** How a picture that lies in Slack itself is named on a card. */
export const FILE_SCHEME = 'slack-file:';

/** Colour is never the only sign. */
export const MARKS: Record<Tone, string> = {
  critical: '🔴',
  major: '🟠',
  warning: '🟡',
  info: '🔵',
  ok: '🟢',
  neutral: '⚪',
};

// Limits of Block Kit: doc comments of @slack/types 3.2.0.
const FIELDS_MAX = 10;
const IMAGE_URL_MAX = 3_000;
const ALT_MAX = 2_000;
/** A fact longer than this is given the whole width. */
const FIELD_COMFORT = 80;

/** The blocks of one section of a card. */
export function renderSection(part: Section): readonly KnownBlock[] {
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
