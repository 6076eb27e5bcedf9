import type { Section, Tone } from '../../src/model/card.js';
import type { Json } from '../../src/model/json.js';
import { chartBody } from './chart.js';
import type { Limits } from './fit.js';
import { escapeText, inlinesToMarkdown, richToMarkdown, timeText } from './markdown.js';

const COLORS: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  major: 'attention',
  warning: 'warning',
  info: 'accent',
  ok: 'good',
  neutral: 'default',
};

/** What a section of a card is drawn as, within the limits; nothing for one that says nothing. */
export function sectionBody(section: Section, limits: Limits): Json[] {
  switch (section.kind) {
    case 'text':
      return textBlock(richToMarkdown(section.text, limits.text));
    case 'facts':
      return factSet(section, limits);
    case 'quote':
      return [quote(section, limits)];
    case 'table':
      return table(section, limits);
    case 'list':
      return list(section, limits);
    case 'chart':
      return chartBody(section, limits);
  }
}

/** No block for no text. */
export function textBlock(text: string): Json[] {
  return text === '' ? [] : [{ type: 'TextBlock', text, wrap: true }];
}

function factSet(section: Extract<Section, { kind: 'facts' }>, limits: Limits): Json[] {
  const facts = section.facts.slice(0, limits.rows).map(({ label, value }) => ({
    title: escapeText(label, Math.min(limits.text, 100)),
    value: inlinesToMarkdown(value, Math.min(limits.text, 1_000)),
  }));
  if (facts.length === 0) return [];
  return [{ type: 'FactSet', facts }, ...moreNote(section.facts.length - facts.length)];
}

function quote(section: Extract<Section, { kind: 'quote' }>, limits: Limits): Json {
  const title = escapeText(section.title, Math.min(limits.text, 200));
  const items: Json[] = [];
  if (title !== '')
    items.push({ type: 'TextBlock', text: title, weight: 'Bolder', size: 'Small', wrap: true });
  if (section.at !== undefined)
    items.push({
      type: 'TextBlock',
      text: timeText(section.at, 'local'),
      size: 'Small',
      isSubtle: true,
      spacing: 'None',
      wrap: true,
    });
  items.push(...textBlock(richToMarkdown(section.text, limits.text)));
  return { type: 'Container', style: 'emphasis', items };
}

function table(section: Extract<Section, { kind: 'table' }>, limits: Limits): Json[] {
  const width = Math.min(Math.max(section.columns.length, 1), 10);
  const cellMax = Math.min(limits.text, 300);
  const titles = section.columns.slice(0, width).map((title) => escapeText(title, Math.min(limits.text, 60)));
  const rows = section.rows
    .slice(0, limits.rows)
    .map((row) => Array.from({ length: width }, (_, at) => inlinesToMarkdown(row[at] ?? [], cellMax, 'utc')));
  const more = moreNote(section.rows.length - rows.length);
  if (titles.length === 0) return more;
  const drawn: Json = {
    type: 'Table',
    showGridLines: true,
    columns: titles.map(() => ({ width: 1 })),
    rows: [tableRow(titles, true), ...rows.map((cells) => tableRow(cells, false))],
    // For a client that knows no tables: one line a row.
    fallback: {
      type: 'TextBlock',
      wrap: true,
      text: rows.map((cells) => `- ${cells.join(' · ')}`).join('\n') || titles.join(' · '),
    },
  };
  return [drawn, ...more];
}

function tableRow(cells: readonly string[], header: boolean): Json {
  return {
    type: 'TableRow',
    cells: cells.map((text) => ({
      type: 'TableCell',
      items: [{ type: 'TextBlock', text, wrap: true, ...(header ? { weight: 'Bolder' } : {}) }],
    })),
  };
}

function list(section: Extract<Section, { kind: 'list' }>, limits: Limits): Json[] {
  const items = section.items.slice(0, limits.rows).map(({ tone, line }) => ({
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [
      { type: 'Column', width: 'auto', items: [{ type: 'TextBlock', text: '●', color: COLORS[tone] }] },
      {
        type: 'Column',
        width: 'stretch',
        items: [
          { type: 'TextBlock', text: inlinesToMarkdown(line, Math.min(limits.text, 500), 'utc'), wrap: true },
        ],
      },
    ],
  }));
  return [...items, ...moreNote(section.items.length - items.length)];
}

function moreNote(more: number): Json[] {
  return more > 0 ? [note(`… and ${more} more.`)] : [];
}

/** Said beside what it is about, and less loudly. */
export function note(text: string): Json {
  return { type: 'TextBlock', text, isSubtle: true, size: 'Small', wrap: true };
}
