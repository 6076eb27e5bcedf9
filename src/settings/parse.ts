import type { z, ZodType } from 'zod';
import { nearestOf, type Path } from './problem.js';
import { UNRESOLVED } from './secrets.js';

/** Something wrong at a place of the settings. */
export interface Found {
  readonly path: Path;
  readonly message: string;
}

/** The value as the schema reads it; undefined, with what is wrong in `found`, when it does not. */
export function parse<S extends ZodType>(
  schema: S,
  value: unknown,
  path: Path,
  found: Found[],
  alsoKnown: readonly string[] = [],
): z.output<S> | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of flatten(result.error.issues)) {
    // A secret that was not found has been said.
    if (issue.input === UNRESOLVED) continue;
    const at = [...path, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        found.push({ path: [...at, key], message: unknownKey(key, keysOf(schema, issue.path), alsoKnown) });
    else found.push({ path: at, message: words(issue) });
  }
  return undefined;
}

/** `unknown source kind "cdq"; did you mean cqd? Known: …` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const meant = nearestOf(name, known);
  return `unknown ${what} "${name}"${meant === undefined ? '.' : `; did you mean ${meant}?`} Known: ${known.join(', ')}`;
}

/** A union says its own issues inside; the branch that fits best speaks for it. */
function flatten(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const [best = []] = [...issue.errors].sort((a, b) => a.length - b.length);
    return flatten(best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

function unknownKey(key: string, known: readonly string[], also: readonly string[]): string {
  // A key of another branch of a union is known, and yet not here.
  const others = [...known, ...also].filter((other) => other !== key);
  const meant = nearestOf(key, others);
  return `unknown key${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** The keys that a strict object of the schema knows at this place; empty when it cannot be told. */
function keysOf(schema: ZodType, path: Path): string[] {
  let at = [unwrapped(schema)];
  for (const part of path)
    at = at
      .flatMap((here) =>
        typeof part === 'number' ? [inner(here, 'element')] : [shapeOf(here)?.[String(part)]],
      )
      .flatMap(branches);
  return at.flatMap(branches).flatMap((here) => Object.keys(shapeOf(here) ?? {}));
}

function branches(schema: unknown): unknown[] {
  const plain = unwrapped(schema);
  const options = inner(plain, 'options');
  return Array.isArray(options) ? options.flatMap(branches) : [plain];
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  for (let depth = 0; depth < 10; depth += 1) {
    const next = lazily(inner(at, 'getter')) ?? inner(at, 'innerType') ?? inner(at, 'in');
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function lazily(getter: unknown): unknown {
  return typeof getter === 'function' ? (getter as () => unknown)() : undefined;
}

function inner(schema: unknown, name: 'innerType' | 'element' | 'in' | 'getter' | 'options'): unknown {
  const def: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'def') : undefined;
  return typeof def === 'object' && def !== null ? Reflect.get(def, name) : undefined;
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const shape: unknown =
    typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'shape') : undefined;
  return typeof shape === 'object' && shape !== null ? (shape as Record<string, unknown>) : undefined;
}

/** The library's own words for what is too small, too big or malformed; a schema's message replaces them. */
const LIBRARY = /^(Too small|Too big|Invalid)/;

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? 'is required'
      : issue.expected === 'int'
        ? 'must be a whole number'
        : `expected ${kindName(issue.expected)}, got ${typeName(issue.input)}`;
  if (issue.code === 'invalid_value')
    return issue.input === undefined
      ? 'is required'
      : `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union')
    return issue.input === undefined ? 'is required' : `must be one of ${choices(issue).join(', ')}`;
  if (!LIBRARY.test(issue.message)) return issue.message;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'must not be empty' : `must be ${String(issue.minimum)} or more`;
  if (issue.code === 'too_big') return `must be ${String(issue.maximum)} or less`;
  if (issue.code === 'invalid_format' && issue.format === 'email') return 'must be an e-mail address';
  return issue.message;
}

function choices(issue: object): string[] {
  const options: unknown = Reflect.get(issue, 'options');
  return Array.isArray(options) && options.length > 0 ? options.map(String) : ['the documented kinds'];
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

function kindName(expected: string): string {
  return KINDS[expected] ?? expected;
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : kindName(typeof value);
}
