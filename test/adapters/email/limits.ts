import { Parser } from 'htmlparser2';
import type { Mail } from '../../../adapters/email/render.js';

/** Gmail hides what follows. */
const HTML_MAX = 102_000;
const TEXT_MAX = 61_000;
/** RFC 5322, 2.1.1: of a line, without its end. */
const HEADER_MAX = 998;

/** What a mail server, a mail program or a reader could not take; empty when nothing. */
export function problemsOfMail(mail: Mail): readonly string[] {
  const problems = foreignIn(mail.html);
  if (Buffer.byteLength(mail.html) > HTML_MAX) problems.push(`${Buffer.byteLength(mail.html)} bytes of HTML`);
  if (mail.text.length > TEXT_MAX) problems.push(`${mail.text.length} characters of text`);
  for (const [name, value] of Object.entries({ subject: mail.subject, ...mail.headers })) {
    if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) problems.push(`${name} of more than one line`);
    if (Buffer.byteLength(value) > HEADER_MAX) problems.push(`${name}: ${Buffer.byteLength(value)} bytes`);
  }
  for (const part of [mail.html, mail.text]) {
    const found = /\p{Cs}|(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.exec(part);
    if (found !== null)
      problems.push(`a control character: ${JSON.stringify(part.slice(found.index - 40, found.index + 5))}`);
  }
  if (mail.subject.trim() === '') problems.push('no subject');
  return problems;
}

const OURS = new Set(
  'html head meta title style body div table tr td th h1 h2 p b i a code ul ol li span br img'.split(' '),
);
const ALONE = ['meta', 'br', 'img'];

/** What stands in the HTML that we did not mean to write, and what was not closed. */
function foreignIn(html: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!OURS.has(name)) found.push(name);
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) found.push(`${name} ${key}`);
        if (key === 'src' && !value.startsWith('cid:')) found.push(`${name} ${key}=${value}`);
        if (key === 'href' && !/^(https?|mailto):/.test(value)) found.push(`${name} ${key}=${value}`);
      }
      if (!ALONE.includes(name)) open.push(name);
    },
    onclosetag(name) {
      if (!ALONE.includes(name) && open.pop() !== name) found.push(`/${name}`);
    },
    oncomment: (text) => void found.push(`comment ${text}`),
  });
  parser.end(html);
  return [...found, ...open];
}
