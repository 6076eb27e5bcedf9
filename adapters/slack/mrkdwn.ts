import { safeLink } from '../../src/lib/safe-link.js';
import { utc, type Inline, type Rich } from '../../src/model/rich.js';

const DATE_FORMAT = '{date_short_pretty} {time}';
/** The largest instant a Date can hold, in milliseconds. */
const LAST_INSTANT = 8.64e15;
const URL_MAX = 2_000;

/** Without control, unseen and direction-changing characters, and well formed: what Slack would drop, refuse or be fooled by. */
export function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** Slack's three: with them escaped, no mention, no link and no `<!channel>` can be made of foreign text. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** At most `max` UTF-16 units, `…` at the end when something was cut; never half a character. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${headOf(text, max - 1, (unit) => unit)}…`;
}

/** Escaped text of at most `max` units; never half an entity. */
export function clipEscaped(text: string, max: number): string {
  const whole = escapeText(text);
  return whole.length <= max ? whole : `${headOf(text, max - 1, escapeText)}…`;
}

function headOf(text: string, max: number, write: (character: string) => string): string {
  let out = '';
  for (const character of text) {
    const piece = write(character);
    if (out.length + piece.length > max) break;
    out += piece;
  }
  return out;
}

/** One line a paragraph, heading or item; paragraphs are parted by an empty line. Each line is at most `max` units. */
export function richLines(rich: Rich, max: number): readonly string[] {
  const lines: string[] = [];
  for (const block of rich) {
    if (lines.length > 0) lines.push('');
    if (block.kind === 'list') {
      block.items.forEach((item, i) =>
        lines.push(mrkdwn(bulleted(item, block.ordered ? `${i + 1}.` : '•'), max)),
      );
    } else {
      const inlines = block.kind === 'heading' ? block.inlines.map(emboldened) : block.inlines;
      lines.push(...mrkdwnLines(inlines, max));
    }
  }
  return lines;
}

/** Split where the text itself breaks the line. */
export function mrkdwnLines(inlines: readonly Inline[], max: number): readonly string[] {
  const lines: Inline[][] = [[]];
  for (const inline of inlines) {
    if (!isText(inline)) {
      lines.at(-1)?.push(inline);
      continue;
    }
    tidy(inline.text)
      .split('\n')
      .forEach((text, i) => {
        if (i > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push({ ...inline, text });
      });
  }
  return lines.map((line) => mrkdwn(line, max));
}

/** One line of Slack's markup, at most `max` units, cut between characters and never within a token. */
export function mrkdwn(inlines: readonly Inline[], max: number): string {
  let out = '';
  let afterStyle = false;
  for (const inline of inlines) {
    const piece = written(inline);
    if (piece.text === '') continue;
    const text = `${gap(out, afterStyle, piece)}${piece.text}`;
    if (out.length + text.length > max - 1) {
      return `${out}${headOf(wordsOf(inline), Math.max(0, max - 1 - out.length), escapeText)}…`;
    }
    out += text;
    afterStyle = piece.styled;
  }
  return out;
}

/** The same line without any markup, for headers and code blocks. Not escaped. */
export function plainLine(inlines: readonly Inline[]): string {
  return inlines.map(wordsOf).join('');
}

export function oneLine(text: string): string {
  return tidy(text).replace(/\s+/g, ' ').trim();
}

interface Written {
  readonly text: string;
  readonly styled: boolean;
}

/** Slack styles whole words only; a zero-width space stands between a marker and a letter beside it. */
function gap(out: string, afterStyle: boolean, piece: Written): string {
  const touches = piece.styled ? /[\p{L}\p{N}]$/u.test(out) : afterStyle && /^[\p{L}\p{N}]/u.test(piece.text);
  return touches || (afterStyle && piece.styled) ? '\u200b' : '';
}

function written(inline: Inline): Written {
  if ('time' in inline) return { text: dateToken(inline.time), styled: false };
  if ('command' in inline) return code(wordsOf(inline));
  const bold = inline.bold === true;
  const words = bold ? wordsOf(inline).replace(/\*/g, '∗') : wordsOf(inline);
  const link = inline.href === undefined ? undefined : linkToken(inline.href, words);
  if (link === undefined && inline.code === true) return code(words);
  if (bold || inline.italic === true) return styled(link ?? escapeText(words), bold, inline.italic === true);
  return { text: link ?? linked(words.replace(/```/g, "'''")), styled: false };
}

function styled(text: string, bold: boolean, italic: boolean): Written {
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/.exec(text) ?? [];
  if (inner === '') return { text, styled: false };
  const leaning = italic ? `_${inner}_` : inner;
  const marked = bold ? `*${leaning}*` : leaning;
  return { text: `${before}${marked}${after}`, styled: before === '' || after === '' };
}

function code(words: string): Written {
  const inner = words.replace(/`/g, "'").trim();
  return inner === '' ? { text: '', styled: false } : { text: `\`${escapeText(inner)}\``, styled: true };
}

/** Shown in the reader's zone; where a client cannot, in UTC. */
export function dateToken(time: number): string {
  const words = instantWords(time);
  if (!Number.isFinite(time) || time < 0 || time > LAST_INSTANT) return words;
  return `<!date^${Math.floor(time / 1_000)}^${DATE_FORMAT}|${words}>`;
}

function instantWords(time: number): string {
  return Number.isFinite(time) && Math.abs(time) <= LAST_INSTANT ? utc(time) : 'at an unknown time';
}

function linkToken(href: string, words: string): string | undefined {
  const url = safeUrl(href);
  if (url === undefined) return undefined;
  return words.trim() === '' ? `<${url}>` : `<${url}|${escapeText(words)}>`;
}

/** The address as Slack's link token takes it, or undefined when it is not one people may be sent to. */
export function safeUrl(href: string): string | undefined {
  const address = safeLink(href)?.href;
  if (address === undefined) return undefined;
  const url = escapeText(address.replace(/\|/g, '%7C').replace(/</g, '%3C').replace(/>/g, '%3E'));
  return url.length > URL_MAX ? undefined : url;
}

/** Bare addresses become links: Slack does not do it itself in verbatim text. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>|"'`\\^{}]*[\w/])/)
    .map((part, i) => (i % 2 === 1 ? bareLink(part) : escapeText(part)))
    .join('');
}

function bareLink(address: string): string {
  return address.length < URL_MAX && URL.canParse(address) ? `<${escapeText(address)}>` : escapeText(address);
}

function wordsOf(inline: Inline): string {
  return 'time' in inline ? instantWords(inline.time) : tidy(inline.text).replace(/\n/g, ' ');
}

function bulleted(item: readonly Inline[], mark: string): readonly Inline[] {
  return [{ text: `${mark} ` }, ...item];
}

function emboldened(inline: Inline): Inline {
  return isText(inline) ? { ...inline, bold: true } : inline;
}

function isText(inline: Inline): inline is Extract<Inline, { bold?: boolean }> {
  return !('time' in inline) && !('command' in inline);
}
