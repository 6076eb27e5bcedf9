import type { SourceKind } from '../source.js';

/**
 * What a value of a fact is: a `?` says that it may be null. Instants are texts, ISO in UTC, read with `timestamp(now.startedAt)`;
 * `texts` is a list of texts, `list` one of anything, `timestamp` an instant that needs no reading.
 */
export type FieldType =
  'string' | 'number' | 'bool' | 'string?' | 'number?' | 'bool?' | 'texts' | 'list' | 'timestamp';

/** One or more names that have type and meaning in common. */
export interface FieldRow {
  readonly names: readonly string[];
  readonly type: FieldType;
  readonly example: string;
  readonly meaning: string;
  /** There for the hour and the day as well, with `1h` and `24h` at the end, and for a rule's own `window`. */
  readonly figure?: boolean;
  /** There for a rule's own `window` too. */
  readonly windowed?: boolean;
}

/** Facts of one shape: those of one kind whose subjects are alike. */
export interface FactTable {
  readonly kind: SourceKind;
  /** `issue:<id>`: what stands before the first `<` begins every subject of it. */
  readonly subject: string;
  /** Only for a rule whose `by` asks for it. */
  readonly finer?: boolean;
  readonly note: string;
  readonly rows: readonly FieldRow[];
}

/** `names` are separated by blanks. */
export function row(names: string, type: FieldType, example = '', meaning = ''): FieldRow {
  return { names: names.split(' '), type, example, meaning };
}

export function figure(names: string, example: string, meaning: string): FieldRow {
  return { ...row(names, 'number', example, meaning), figure: true, windowed: true };
}

export function windowed(names: string, type: FieldType, example: string, meaning: string): FieldRow {
  return { ...row(names, type, example, meaning), windowed: true };
}
