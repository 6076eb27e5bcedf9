import { timeText } from '../../src/lib/terminal/spans.js';
import { TONE_MARKS, type Card, type Section, type Tone } from '../../src/model/card.js';
import { inlinesToText, type Inline, type Rich, type RichBlock } from '../../src/model/rich.js';
import { button, COLORS, inlineStyles, page, pill, row } from './layout.js';
import { clip, escapeHtml, lines, oneLine, safeHref } from './words.js';

/** Gmail hides what follows the first 102 KB of a mail, and signs may take six times their room once they are escaped. */
const BODY_MAX = 70_000;

export interface HtmlInput {
  readonly card: Card;
  readonly title: string;
  /** What a phone shows beside the subject. */
  readonly preview: string;
  readonly timeZone: string;
  /** The content id of a section's picture. */
  readonly cidOf: (section: Section) => string | undefined;
}

/** A card as a mail of its own: tables and inline styles, which is what mail programs understand. Asks for nothing remote. */
export function renderHtml({ card, title, preview, timeZone, cidOf }: HtmlInput): string {
  const write: Writer = { timeZone, cidOf };
  const parts = card.sections.flatMap((section) => sectionRows(section, write)).map(inlineStyles);
  const { kept, cut } = within(parts, BODY_MAX);
  const body = [
    row(
      `${pill(card.tone, badgeOf(card))}<h1 class="ink">${escapeHtml(clip(oneLine(card.title), 300))}</h1>`,
    ),
    ...kept,
    ...(cut ? [row('<p class="dim">… and more: the rest is in the console.</p>')] : []),
    ...buttonsRow(card),
    ...(card.footer === undefined
      ? []
      : [row(`<p class="dim small">${inlinesHtml(card.footer, write)}</p>`)]),
  ];
  return page({ tone: card.tone, title, preview, body });
}

export function badgeOf({ badge, tone }: Card): string {
  return oneLine(badge ?? '') || tone.toUpperCase();
}

interface Writer {
  readonly timeZone: string;
  readonly cidOf: (section: Section) => string | undefined;
}

function sectionRows(section: Section, write: Writer): readonly string[] {
  switch (section.kind) {
    case 'text':
      return section.text.map((block) => row(blockHtml(block, write)));
    case 'facts':
      return [row(factsHtml(section.facts, write))];
    case 'quote': {
      const when = section.at === undefined ? '' : `, ${timeText(section.at, write.timeZone)}`;
      const head = `<p class="ink"><b>${escapeHtml(clip(oneLine(section.title), 200) + when)}</b></p>`;
      return [row(`${head}<div class="quote">${richHtml(section.text, write)}</div>`)];
    }
    case 'list':
      return [row(joined(section.items.map(({ tone, line }) => itemHtml(tone, line, write))))];
    case 'table':
      return [row(tableHtml(section, write))];
    case 'chart': {
      const alt = escapeHtml(clip(oneLine(`${section.title}: ${section.alt}`), 600));
      const cid = write.cidOf(section);
      if (cid === undefined) return [row(`<p class="ink">${alt}</p>`)];
      return [row(`<img src="cid:${cid}" alt="${alt}" width="560" class="chart">`)];
    }
  }
}

function richHtml(rich: Rich, write: Writer): string {
  return joined(rich.map((block) => blockHtml(block, write)));
}

function blockHtml(block: RichBlock, write: Writer): string {
  if (block.kind === 'list') {
    const tag = block.ordered ? 'ol' : 'ul';
    const items = block.items.map((item) => `<li>${inlinesHtml(item, write)}</li>`);
    return `<${tag} class="ink">${joined(items)}</${tag}>`;
  }
  const words = inlinesHtml(block.inlines, write);
  return block.kind === 'heading' ? `<h2 class="ink">${words}</h2>` : `<p class="ink">${words}</p>`;
}

function factsHtml(facts: Extract<Section, { kind: 'facts' }>['facts'], write: Writer): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td class="label dim">${escapeHtml(clip(oneLine(label), 60))}</td>` +
      `<td class="value ink">${inlinesHtml(value, write)}</td></tr>`,
  );
  return `<table role="presentation" class="facts">${joined(rows)}</table>`;
}

function itemHtml(tone: Tone, line: readonly Inline[], write: Writer): string {
  const mark = `<span style="color:${COLORS[tone]}">${TONE_MARKS[tone]}</span>`;
  return `<p class="ink item">${mark}&nbsp; ${inlinesHtml(line, write)}</p>`;
}

function tableHtml({ columns, rows }: Extract<Section, { kind: 'table' }>, write: Writer): string {
  const head = columns.map((name) => `<th class="dim">${escapeHtml(clip(oneLine(name), 60))}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => cellHtml(cell, write)).join('')}</tr>`);
  return `<table class="grid"><tr>${head}</tr>${joined(body)}</table>`;
}

/** Codes and numbers stay whole. */
function cellHtml(cell: readonly Inline[], write: Writer): string {
  const short = inlinesToText(cell).length <= 20 ? ' short' : '';
  return `<td class="ink${short}">${inlinesHtml(cell, write)}</td>`;
}

function buttonsRow({ actions }: Card): readonly string[] {
  const buttons = actions.flatMap(({ label, href, style }) => {
    const address = href === undefined ? undefined : safeHref(href);
    return address === undefined
      ? []
      : [button(escapeHtml(address), escapeHtml(clip(oneLine(label), 60)), style === 'primary')];
  });
  return buttons.length === 0 ? [] : [row(buttons.join(' '))];
}

function inlinesHtml(inlines: readonly Inline[], write: Writer): string {
  return inlines
    .map((inline) => {
      const words = 'time' in inline ? timeText(inline.time, write.timeZone) : lines(inline.text);
      return styled(inline, escapeHtml(words).replace(/\n/g, '<br>'));
    })
    .join('');
}

function styled(inline: Inline, words: string): string {
  if ('time' in inline) return words;
  if ('command' in inline) return `<code>${words}</code>`;
  let text = inline.code === true ? `<code>${words}</code>` : words;
  if (inline.italic === true) text = `<i>${text}</i>`;
  if (inline.bold === true) text = `<b>${text}</b>`;
  const address = inline.href === undefined ? undefined : safeHref(inline.href);
  return address === undefined ? text : `<a href="${escapeHtml(address)}">${text}</a>`;
}

/** No one part may take all the room. */
function joined(parts: readonly string[]): string {
  return within(parts, BODY_MAX / 2).kept.join('');
}

function within(parts: readonly string[], max: number): { kept: readonly string[]; cut: boolean } {
  let size = 0;
  const end = parts.findIndex((part) => (size += Buffer.byteLength(part)) > max);
  return end < 0 ? { kept: parts, cut: false } : { kept: parts.slice(0, end), cut: true };
}
