import { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { Instant } from '../../model/time.js';

/** What is remembered of one message. */
export interface Known {
  /** Its lastModifiedDateTime, as ISO. */
  readonly modified: string;
  readonly updates?: number | undefined;
  readonly changed?: string | undefined;
  readonly attachments?: readonly { readonly name: string; readonly size: number | null }[] | undefined;
}

/** What one poll leaves to the next. */
export interface Memory {
  readonly polledAt: Instant;
  /** The last complete poll. */
  readonly fullAt: Instant;
  readonly noFilterSince: Instant | null;
  /** Of the bodies of the last cheap and the last complete answer. */
  readonly cheapHash: string;
  readonly fullHash: string;
  readonly known: Readonly<Record<string, Known>>;
  readonly budget: Json;
}

const knownSchema = z.object({
  modified: z.string(),
  updates: z.number().optional(),
  changed: z.string().optional(),
  attachments: z.array(z.object({ name: z.string(), size: z.number().nullable() })).optional(),
});

const memorySchema = z.object({
  version: z.literal(1),
  polledAt: z.number(),
  fullAt: z.number(),
  noFilterSince: z.number().nullable(),
  cheapHash: z.string(),
  fullHash: z.string(),
  known: z.record(z.string(), knownSchema),
  budget: z.json(),
});

/** Undefined for none and for what another version wrote: the next poll is then a full one. */
export function readMemory(memory: Json | undefined): Memory | undefined {
  return memorySchema.safeParse(memory).data;
}

export function writeMemory(memory: Memory): Json {
  return JSON.parse(JSON.stringify({ version: 1, ...memory })) as Json;
}
