import type { Json } from '../model/json.js';
import type { Instant } from '../model/time.js';

// Postgres text and jsonb hold neither U+0000 nor half a surrogate pair; with the u flag a whole pair does not match.
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/;

/** The text as Postgres can hold it: U+0000 and lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** JSON for a `$n::text::jsonb` parameter; undefined is SQL's NULL, while JSON's null stays a value. */
export function toJson(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return UNSTORABLE_ESCAPE.test(text) ? JSON.stringify(storableDeep(value)) : text;
}

/** A json column that was read as text (`column::text`), so that JSON's null is told from no value. */
export function fromJson(text: string | null): Json | undefined {
  return text === null ? undefined : (JSON.parse(text) as Json);
}

/** The value as it will be read back: what cannot be stored is replaced, and -0 is 0. */
export function storableDeep(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(storableDeep);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storable(key), storableDeep(inner)]),
  );
}

/** An instant as a timestamptz parameter. */
export function toTime(at: Instant): Date;
export function toTime(at: Instant | undefined): Date | null;
export function toTime(at: Instant | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

/** An instant inside JSON that SQL casts to timestamptz. */
export function toTimeText(at: Instant): string;
export function toTimeText(at: Instant | undefined): string | null;
export function toTimeText(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

export function fromTime(time: Date): Instant {
  return time.getTime();
}

/** `{ [name]: value }`, or nothing at all for SQL's NULL: what an optional key of the model wants. */
export function optional<K extends string, V>(name: K, value: V | null | undefined): Partial<Record<K, V>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

export function optionalTime<K extends string>(name: K, time: Date | null): Partial<Record<K, Instant>> {
  return optional(name, time === null ? null : fromTime(time));
}

/** A bigint column: `pg` gives a string, PGlite a number. */
export function fromBigint(value: string | number | bigint): number {
  return Number(value);
}

/** The last of those with the same key: one INSERT … ON CONFLICT may touch a row only once. */
export function lastByKey<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [storable(key(item)), item])).values()];
}
