import { readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);

export function page(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The text between this heading and the next of its rank or above; the whole page without a heading. */
export function under(text: string, heading: string): string {
  const rank = /^#+/.exec(heading)?.[0].length ?? 1;
  const from = text.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`no heading ${heading}`);
  const rest = text.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${rank}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** Rows of the tables of a page as their cells; the head and the line under it are left out. */
export function rows(text: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const isRow = line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line);
    const isHead = /^\|[\s:|-]+\|$/.test(lines[index + 1] ?? '');
    if (!isRow || isHead) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    return [cells.map((cell) => cell.trim().replaceAll('\\|', '|'))];
  });
}

/** What stands in backticks. */
export function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code ?? []);
}
