import { z } from 'zod';
import type { Json } from '../../model/json.js';

const runSchema = z.object({
  executionId: z.string(),
  generatedAt: z.string().nullable(),
  /** Null until its file has been read, and for good when it could not be. */
  rows: z.number().nullable(),
  columns: z.number().nullable(),
  columnNames: z.array(z.string()),
  rowsBefore: z.number().nullable(),
  columnsBefore: z.number().nullable(),
  columnsAdded: z.array(z.string()),
  columnsGone: z.array(z.string()),
  reordered: z.boolean(),
  /** Why the file could not be read; empty when it was. */
  problem: z.string(),
});

const reportSchema = z.object({
  status: z.string(),
  resumedAt: z.number().nullable(),
  /** Completed runs seen so far: the service forgets them after 90 days. */
  runs: z.number(),
  lastRunAt: z.number().nullable(),
  /** The newest run that was told of. */
  last: runSchema.nullable(),
  /** Attempts to read the file of a newer one. */
  tries: z.object({ executionId: z.string(), count: z.number() }).nullable(),
});

const memorySchema = z.object({
  version: z.literal(1),
  /** Answers in a row without any report, where there were some before. */
  empties: z.number(),
  reports: z.record(z.string(), reportSchema),
  budget: z.json(),
});

export type Run = Readonly<z.infer<typeof runSchema>>;
export type ReportMemory = Readonly<z.infer<typeof reportSchema>>;
/** What one poll leaves to the next. Links and contents of files are not part of it. */
export type Memory = Readonly<Omit<z.infer<typeof memorySchema>, 'version'>>;

/** Undefined for none and for what another version wrote: the next poll then begins anew. */
export function readMemory(memory: Json | undefined): Memory | undefined {
  return memorySchema.safeParse(memory).data;
}

export function writeMemory(memory: Memory): Json {
  return { version: 1, ...memory };
}
