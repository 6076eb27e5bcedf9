import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z, ZodType } from 'zod';
import type { AdapterPlug } from '../notify/adapter.js';
import type { SourcePlug } from '../sources/source.js';
import { buildSettings, type Checked } from './build.js';
import { crossCheck } from './cross.js';
import { nearestOf, pathText, type Path, type Problem } from './problem.js';
import { baseSchema } from './schema.js';
import { resolveSecrets, UNRESOLVED, type Surroundings } from './secrets.js';
import type { Settings } from './settings.js';

export interface CheckInput extends Surroundings {
  /** Of the settings file: relative paths in it are relative to its folder. */
  readonly path: string;
  readonly sources: readonly SourcePlug[];
  readonly adapters: readonly AdapterPlug[];
}

export interface CheckResult {
  /** Undefined when there are problems. */
  readonly settings: Settings | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Every problem of a settings file at once, or the settings. Reads no network and no clock. */
export function checkSettings(text: string, input: CheckInput): CheckResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: input.path,
      line: error.linePos?.[0].line ?? 1,
      message: `line ${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0] ?? ''}`,
    }));
    return { settings: undefined, problems, warnings: [] };
  }
  const written: unknown = document.toJS() ?? {};
  const secrets = resolveSecrets(written, input);
  const issues: Found[] = [];
  const checked = parseAll(secrets.value, input, issues);
  const problems: Problem[] = [
    ...secrets.problems,
    ...issues.map(({ path, message }) => ({
      path: pathText(path),
      ...lineOf(document, lines, path),
      message,
    })),
  ];
  // What refers to something is looked at even when something else is wrong: everything is said at once.
  problems.push(...crossCheck(secrets.value, checked));
  if (problems.length > 0 || checked === undefined)
    return { settings: undefined, problems, warnings: secrets.warnings };
  return buildSettings(checked, input, secrets.warnings);
}

interface Found {
  readonly path: Path;
  readonly message: string;
}

function parseAll(value: unknown, input: CheckInput, found: Found[]): Checked | undefined {
  const top = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  const adapters: Record<string, unknown> = {};
  const own = input.adapters.filter((plug) => plug.settings !== undefined).map((plug) => plug.kind);
  for (const plug of input.adapters) {
    const given: unknown = Reflect.get(top, plug.kind);
    Reflect.deleteProperty(top, plug.kind);
    if (given === undefined || plug.settings === undefined) continue;
    adapters[plug.kind] = parse(plug.settings, given, [plug.kind], found);
  }
  const base = parse(
    baseSchema,
    Array.isArray(value) || typeof value !== 'object' ? value : top,
    [],
    found,
    own,
  );
  if (base === undefined) return undefined;
  const sources = base.tenants.map((tenant, t) =>
    tenant.sources.map((source, s) => {
      const { kind, name, every, ...rest } = source;
      const plug = input.sources.find((known) => known.kind === kind);
      const path = ['tenants', t, 'sources', s];
      if (plug === undefined) {
        found.push({
          path: [...path, 'kind'],
          message: unknownName(
            'source kind',
            kind,
            input.sources.map((known) => known.kind),
          ),
        });
        return undefined;
      }
      const common = { ...(name === undefined ? {} : { name }), ...(every === undefined ? {} : { every }) };
      return {
        kind: plug.kind,
        ...common,
        settings: parse(plug.settings, rest, path, found, ['kind', 'name', 'every']),
      };
    }),
  );
  const channels = base.channels.map((channel, c) => {
    const { name, kind, ...rest } = channel;
    const plug = input.adapters.find((known) => known.kind === kind);
    if (plug === undefined) {
      found.push({
        path: ['channels', c, 'kind'],
        message: unknownName(
          'channel kind',
          kind,
          input.adapters.map((known) => known.kind),
        ),
      });
      return undefined;
    }
    return { name, kind, settings: parse(plug.channel, rest, ['channels', c], found, ['name', 'kind']) };
  });
  return { base, adapters, sources, channels };
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const meant = nearestOf(name, known);
  return `unknown ${what} "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`} Known: ${known.join(', ')}`;
}

function parse<S extends ZodType>(
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

/** A union says its own issues inside; the branch that fits best speaks for it. */
function flatten(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const [best = []] = [...issue.errors].sort((a, b) => a.length - b.length);
    return flatten(best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

function unknownKey(key: string, known: readonly string[], also: readonly string[]): string {
  const meant = nearestOf(key, [...known, ...also]);
  return `unknown key${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** The keys that a strict object of the schema knows at this place; empty when it cannot be told. */
function keysOf(schema: ZodType, path: Path): string[] {
  let at: unknown = schema;
  for (const part of [undefined, ...path]) {
    if (part !== undefined)
      at = typeof part === 'number' ? inner(at, 'element') : shapeOf(at)?.[String(part)];
    at = unwrapped(at);
  }
  return Object.keys(shapeOf(at) ?? {});
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  for (let depth = 0; depth < 10; depth += 1) {
    const next = inner(at, 'innerType') ?? inner(at, 'in');
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function inner(schema: unknown, name: 'innerType' | 'element' | 'in'): unknown {
  const def: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'def') : undefined;
  return typeof def === 'object' && def !== null ? Reflect.get(def, name) : undefined;
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const shape: unknown =
    typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'shape') : undefined;
  return typeof shape === 'object' && shape !== null ? (shape as Record<string, unknown>) : undefined;
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? 'is required'
      : `expected ${issue.expected}, got ${typeName(issue.input)}`;
  if (issue.code === 'invalid_value')
    return issue.input === undefined
      ? 'is required'
      : `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union') return `must be one of the documented kinds`;
  return issue.message;
}

function typeName(value: unknown): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value;
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): { line?: number } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    const [start] = node.range as [number];
    return { line: lines.linePos(start).line };
  }
  return {};
}
