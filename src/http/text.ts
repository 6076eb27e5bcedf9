import type { Card, Section } from '../model/card.js';
import { inlinesToText, richToText, utc } from '../model/rich.js';

/** A card as plain text, for the API's `text` and whoever pipes it on. */
export function cardToText(card: Card): string {
  const parts = [
    `${card.badge === undefined ? '' : `[${card.badge}] `}${card.title}`,
    ...card.sections.map(sectionText),
    ...(card.footer === undefined ? [] : [inlinesToText(card.footer)]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function sectionText(section: Section): string {
  switch (section.kind) {
    case 'text':
      return richToText(section.text);
    case 'facts':
      return section.facts.map(({ label, value }) => `${label}: ${inlinesToText(value)}`).join('\n');
    case 'quote': {
      const head = section.at === undefined ? section.title : `${section.title}, ${utc(section.at)}`;
      return [head, ...richToText(section.text).split('\n')].join('\n> ');
    }
    case 'table':
      return table([section.columns, ...section.rows.map((row) => row.map(inlinesToText))]);
    case 'list':
      return section.items.map(({ line }) => `- ${inlinesToText(line)}`).join('\n');
    case 'chart':
      return `${section.title}: ${section.alt}`;
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
