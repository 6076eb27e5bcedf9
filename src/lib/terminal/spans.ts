import { isInstant, UNKNOWN_TIME, type Inline } from '../../model/rich.js';
import { split, widthOf } from './width.js';

/** A run of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Style = 'none' | 'bold' | 'dim' | 'italic' | 'code' | 'command' | 'link';

/** The inlines of a card as runs of plain text: times in the reader's zone, a link's address where it says more than its text. */
export function spansOf(inlines: readonly Inline[], timeZone: string): readonly Span[] {
  return inlines.flatMap((inline): readonly Span[] => {
    if ('time' in inline) return [{ text: timeText(inline.time, timeZone), style: 'none' }];
    const text = clean(inline.text);
    if ('command' in inline) return [{ text, style: 'command' }];
    const style =
      inline.code === true
        ? 'code'
        : inline.bold === true
          ? 'bold'
          : inline.italic === true
            ? 'italic'
            : 'none';
    if (inline.href === undefined) return [{ text, style }];
    const address = clean(inline.href);
    const shown: Span = { text, style: 'link' };
    return address === text ? [shown] : [shown, { text: ` <${address}>`, style: 'dim' }];
  });
}

/** `2026-11-21 04:10 CET` */
export function timeText(at: number, timeZone: string): string {
  if (!isInstant(at)) return UNKNOWN_TIME;
  const parts = formatFor(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((found) => found.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formats.set(timeZone, made);
  return made;
}

/** Foreign text must not move the cursor, colour the screen, turn the reading direction of what follows, or be half a character. */
export function clean(text: string): string {
  return text
    .replace(/[\n\r\t\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** Lines of at most `columns`, broken at blanks; a word that is longer than a line is cut. */
export function wrap(spans: readonly Span[], columns: number): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  let used = 0;
  const makeRoom = (width: number): void => {
    if (used === 0 || used + width <= columns) return;
    lines.push([]);
    used = 0;
  };
  for (const pieces of unbroken(wordsOf(spans, columns))) {
    makeRoom(pieces.reduce((sum, { text }) => sum + widthOf(text), 0));
    for (const piece of pieces) {
      makeRoom(widthOf(piece.text));
      if (isBlank(piece) && used === 0) continue;
      lines.at(-1)?.push(piece);
      used += widthOf(piece.text);
    }
  }
  return lines.map(trimEnd);
}

/** Words with what stands right beside them: a comma after a bold word stays on its line. */
function unbroken(words: readonly Span[]): readonly (readonly Span[])[] {
  const groups: Span[][] = [];
  for (const word of words) {
    const before = groups.at(-1)?.at(-1);
    if (before !== undefined && !isBlank(before) && !isBlank(word)) groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups;
}

function isBlank({ text }: Span): boolean {
  return text.trim() === '';
}

/** A web address is never broken: it would no longer be one. */
const ADDRESS = /^<?https?:/;

function wordsOf(spans: readonly Span[], columns: number): readonly Span[] {
  return spans.flatMap(({ text, style }) =>
    text
      .split(/(\s+)/)
      .filter((word) => word !== '')
      .flatMap((word) => (widthOf(word) > columns && !ADDRESS.test(word) ? split(word, columns) : [word]))
      .map((word) => ({ text: word.trim() === '' ? ' ' : word, style })),
  );
}

function trimEnd(line: readonly Span[]): readonly Span[] {
  const last = line.findLastIndex((span) => !isBlank(span));
  return line.slice(0, last + 1);
}
