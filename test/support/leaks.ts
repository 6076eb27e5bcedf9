import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Something that must not be seen outside. */
export interface Secret {
  /** For people: `the client secret of contoso`. */
  readonly name: string;
  readonly value: string;
}

/** Words that somebody could read. */
export interface Heard {
  /** Where: `the log`, `Slack`. */
  readonly where: string;
  readonly text: string;
}

/** Fixtures that stand for secrets, wherever tests use them. */
const FIXTURES: readonly Secret[] = [
  { name: 'the client secret of the sandbox', value: 'sandbox~only.Kx7-nothing-behind-it' },
];

/**
 * After all tests (`globalTeardown` of jest.config): what the programs under test printed and posted in the whole run is read.
 * Throws, and the run fails, when a secret is in it.
 */
export default function afterAllTests(): void {
  // Read here: what Jest loads beside the tests cannot import from its neighbours.
  const folder = process.env['TOCSIN_TESTS'];
  if (folder === undefined) return;
  const all = readdirSync(join(folder, 'heard')).flatMap((file) => heardIn(join(folder, 'heard', file)));
  rmSync(folder, { recursive: true, force: true });
  const leaks = leaksIn(all, FIXTURES);
  if (leaks.length > 0) throw new Error(`A program said what it must not:\n${leaks.slice(0, 20).join('\n')}`);
}

function heardIn(file: string): readonly Heard[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Heard);
}

/** What is a secret by its looks, whoever made it. */
const LOOKS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'a JSON web token', pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\./g },
  { name: 'a bearer token', pattern: /\bBearer [\w.~+/-]{16,}/gi },
  { name: 'a signed link', pattern: /[?&](?:sig|sv|se|x-amz-signature)=[^"\s]{4,}/gi },
  { name: 'a Slack token', pattern: /\bx(?:ox[a-z]|app)-[\w-]{6,}/g },
  { name: 'a refresh token', pattern: /\b[01]\.A[\w-]{40,}/g },
  { name: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g },
  // The end of a number that Graph or we masked are stars.
  { name: 'a whole telephone number', pattern: /(?<![\w+])\+[1-9]\d{7,14}(?![\d*])/g },
];

/** Each secret that was found, with where it stood and what stood around it. */
export function leaksIn(heard: readonly Heard[], secrets: readonly Secret[]): readonly string[] {
  const known = secrets.flatMap(({ name, value }) =>
    formsOf(value).map((form) => ({ name, pattern: new RegExp(escaped(form), 'g') })),
  );
  return heard.flatMap(({ where, text }) =>
    [...known, ...LOOKS].flatMap(({ name, pattern }) => {
      const found = [...text.matchAll(pattern)];
      const [first] = found;
      return first === undefined
        ? []
        : [`${name} in ${where}, ${found.length} times: ${around(text, first)}`];
    }),
  );
}

/** As it is, and as addresses, JSON, web pages and headers write it. */
function formsOf(value: string): readonly string[] {
  return [
    ...new Set([
      value,
      encodeURIComponent(value),
      new URLSearchParams({ value }).toString().slice('value='.length),
      JSON.stringify(value).slice(1, -1),
      value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
      ...[0, 1, 2].map((shift) => base64Within(value, shift)),
    ]),
  ];
}

/** What is the same of it in base64, whatever `shift` bytes stand before it: `Basic` joins a name to the password. */
function base64Within(value: string, shift: number): string {
  const before = Buffer.alloc(shift, 'x');
  const text = Buffer.concat([before, Buffer.from(value)])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(Math.ceil((shift * 4) / 3), -2);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function around(text: string, { index, 0: found }: RegExpExecArray): string {
  return text.slice(Math.max(0, index - 60), index + Math.min(found.length, 24) + 20).replace(/\s+/g, ' ');
}
