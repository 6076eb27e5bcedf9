import { z } from 'zod';
import type { AdapterPlug } from '../notify/adapter.js';
import type { SourcePlug } from '../sources/source.js';
import { baseSchema } from './schema.js';

/** A JSON Schema of tocsin.yaml for editors: what the checker accepts as written, before secrets are looked up. */
export function settingsJsonSchema(plugs: {
  readonly sources: readonly SourcePlug[];
  readonly adapters: readonly AdapterPlug[];
}): object {
  const schema = z.toJSONSchema(baseSchema, { io: 'input', unrepresentable: 'any' });
  const properties = { ...(schema.properties ?? {}) };
  for (const plug of plugs.adapters)
    if (plug.settings !== undefined)
      properties[plug.kind] = z.toJSONSchema(plug.settings, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'tocsin.yaml', properties };
}
