import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { AdapterPlug } from '../notify/adapter.js';
import type { SourcePlug } from '../sources/source.js';
import { buildSettings, rulesOf, type Checked } from './build.js';
import { crossCheck, crossWarnings } from './cross.js';
import { lineOf } from './line.js';
import { parse, unknownName, type Found } from './parse.js';
import { pathText, type Path, type Problem } from './problem.js';
import { baseSchema, channelCommon, sourceCommon } from './schema.js';
import { resolveSecrets, type Surroundings } from './secrets.js';
import type { RuleFile, Settings } from './settings.js';

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
  /** The rule files that are named, also when something else is wrong: they can be checked all the same. */
  readonly rules: readonly RuleFile[];
}

/** Every problem of a settings file at once, or the settings. Reads no network and no clock. */
export function checkSettings(text: string, given: CheckInput): CheckResult {
  const input = { ...given, readFile: besideFile(given) };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const read = contentOf(document, input.path);
  if ('problems' in read) return { settings: undefined, problems: read.problems, warnings: [], rules: [] };
  const secrets = resolveSecrets(read.content, input);
  const found: Found[] = [];
  const checked = parseAll(secrets.value, input, found);
  const problems: Problem[] = [
    ...secrets.problems,
    ...found.map(({ path, message }) => ({
      path: path.length === 0 ? input.path : pathText(path),
      ...lineOf(document, lines, path),
      message,
    })),
    // What refers to something is looked at even when something else is wrong: everything is said at once.
    ...crossCheck(secrets.value),
  ];
  const rules = rulesOf(secrets.value, input.path);
  const built = checked === undefined ? undefined : buildSettings(checked, input, rules);
  problems.push(...(built?.problems ?? []));
  const warnings = [...secrets.warnings, ...(problems.length > 0 ? [] : crossWarnings(secrets.value))];
  return { settings: problems.length > 0 ? undefined : built?.settings, problems, warnings, rules };
}

/** A relative `file:` means the folder of the settings file, wherever the program was started. */
function besideFile({ path, readFile }: CheckInput): CheckInput['readFile'] {
  const folder = dirname(path);
  return (file) => readFile(resolve(folder, file));
}

function contentOf(
  document: Document.Parsed,
  file: string,
): { readonly content: unknown } | { readonly problems: readonly Problem[] } {
  if (document.errors.length > 0)
    return {
      problems: document.errors.map((error) => {
        const line = error.linePos?.[0].line ?? 1;
        return { path: file, line, message: `line ${line}: ${syntaxWords(error)}` };
      }),
    };
  try {
    return { content: (document.toJS() as unknown) ?? {} };
  } catch (error) {
    // An alias without its anchor, or aliases that multiply without end.
    return { problems: [{ path: file, message: error instanceof Error ? error.message : String(error) }] };
  }
}

function syntaxWords({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here (---); the settings are one';
  const [first = ''] = message.split('\n');
  return first.replace(/ at line \d+, column \d+:?$/, '');
}

function parseAll(value: unknown, input: CheckInput, found: Found[]): Checked | undefined {
  if (!isMap(value)) return parse(baseSchema, value, [], found) as undefined;
  const top: Record<string, unknown> = { ...value };
  const adapters: Record<string, unknown> = {};
  const own = input.adapters.filter((plug) => plug.settings !== undefined);
  for (const { kind, settings } of own) {
    const given = top[kind];
    Reflect.deleteProperty(top, kind);
    if (given === undefined || settings === undefined) continue;
    adapters[kind] = parse(settings, given, [kind], found);
  }
  const base = parse(
    baseSchema,
    top,
    [],
    found,
    own.map((plug) => plug.kind),
  );
  // Looked at as written: a mistake elsewhere does not hide one in here.
  const sources = list(top['tenants']).map((tenant, t) =>
    list(isMap(tenant) ? tenant['sources'] : undefined).map((source, s) =>
      sourceOf(source, ['tenants', t, 'sources', s], input, found),
    ),
  );
  const channels = list(top['channels']).map((channel, c) =>
    channelOf(channel, ['channels', c], input, found),
  );
  return base === undefined ? undefined : { base, adapters, sources, channels };
}

function sourceOf(
  written: unknown,
  path: Path,
  input: CheckInput,
  found: Found[],
): Checked['sources'][number][number] {
  const common = parse(sourceCommon, written, path, found);
  const kind = isMap(written) ? written['kind'] : undefined;
  const plug = input.sources.find((known) => known.kind === kind);
  if (plug === undefined) {
    if (typeof kind === 'string')
      found.push({
        path: [...path, 'kind'],
        message: unknownName('source kind', kind, kinds(input.sources)),
      });
    return undefined;
  }
  const settings = parse(plug.settings, without(written, COMMON_SOURCE), path, found, COMMON_SOURCE);
  if (common === undefined) return undefined;
  const { name, every } = common;
  return {
    kind: plug.kind,
    ...(name === undefined ? {} : { name }),
    ...(every === undefined ? {} : { every }),
    settings,
  };
}

function channelOf(
  written: unknown,
  path: Path,
  input: CheckInput,
  found: Found[],
): Checked['channels'][number] {
  const common = parse(channelCommon, written, path, found);
  const kind = isMap(written) ? written['kind'] : undefined;
  const plug = input.adapters.find((known) => known.kind === kind);
  if (plug === undefined) {
    if (typeof kind === 'string')
      found.push({
        path: [...path, 'kind'],
        message: unknownName('channel kind', kind, kinds(input.adapters)),
      });
    return undefined;
  }
  const settings = parse(plug.channel, without(written, COMMON_CHANNEL), path, found, COMMON_CHANNEL);
  if (common === undefined) return undefined;
  const { name, fallback } = common;
  return { name, kind: plug.kind, ...(fallback === undefined ? {} : { fallback }), settings };
}

const COMMON_SOURCE = ['kind', 'name', 'every'];
const COMMON_CHANNEL = ['name', 'kind', 'fallback'];

function kinds(plugs: readonly { readonly kind: string }[]): string[] {
  return plugs.map((plug) => plug.kind);
}

function without(value: unknown, keys: readonly string[]): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
