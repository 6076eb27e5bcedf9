import type { Inline } from '../../src/model/rich.js';
import { clip, escapeText, mrkdwn, oneLine, plainLine } from './mrkdwn.js';

type Row = readonly (readonly Inline[])[];

/** A code block wider than this wraps on a laptop, and then it is no table any more. */
const WIDTH_MAX = 72;
const FENCE = '```';

/** Aligned columns in code blocks when they are narrow enough; else one line a row, each value with its column's name. */
export function tableTexts(
  columns: readonly string[],
  rows: readonly Row[],
  max: number,
): readonly { readonly code: boolean; readonly text: string }[] {
  const heads = columns.map(oneLine);
  const cells = rows.map((row) => row.map((cell) => oneLine(plainLine(cell)).replace(/`/g, "'")));
  const widths = widthsOf([heads, ...cells]);
  if (rows.length === 0) {
    const names = heads.filter((head) => head !== '').join(' · ');
    return names === '' ? [] : [{ code: false, text: mrkdwn([{ text: `${names}: nothing to show` }], max) }];
  }
  if (total(widths) > WIDTH_MAX) return [{ code: false, text: rowLines(heads, rows, max).join('\n') }];
  return codeBlocks([aligned(heads, widths), ...cells.map((row) => aligned(row, widths))], max);
}

function rowLines(heads: readonly string[], rows: readonly Row[], max: number): readonly string[] {
  return rows.map((row) =>
    mrkdwn(
      row.flatMap((cell, i) => labelled(heads[i] ?? '', cell, i === 0)),
      max,
    ),
  );
}

function labelled(head: string, cell: readonly Inline[], first: boolean): readonly Inline[] {
  if (first) return [{ text: '• ' }, ...cell];
  return [{ text: head === '' ? ' · ' : ` · ${clip(head, 60)}: ` }, ...cell];
}

function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, 0);
}

function aligned(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd();
}

function codeBlocks(lines: readonly string[], max: number): readonly { code: true; text: string }[] {
  const blocks: string[] = [];
  let current = '';
  for (const line of lines.map(escapeText)) {
    if (current !== '' && current.length + line.length + 2 * FENCE.length + 3 > max) {
      blocks.push(current);
      current = line;
    } else {
      current = current === '' ? line : `${current}\n${line}`;
    }
  }
  return [...blocks, current]
    .filter((text) => text.trim() !== '')
    .map((text) => ({ code: true, text: `${FENCE}\n${text}\n${FENCE}` }));
}
