/** What could be read of a list, and the number of entries that could not. */
export interface ReadRows<T> {
  readonly rows: readonly T[];
  readonly broken: number;
}

export function readRows<T>(rows: readonly unknown[], read: (row: unknown) => T | undefined): ReadRows<T> {
  const good = rows.flatMap((row) => read(row) ?? []);
  return { rows: good, broken: rows.length - good.length };
}

const DEEPEST = 6;

/** Keys with a small first letter, at every depth: documentation and some libraries write `Title`, the wire `title`. */
export function lowered(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => lowered(inner, depth + 1));
  const entries = Object.entries(value).map(([key, inner]) => [
    `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
    lowered(inner, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}
