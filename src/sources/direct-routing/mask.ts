import { cut } from '../text.js';
import type { Privacy } from '../source.js';
import { tidy } from './text.js';

const STARS = '***';

/** A number as it may be shown: the first digits and the last two, nothing at all, or as it came. Graph's own mask stays. */
export function shownNumber(number: string, how: Privacy['numbers']): string {
  const text = tidy(number, 60);
  if (text === '' || how === 'hide') return '';
  if (how === 'show') return text;
  const tail = /\d{2}$/.exec(text)?.[0] ?? '';
  const digits = text.replace(/\D/g, '').length;
  if (digits === 0) return `${text.slice(0, 1)}${STARS}`;
  // Of a short number nothing but its beginning may be left, or all of it would be told.
  if (digits < 9) return `${text.slice(0, text.startsWith('+') ? 2 : 1)}${STARS}`;
  return `${text.slice(0, text.startsWith('+') ? 5 : 4)}${STARS}${tail}`;
}

/** Of a person: `ad***@contoso.com`, `Ad***`. A telephone in a lobby has its number for a name. */
export function shownUser(name: string, { numbers, users }: Privacy): string {
  if (users === 'hide') return '';
  const text = withoutNumbers(tidy(name, 120), numbers);
  if (text === '' || users === 'show') return text;
  const at = text.lastIndexOf('@');
  return at > 0 ? `${text.slice(0, 2)}${STARS}${text.slice(at)}` : `${text.slice(0, 2)}${STARS}`;
}

/** The free text of the codes: it may hold numbers, addresses and names of hosts, or anything else. */
export function shownPhrase(phrase: string, privacy: Privacy): string {
  const text = withoutNumbers(tidy(phrase, 600), privacy.numbers);
  if (privacy.users === 'show') return cut(text, 200);
  const hidden = text.replace(/[\w.+*-]+@[\w.-]+/g, (address) => shownUser(address, privacy) || STARS);
  return cut(hidden, 200);
}

/** Six digits are a code of Microsoft's. */
function withoutNumbers(text: string, how: Privacy['numbers']): string {
  if (how === 'show') return text;
  return text.replace(/(?<!\w)(?:\+\d[\d ().-]{5,}\d|\d[\d().-]{5,}\d)/g, (number) =>
    /^\d{6}$/.test(number) ? number : shownNumber(number, how) || STARS,
  );
}
