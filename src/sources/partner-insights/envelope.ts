import type { Explanation, HttpAnswer } from '../../lib/http.js';
import { line } from '../text.js';

/** What every operation answers with (Partner Center, programmatic access to Insights). */
export interface Envelope {
  readonly value: readonly Readonly<Record<string, unknown>>[];
  /** The same with keys as they came: names of columns are the data's own. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly nextLink: string | undefined;
  readonly message: string;
  /** The service's own number; undefined where it gives none. It may differ from the HTTP status. */
  readonly statusCode: number | undefined;
  readonly dataRedacted: boolean;
}

/**
 * Reads an answer tolerantly. The documentation's own samples have keys in two casings and with stray blanks, commas
 * before a closing bracket, and a line of text before the object: those are mended, and nothing else. Undefined for
 * whatever is no envelope after that.
 */
export function readEnvelope(body: string): Envelope | undefined {
  const raw = parse(body);
  const parsed = normalised(raw);
  if (!isObject(raw) || !isObject(parsed)) return undefined;
  const { value, nextLink, message, statusCode, dataRedacted, totalCount } = parsed;
  const known = [value, message, statusCode, totalCount].some((part) => part !== undefined);
  if (!known || isObject(parsed['error'])) return undefined;
  return {
    value: rowsOf(value),
    rows: rowsOf(Object.entries(raw).find(([key]) => keyOf(key) === 'value')?.[1]),
    nextLink: typeof nextLink === 'string' && nextLink.trim() !== '' ? nextLink.trim() : undefined,
    message: typeof message === 'string' ? message : '',
    statusCode: numberIn(statusCode),
    dataRedacted: dataRedacted === true,
  };
}

/** An error in either style: the envelope's `message`, or Partner Center's `{ error: { code, message } }`. */
export function explainRefusal(answer: HttpAnswer): Explanation {
  const body = normalised(parse(answer.body.toString('utf8')));
  const requestId = answer.headers['ms-requestid'] ?? answer.headers['ms-correlationid'] ?? answer.requestId;
  const id = requestId === undefined ? {} : { requestId };
  if (!isObject(body)) return id;
  const error = isObject(body['error']) ? body['error'] : body;
  const words = line(error['message'] ?? error['description'], 300);
  const code = line(error['code'], 60);
  const said = [code, words].filter((part) => part !== '').join(': ');
  return { ...id, ...(said === '' ? {} : { words: withoutLinks(said) }), ...adviceOf(words) };
}

/** What the service's known texts mean for the person who asked (FAQ of programmatic access). */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/start ?time/i, 'The start must be at least 4 hours ahead, written in UTC.'],
  [
    /recurrence ?interval|between 4 and 2160/i,
    'The interval is 4 to 2160 hours, and at least the dataset’s own minimum.',
  ],
  [
    /table name/i,
    'The dataset after FROM is unknown: names are spelt as Microsoft spells them, mistakes included.',
  ],
  [/column name/i, 'A column is unknown in that dataset.'],
  [/query ?id/i, 'There is no such query: `queries` lists those there are.'],
  [
    /internal error/i,
    'Mostly a date that the service cannot read; else quote the correlation id to Microsoft.',
  ],
];

function adviceOf(words: string): { advice?: string } {
  const advice = ADVICE.find(([pattern]) => pattern.test(words))?.[1];
  return advice === undefined ? {} : { advice };
}

/** A pre-signed link must not travel inside somebody's error text. */
function withoutLinks(text: string): string {
  return text.replace(/https?:\/\/\S+/gi, '[link]');
}

function parse(body: string): unknown {
  const text = body.replace(/^\uFEFF/, '').trim();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A web page holds braces too; it is nothing to mend.
    if (text.startsWith('<')) return undefined;
  }
  const begin = text.search(/[{[]/);
  if (begin < 0) return undefined;
  try {
    return JSON.parse(withoutTrailingCommas(text.slice(begin))) as unknown;
  } catch {
    return undefined;
  }
}

/** Commas before a closing bracket, outside of strings. */
function withoutTrailingCommas(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (found) => (found === ',' ? '' : found));
}

function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const rows: unknown[] = Array.isArray(value) ? (value as unknown[]) : [value];
  return rows.filter(isObject);
}

/** Keys without blanks around them and beginning in lower case, at every depth. */
function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [keyOf(key), normalised(inner)]));
}

function keyOf(key: string): string {
  const trimmed = key.trim();
  return trimmed.charAt(0).toLowerCase() + trimmed.slice(1);
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
