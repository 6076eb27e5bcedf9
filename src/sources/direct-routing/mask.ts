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

/** Of a person: `ad***@contoso.com`, `Ad***`. */
export function shownUser(name: string, how: Privacy['users']): string {
  const text = tidy(name, 120);
  if (text === '' || how === 'hide') return '';
  if (how === 'show') return text;
  const at = text.lastIndexOf('@');
  return at > 0 ? `${text.slice(0, 2)}${STARS}${text.slice(at)}` : `${text.slice(0, 2)}${STARS}`;
}

/** The free text of the codes: it may hold numbers, addresses and names of hosts, or anything else. */
export function shownPhrase(phrase: string, privacy: Privacy): string {
  let text = tidy(phrase, 600);
  if (privacy.users !== 'show')
    text = text.replace(/[\w.+-]+@[\w.-]+/g, (address) => shownUser(address, privacy.users) || STARS);
  if (privacy.numbers !== 'show')
    text = text.replace(/(?<!\w)\+?\d[\d().-]{5,}\d/g, (number) =>
      /^\d{6}$/.test(number) ? number : shownNumber(number, privacy.numbers) || STARS,
    );
  return cut(text, 200);
}
