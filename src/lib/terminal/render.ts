import { TONE_MARKS, type Card, type Section, type Tone } from '../../model/card.js';
import { chartLines } from './chart.js';
import type { Inline, Rich } from '../../model/rich.js';
import { clean, spansOf, timeText, wrap, type Span, type Style } from './spans.js';
import { padTo, widthOf } from './width.js';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns; below 40 it is treated as 40. */
  readonly width: number;
  /** IANA name: times are shown in it. */
  readonly timeZone: string;
}

/** A card as text for a terminal, ending with a line break. Nothing but this card's text and, with `colour`, SGR codes. */
export function renderTerminal(card: Card, options: TerminalOptions): string {
  const page = { ...options, width: Math.max(40, options.width) };
  const blocks = [
    titleLines(card, page),
    ...mergeHeadings(card.sections.map((section) => sectionLines(section, page))),
    actionLines(card, page),
    footerLines(card, page),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const TONE_CODES: Readonly<Record<Tone, string>> = {
  critical: '1;31',
  major: '31',
  warning: '33',
  info: '36',
  ok: '32',
  neutral: '2',
};

const STYLE_CODES: Readonly<Record<Style, string>> = {
  none: '',
  bold: '1',
  dim: '2',
  italic: '3',
  code: '36',
  command: '36',
  link: '4',
};

function paint(text: string, code: string, { colour }: TerminalOptions): string {
  return colour && code !== '' && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function printed(line: readonly Span[], page: TerminalOptions): string {
  return line.map(({ text, style }) => paint(text, STYLE_CODES[style], page)).join('');
}

/** Wrapped text with `first` before its first line and blanks of the same width before the others. */
function hanging(
  first: string,
  inlines: readonly Inline[],
  page: TerminalOptions,
  code = '',
): readonly string[] {
  const indent = widthOf(first);
  const lines = wrap(spansOf(inlines, page.timeZone), Math.max(10, page.width - indent));
  return lines.map(
    (line, i) => (i === 0 ? paint(first, code, page) : ' '.repeat(indent)) + printed(line, page),
  );
}

function titleLines(card: Card, page: TerminalOptions): readonly string[] {
  const badge = card.badge === undefined ? '' : ` ${clean(card.badge)}`;
  const mark = `${TONE_MARKS[card.tone]}${badge}  `;
  return hanging(mark, [{ text: card.title, bold: true }], page, TONE_CODES[card.tone]);
}

interface Block {
  readonly lines: readonly string[];
  readonly heading: boolean;
}

/** A heading stands directly above what it belongs to. */
function mergeHeadings(blocks: readonly Block[]): readonly (readonly string[])[] {
  const merged: string[][] = [];
  let open = false;
  for (const { lines, heading } of blocks) {
    const last = merged.at(-1);
    if (open && last !== undefined) last.push(...lines);
    else merged.push([...lines]);
    open = heading;
  }
  return merged;
}

function sectionLines(section: Section, page: TerminalOptions): Block {
  switch (section.kind) {
    case 'text':
      return {
        lines: richLines(section.text, page, '  '),
        heading: section.text.length === 1 && section.text[0]?.kind === 'heading',
      };
    case 'facts':
      return { lines: factLines(section.facts, page), heading: false };
    case 'quote':
      return { lines: quoteLines(section, page), heading: false };
    case 'table':
      return { lines: tableLines(section, page), heading: false };
    case 'list':
      return {
        lines: section.items.flatMap((item) =>
          hanging(`  ${TONE_MARKS[item.tone]} `, item.line, page, TONE_CODES[item.tone]),
        ),
        heading: false,
      };
    case 'chart':
      return { lines: chartLines(section, page.width).map((line) => printed(line, page)), heading: false };
  }
}

function richLines(rich: Rich, page: TerminalOptions, indent: string): readonly string[] {
  return rich.flatMap((block) => {
    if (block.kind === 'list') {
      return block.items.flatMap((item, i) =>
        hanging(`${indent}${block.ordered ? `${i + 1}.` : '•'} `, item, page),
      );
    }
    const inlines =
      block.kind === 'heading'
        ? block.inlines.map((inline) =>
            'time' in inline || 'command' in inline ? inline : { ...inline, bold: true },
          )
        : block.inlines;
    return hanging(indent, inlines, page);
  });
}

function factLines(
  facts: Extract<Section, { kind: 'facts' }>['facts'],
  page: TerminalOptions,
): readonly string[] {
  const column = Math.min(26, Math.max(...facts.map(({ label }) => widthOf(clean(label)))));
  return facts.flatMap(({ label, value }) => hanging(`  ${padTo(clean(label), column)}  `, value, page, '2'));
}

function quoteLines(section: Extract<Section, { kind: 'quote' }>, page: TerminalOptions): readonly string[] {
  const when = section.at === undefined ? '' : `, ${timeText(section.at, page.timeZone)}`;
  const bar = paint('  │ ', '2', page);
  const inner = { ...page, width: page.width - 4 };
  return [
    ...hanging('  ', [{ text: `${section.title}${when}`, bold: true }], page),
    ...richLines(section.text, inner, '').map((line) => bar + line),
  ];
}

/** Columns as wide as their widest cell where that fits; else each row is told as `column: value` lines. */
function tableLines(section: Extract<Section, { kind: 'table' }>, page: TerminalOptions): readonly string[] {
  const cells = section.rows.map((row) => row.map((cell) => spansOf(cell, page.timeZone)));
  const widths = section.columns.map((name, i) =>
    Math.max(widthOf(clean(name)), ...cells.map((row) => widthOf(textOf(row[i] ?? [])))),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, 2);
  if (total > page.width) {
    return section.rows.flatMap((row) =>
      row.flatMap((cell, i) => hanging(`  ${clean(section.columns[i] ?? '')}: `, cell, page, '2')),
    );
  }
  const head = section.columns.map((name, i) => padTo(clean(name), widths[i] ?? 0)).join('  ');
  const body = cells.map((row) =>
    row
      .map(
        (cell, i) => printed(cell, page) + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(textOf(cell)))),
      )
      .join('  '),
  );
  return [paint(head.trimEnd(), '2', page), ...body].map((line) => `  ${line}`.trimEnd());
}

function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}

/** Buttons as what can be typed instead of pressing them. */
function actionLines({ actions }: Card, page: TerminalOptions): readonly string[] {
  const column = Math.max(0, ...actions.map(({ label }) => widthOf(clean(label))));
  return actions.flatMap(({ label, command, href }) => {
    if (command === undefined && href === undefined) return [];
    const value: Inline = command === undefined ? { text: href ?? '' } : { command, text: command };
    return hanging(`  ${padTo(clean(label), column)}  `, [value], page, '2');
  });
}

function footerLines({ footer }: Card, page: TerminalOptions): readonly string[] {
  if (footer === undefined || footer.length === 0) return [];
  return wrap(spansOf(footer, page.timeZone), page.width - 2).map(
    (line) => `  ${paint(textOf(line), '2', page)}`,
  );
}
