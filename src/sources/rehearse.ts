import { Fault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Instant } from '../model/time.js';
import { answerOf, type Answer, type ReadList } from './communications.js';
import { toIso } from './dates.js';
import { lowered } from './rows.js';

/** A body that was handed over instead of sent. */
export interface GivenBody {
  readonly rows: readonly GivenRow[];
  /** Of OData: `…/$metadata#admin/serviceAnnouncement/issues`; empty where it is left out. */
  readonly context: string;
  /** One thing, and not a list. */
  readonly single: boolean;
}

export type GivenRow = Readonly<Record<string, unknown>>;

/** Reads a list, one thing, or a bare array of rows. Keys begin in lower case. Throws `api.unreadable`. */
export function readGiven(text: string): GivenBody {
  const body = lowered(parse(text));
  const value: unknown = Array.isArray(body) ? body : isRow(body) ? body['value'] : undefined;
  if (Array.isArray(value)) {
    const context = isRow(body) ? body['@odata.context'] : undefined;
    return { rows: value.filter(isRow), context: typeof context === 'string' ? context : '', single: false };
  }
  if (!isRow(body)) throw new Fault('api.unreadable', 'The body is neither a list nor an object.');
  return { rows: [body], context: '', single: true };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    throw new Fault('api.unreadable', 'The body is no JSON.');
  }
}

export function isRow(value: unknown): value is GivenRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the API would answer with these rows. */
export function givenAnswer<T>(rows: readonly GivenRow[], read: ReadList<T>, log: Log): Answer<T> {
  return answerOf([{ body: Buffer.from(JSON.stringify(rows)), rows: () => rows }], read, log);
}

/** The latest instant in the members of these names (written in lower case), however deep they stand. */
export function newestIn(value: unknown, names: ReadonlySet<string>): Instant | undefined {
  const found: Instant[] = [];
  collect(value, names, found);
  return found.length === 0 ? undefined : found.reduce((a, b) => Math.max(a, b));
}

function collect(value: unknown, names: ReadonlySet<string>, found: Instant[]): void {
  if (Array.isArray(value)) for (const inner of value) collect(inner, names, found);
  else if (isRow(value))
    for (const [name, inner] of Object.entries(value)) {
      const iso = names.has(name.toLowerCase()) ? toIso(inner) : null;
      if (iso !== null) found.push(Date.parse(iso));
      else if (typeof inner === 'object') collect(inner, names, found);
    }
}
