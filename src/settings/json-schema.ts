import { z } from 'zod';
import type { AdapterPlug } from '../notify/adapter.js';
import type { SourcePlug } from '../sources/source.js';
import { baseSchema, channelCommon, sourceCommon } from './schema.js';

type Schema = z.core.JSONSchema.JSONSchema;

/**
 * A JSON Schema of tocsin.yaml for editors: what the checker accepts as written, before secrets are looked up. It is laxer
 * than the checker, which also knows what two places must say together.
 */
export function settingsJsonSchema(plugs: {
  readonly sources: readonly SourcePlug[];
  readonly adapters: readonly AdapterPlug[];
}): Schema {
  const schema = schemaOf(baseSchema);
  const properties = { ...schema.properties };
  for (const plug of plugs.adapters)
    if (plug.settings !== undefined) properties[plug.kind] = schemaOf(plug.settings);
  setItems(
    properties['channels'],
    plugs.adapters.map((plug) => ofKind(plug.kind, schemaOf(channelCommon), schemaOf(plug.channel))),
  );
  setItems(
    itemProperty(properties['tenants'], 'sources'),
    plugs.sources.map((plug) => ofKind(plug.kind, schemaOf(sourceCommon), schemaOf(plug.settings))),
  );
  return references({ ...schema, title: 'tocsin.yaml', properties }) as Schema;
}

function schemaOf(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function ofKind(kind: string, common: Schema, own: Schema): Schema {
  return {
    type: 'object',
    properties: { ...common.properties, ...own.properties, kind: { const: kind } },
    required: [...new Set([...(common.required ?? []), ...(own.required ?? []), 'kind'])],
    additionalProperties: false,
  };
}

function setItems(list: unknown, kinds: readonly Schema[]): void {
  if (typeof list === 'object' && list !== null) Object.assign(list, { items: { oneOf: kinds } });
}

function itemProperty(list: unknown, name: string): unknown {
  const items: unknown = typeof list === 'object' && list !== null ? Reflect.get(list, 'items') : undefined;
  const properties: unknown =
    typeof items === 'object' && items !== null ? Reflect.get(items, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null ? Reflect.get(properties, name) : undefined;
}

/** Any text may also be `env:NAME` or `file:/path`, whatever it must look like once that is looked up. */
const REFERENCE = { type: 'string', pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$' };

function references(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(references);
  if (typeof node !== 'object' || node === null) return node;
  const { default: fallback, ...rest } = node as Record<string, unknown>;
  // Not a format of JSON Schema: the library's own name for a pattern.
  if (rest['format'] === 'includes') delete rest['format'];
  const limited = ['pattern', 'format', 'enum'].some((key) => rest[key] !== undefined);
  if (rest['type'] === 'string' && limited)
    return { ...(fallback === undefined ? {} : { default: fallback }), anyOf: [rest, REFERENCE] };
  return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, references(inner)]));
}
