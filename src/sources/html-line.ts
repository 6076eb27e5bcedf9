import type { Inline } from '../model/rich.js';
import { trimmed } from './post-lines.js';

/** The line that is being read: its words, each in the style and link of the tags around it. */
export interface Line {
  add(text: string): void;
  /** A tag opens (1) or closes (-1); most set no style. */
  style(tag: string, by: 1 | -1): void;
  /** Undefined: a link that nobody may be sent to. */
  openLink(href: string | undefined): void;
  closeLink(): void;
  isEmpty(): boolean;
  /** What stands in it; the next line begins. */
  take(): Inline[];
}

export function openLine(): Line {
  const links: (string | undefined)[] = [];
  const depth = { bold: 0, italic: 0, code: 0 };
  let inlines: Inline[] = [];
  return {
    add(text) {
      const last = inlines.at(-1);
      const before = last !== undefined && 'text' in last ? last.text : '';
      const words = text.replace(/\s+/g, ' ');
      const joined = before === '' || before.endsWith(' ') ? words.trimStart() : words;
      if (joined === '') return;
      const href = links.at(-1);
      inlines.push({
        text: joined,
        ...(depth.bold > 0 ? { bold: true } : {}),
        ...(depth.italic > 0 ? { italic: true } : {}),
        ...(depth.code > 0 ? { code: true } : {}),
        ...(href === undefined ? {} : { href }),
      });
    },
    style(tag, by) {
      const style = STYLES.get(tag);
      if (style !== undefined) depth[style] += by;
    },
    openLink: (href) => void links.push(href),
    closeLink: () => void links.pop(),
    isEmpty: () => trimmed(inlines).length === 0,
    take() {
      const done = merged(trimmed(inlines));
      inlines = [];
      return done;
    },
  };
}

const STYLES: ReadonlyMap<string, 'bold' | 'italic' | 'code'> = new Map([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['code', 'code'],
  ['tt', 'code'],
]);

/** Neighbours of one style as one piece. */
function merged(inlines: readonly Inline[]): Inline[] {
  const kept: Inline[] = [];
  for (const inline of inlines) {
    const last = kept.at(-1);
    if (last !== undefined && 'text' in last && 'text' in inline && sameStyle(last, inline)) {
      kept[kept.length - 1] = { ...last, text: last.text + inline.text };
    } else kept.push(inline);
  }
  return kept;
}

function sameStyle(a: Inline, b: Inline): boolean {
  return JSON.stringify({ ...a, text: '' }) === JSON.stringify({ ...b, text: '' });
}
