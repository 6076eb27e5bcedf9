import { safeLink } from '../../src/lib/safe-link.js';

/** Everything but characters of text: line breaks too, which must not get into a header. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

export function hasUnsafe(text: string): boolean {
  return UNSAFE.test(text);
}

/** What takes room and is not seen; joiners stay, letters and emoji are made with them. */
const UNSEEN = /[\u200b\u200e\u200f\u2060-\u2064\ufeff]/g;

/** One well-formed line without control characters, what is not seen, and marks that turn the direction of text. */
export function oneLine(text: string): string {
  return text
    .replace(UNSEEN, '')
    .replace(UNSAFE_ALL, (mark) => (/[\s\u0085]/.test(mark) ? ' ' : ''))
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
}

/** The same, with its line breaks. */
export function lines(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** At most `max` UTF-16 units, `…` at the end when something was cut; never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}

/** Text as HTML shows it, also within an attribute's quotes. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** An address that people may be sent to, or undefined. */
export function safeHref(href: string): string | undefined {
  return href.length > 2_000 ? undefined : safeLink(href)?.href;
}
