/**
 * Text with the little markup that every channel can show. Foreign HTML is parsed into this once, at the border
 * (src/sources/html.ts), and each adapter writes it in its platform's own way.
 */
export type Rich = readonly RichBlock[];

export type RichBlock =
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'heading'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

export type Inline =
  | {
      readonly text: string;
      readonly bold?: boolean;
      readonly italic?: boolean;
      readonly code?: boolean;
      /** https, http or mailto only: the border drops every other scheme. */
      readonly href?: string;
    }
  /** A point in time, shown in the reader's zone where the platform can; `relative` adds nothing but the date style. */
  | { readonly time: number }
  /** A chat command as a clickable id where the platform can; plain text elsewhere. */
  | { readonly command: string; readonly text: string };

export function plain(text: string): Rich {
  return [{ kind: 'paragraph', inlines: [{ text }] }];
}

/** The text alone, one line a block, times in UTC. */
export function richToText(rich: Rich): string {
  return rich
    .map((block) =>
      block.kind === 'list'
        ? block.items
            .map((item, i) => `${block.ordered ? `${i + 1}.` : '-'} ${inlinesToText(item)}`)
            .join('\n')
        : inlinesToText(block.inlines),
    )
    .join('\n');
}

export function inlinesToText(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ('time' in inline ? utc(inline.time) : inline.text)).join('');
}

/** `2026-11-21 03:10 UTC` */
export function utc(time: number): string {
  if (!isInstant(time)) return UNKNOWN_TIME;
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export const UNKNOWN_TIME = 'an unknown time';

/** A number that a calendar knows: ECMAScript's time values end 100 million days from 1970. */
export function isInstant(time: number): boolean {
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15;
}
