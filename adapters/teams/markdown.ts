import { safeLink } from '../../src/lib/safe-link.js';
import type { Inline, Rich, RichBlock } from '../../src/model/rich.js';

/**
 * Text as the Markdown of an Adaptive Card: bold, italic, links and lists, and nothing else. Whatever a text contains, it
 * cannot become a link, a mention, emphasis, a list or a date function.
 */
const JOINER = '\u2060';
/** No link is worth more than this; a longer one is shown as its text alone. */
const MAX_HREF = 2_000;

/** How the reader is told a time: `local` also in the reader's own zone, where the client can. */
export type TimeStyle = 'utc' | 'local';

export function richToMarkdown(rich: Rich, max: number): string {
  const blocks: string[] = [];
  let left = max;
  for (const block of rich) {
    if (left <= 0) {
      blocks.push('…');
      break;
    }
    const { text, used } = blockToMarkdown(block, left);
    if (text !== '') blocks.push(text);
    left -= used;
  }
  return blocks.join('\n\n');
}

function blockToMarkdown(block: RichBlock, max: number): { readonly text: string; readonly used: number } {
  if (block.kind !== 'list') {
    const { text, used } = write(block.inlines, max, 'local');
    if (text === '') return { text, used };
    return { text: block.kind === 'heading' ? `**${text.replaceAll('**', '')}**` : text, used };
  }
  const lines: string[] = [];
  let total = 0;
  for (const [index, item] of block.items.entries()) {
    if (total >= max) {
      lines.push('- …');
      break;
    }
    const { text, used } = write(item, max - total, 'local');
    total += used + 2;
    lines.push(`${block.ordered ? `${index + 1}.` : '-'} ${text}`);
  }
  return { text: lines.join('\n'), used: total };
}

/** One line. `max` counts the characters that people see. */
export function inlinesToMarkdown(
  inlines: readonly Inline[],
  max: number,
  times: TimeStyle = 'local',
): string {
  return write(inlines, max, times).text;
}

function write(inlines: readonly Inline[], max: number, times: TimeStyle): { text: string; used: number } {
  let text = '';
  let left = max;
  let hrefs = Math.max(MAX_HREF, max);
  for (const inline of inlines) {
    if (left <= 0) {
      text += '…';
      break;
    }
    if ('time' in inline) {
      text += timeText(inline.time, times);
      left -= 20;
    } else {
      const shown = shorten(inline.text, left);
      left -= Math.max(shown.length, 1);
      if ('command' in inline) {
        text += escape(shown);
        continue;
      }
      const href = inline.href === undefined ? undefined : safeHref(inline.href, hrefs);
      hrefs -= href?.length ?? 0;
      text += styled(shown, inline, href);
    }
  }
  // A line may not begin with what begins a list, a heading, a quote or a rule.
  return { text: escapeStart(text.trim()), used: max - left };
}

interface Marks {
  readonly bold?: boolean;
  readonly italic?: boolean;
}

function styled(text: string, { bold, italic }: Marks, href: string | undefined): string {
  const [, before = '', core = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (core === '') return text;
  let marked = escape(core);
  if (href !== undefined) marked = `[${marked.replace(/([[\]])/g, '\\$1')}](${href})`;
  if (italic === true) marked = `_${marked}_`;
  if (bold === true) marked = `**${marked}**`;
  return `${before}${marked}${after}`;
}

/** `2026-11-21 03:10 UTC ({{TIME(…)}} local)`: the function becomes the hour on the reader’s own clock. */
export function timeText(time: number, times: TimeStyle): string {
  const iso = isoSecond(time);
  if (iso === undefined) return 'an unknown time';
  const utc = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  return times === 'utc' ? utc : `${utc} ({{TIME(${iso})}} local)`;
}

/** The one form that the functions take: `2026-11-21T03:10:00Z`. */
function isoSecond(time: number): string | undefined {
  // The years that ISO 8601 writes with four digits.
  if (!Number.isFinite(time) || time < -62_135_596_800_000 || time > 253_402_300_799_000) return undefined;
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Text that came from anywhere, for a place that shows Markdown. */
export function escapeText(text: string, max: number): string {
  return escapeStart(escape(shorten(text, max)).trim());
}

/** One line without control characters, marks that turn the direction of text, and halves of characters. */
export function clean(text: string): string {
  return text
    .replace(/(?!\s)\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** Without halves of characters, which no JSON may carry. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** A clean line of at most `max` characters; what is far beyond them is looked at only where nothing much is to be seen before. */
export function shorten(text: string, max: number): string {
  const near = clean(text.slice(0, max * 4 + 100));
  return cut(near.length < max && text.length > max * 4 + 100 ? clean(text) : near, max);
}

export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text.slice(0, Math.max(max - 1, 0)).replace(/[\ud800-\udbff]$/, '');
  return `${short.trimEnd()}…`;
}

function escape(text: string): string {
  return (
    text
      .replace(/[\\*`~]/g, '\\$&')
      // Within a word an underscore means nothing: names of services stay as they are.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      // `[text](address)`, `[text]: address`, `[text][name]`: never complete, not even
      // with what is written after this.
      .replace(/\](?=[([:]|$)/g, `]${JOINER}`)
      // `<at>` (a mention), `<https:…>` (a link), HTML.
      .replace(/<(?=[\p{L}/!?]|$)/gu, `<${JOINER}`)
      .replace(/&(?=#?\w*(?:;|$))/g, `&${JOINER}`)
      // `{{DATE(…)}}`
      .replace(/\{(?=\{|$)/g, `{${JOINER}`)
  );
}

function escapeStart(text: string): string {
  return text.replace(/^([-+#>=|])/, '\\$1').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

function safeHref(href: string, max: number): string | undefined {
  const url = href.length > MAX_HREF ? undefined : safeLink(href);
  if (url === undefined) return undefined;
  const address = url.href.replace(/[()<>"'\\\s*_[\]`{}|~]/g, (mark) =>
    mark === '_' || mark === '~'
      ? mark
      : `%${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return address.length > Math.min(max, MAX_HREF) ? undefined : address;
}

/** A link that a button may open, or undefined. */
export function buttonHref(href: string): string | undefined {
  return safeHref(href, MAX_HREF);
}
