import type { Inline, Rich, RichBlock } from '../model/rich.js';

// Control characters, those that turn the reading direction, and those that nobody sees: they are only ever there to deceive.
const UNSEEN =
  /(?![\n\t])\p{Cc}|\p{Bidi_Control}|[\u00AD\u200B\u2060-\u2064\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** Foreign text without what could not be stored or would mislead. Line breaks are `\n`. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(UNSEEN, '')
    .replace(/\u00A0/g, ' ');
}

/** One clean line of at most `max` characters, the last of which is an ellipsis when it was cut. */
export function line(value: unknown, max: number): string {
  return typeof value === 'string'
    ? cut(
        clean(value.slice(0, max * 8))
          .replace(/\s+/g, ' ')
          .trim(),
        max,
      )
    : '';
}

/** Cut to at most `max` characters with an ellipsis; never within a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, Math.max(0, max - 1));
  return `${kept.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}

/** The first `max` characters of rich text, markup kept, with an ellipsis where it was cut. */
export function cutRich(rich: Rich, max: number): Rich {
  const kept: RichBlock[] = [];
  let left = max;
  for (const block of rich) {
    if (left <= 0) return elided(kept);
    if (block.kind !== 'list') {
      const inlines = cutInlines(block.inlines, left);
      left -= lengthOf(block.inlines);
      kept.push({ ...block, inlines });
      continue;
    }
    const items: (readonly Inline[])[] = [];
    for (const item of block.items) {
      if (left <= 0) break;
      items.push(cutInlines(item, left));
      left -= lengthOf(item);
    }
    kept.push({ ...block, items });
    if (items.length < block.items.length) return elided(kept);
  }
  return kept;
}

function elided(blocks: readonly RichBlock[]): Rich {
  const last = blocks.at(-1);
  const inlines = last?.kind === 'list' ? last.items.at(-1) : last?.inlines;
  const end = inlines?.at(-1);
  if (end !== undefined && 'text' in end && end.text.endsWith('…')) return blocks;
  return [...blocks, { kind: 'paragraph', inlines: [{ text: '…' }] }];
}

function cutInlines(inlines: readonly Inline[], max: number): readonly Inline[] {
  const kept: Inline[] = [];
  let left = max;
  for (const inline of inlines) {
    if (!('text' in inline)) {
      kept.push(inline);
      continue;
    }
    if (left <= 0) return endWithEllipsis(kept);
    kept.push(inline.text.length > left ? { ...inline, text: cut(inline.text, left) } : inline);
    if (inline.text.length > left) return kept;
    left -= inline.text.length;
  }
  return kept;
}

function endWithEllipsis(inlines: readonly Inline[]): readonly Inline[] {
  const last = inlines.at(-1);
  return last !== undefined && 'text' in last
    ? [
        ...inlines.slice(0, -1),
        { ...last, text: `${last.text.slice(0, -1).replace(/[\uD800-\uDBFF]$/, '')}…` },
      ]
    : inlines;
}

export function lengthOf(inlines: readonly Inline[]): number {
  return inlines.reduce((sum, inline) => sum + ('text' in inline ? inline.text.length : 0), 0);
}
