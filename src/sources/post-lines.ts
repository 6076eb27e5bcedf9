import type { Inline, Rich, RichBlock } from '../model/rich.js';

/** How the parts of a Microsoft post begin. Conventions of their writers, not fields (Graph, `posts.description`). */
export const LABELS = [
  'Title',
  'User impact',
  'More info',
  'Current status',
  'Final status',
  'Scope of impact',
  'Start time',
  'End time',
  'Preliminary root cause',
  'Root cause',
  'Estimated time to resolve',
  'Next steps',
  'Next update by',
] as const;

/** `User impact` → `[Uu]ser [Ii]mpact`, but the first letter is always large: `the root cause:` is a sentence's own. */
const ANY_LABEL = LABELS.map((label) =>
  label.replace(/[a-z]/g, (letter, at: number) =>
    label.charAt(at - 1) === ' ' ? `[${letter}${letter.toUpperCase()}]` : letter,
  ),
).join('|');

const LOST = new RegExp(`(?<=\\S)(?=(?:${ANY_LABEL}):)|(?<=[.!?:;)'"”’\\]])\\s+(?=(?:${ANY_LABEL}):)`, 'g');
const GLUED = new RegExp(`[^\\s(\\[{"'](?:${ANY_LABEL}):`);
const GLUED_SENTENCES = /(?<=[a-z0-9)][.!?])(?=[A-Z][a-z'’]* )/g;
const LABEL = new RegExp(`^(?:${ANY_LABEL}):\\s*`);

/**
 * Breaks a paragraph again where its line breaks were lost on the way (`… Microsoft FormsUser Impact: Users …`), and sets
 * the labels in bold. Once a label is glued to the text before it, glued sentences are known to be lost breaks as well.
 */
export function restoreLines(rich: Rich): Rich {
  return rich.flatMap((block): readonly RichBlock[] => {
    if (block.kind !== 'paragraph') return [block];
    return splitAt(block.inlines, lostBreaks(textOf(block.inlines))).map((inlines) =>
      asLine(labelled(inlines)),
    );
  });
}

function lostBreaks(text: string): number[] {
  const found = [...text.matchAll(LOST)].map((match) => match.index + match[0].length);
  if (GLUED.test(text)) for (const match of text.matchAll(GLUED_SENTENCES)) found.push(match.index);
  return [...new Set(found)].filter((at) => at > 0).sort((a, b) => a - b);
}

function textOf(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ('text' in inline ? inline.text : '')).join('');
}

function splitAt(inlines: readonly Inline[], offsets: readonly number[]): Inline[][] {
  const lines: Inline[][] = [];
  let rest: readonly Inline[] = inlines;
  let begun = 0;
  for (const offset of offsets) {
    const [head, tail] = divide(rest, offset - begun);
    lines.push(head);
    rest = tail;
    begun = offset;
  }
  return [...lines, [...rest]].map(trimmed).filter((line) => line.length > 0);
}

function divide(inlines: readonly Inline[], at: number): [Inline[], Inline[]] {
  const head: Inline[] = [];
  const tail: Inline[] = [];
  let seen = 0;
  for (const inline of inlines) {
    const size = 'text' in inline ? inline.text.length : 0;
    if (seen + size <= at) head.push(inline);
    else if (seen >= at || !('text' in inline)) tail.push(inline);
    else {
      head.push({ ...inline, text: inline.text.slice(0, at - seen) });
      tail.push({ ...inline, text: inline.text.slice(at - seen) });
    }
    seen += size;
  }
  return [head, tail];
}

function labelled(inlines: Inline[]): Inline[] {
  const label = LABEL.exec(textOf(inlines))?.[0];
  if (label === undefined) return inlines;
  const [, rest] = divide(inlines, label.length);
  const name: Inline = { text: label.trimEnd(), bold: true };
  const body = trimmed(rest);
  const [first, ...others] = body;
  if (first === undefined) return [name];
  // The blank stands in the plain text, so that a label never sticks to its words.
  return isPlain(first)
    ? [name, { ...first, text: ` ${first.text}` }, ...others]
    : [name, { text: ' ' }, ...body];
}

function isPlain(inline: Inline): inline is { readonly text: string } {
  return 'text' in inline && Object.keys(inline).length === 1;
}

export function trimmed(inlines: readonly Inline[]): Inline[] {
  const kept = [...inlines];
  for (;;) {
    const first = kept[0];
    if (first === undefined || !('text' in first)) break;
    const text = first.text.trimStart();
    if (text === first.text && text !== '') break;
    if (text === '') kept.shift();
    else kept[0] = { ...first, text };
  }
  for (;;) {
    const last = kept.at(-1);
    if (last === undefined || !('text' in last)) break;
    const text = last.text.trimEnd();
    if (text === last.text && text !== '') break;
    if (text === '') kept.pop();
    else kept[kept.length - 1] = { ...last, text };
  }
  return kept;
}

/** Message center sets its headings in brackets: `[How this will affect your organization:]`. */
function asLine(inlines: Inline[]): RichBlock {
  const heading = /^\[([A-Z][^[\]]{2,100}?):?\]:?$/.exec(textOf(inlines))?.[1];
  return heading === undefined
    ? { kind: 'paragraph', inlines }
    : { kind: 'heading', inlines: [{ text: heading }] };
}
