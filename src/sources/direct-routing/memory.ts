import { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { Instant } from '../../model/time.js';

/** What one poll leaves to the next. */
export interface Memory {
  /** The last good poll. */
  readonly polledAt: Instant;
  /** Marks of calls that began before this are forgotten: they must not be read again. */
  readonly marksFrom: Instant;
}

const memorySchema = z.object({ version: z.literal(1), polledAt: z.number(), marksFrom: z.number() });

/** Undefined for none and for what another version wrote: the next poll then reads the overlap. */
export function readMemory(memory: Json | undefined): Memory | undefined {
  return memorySchema.safeParse(memory).data;
}

export function writeMemory(memory: Memory): Json {
  return { version: 1, ...memory };
}
