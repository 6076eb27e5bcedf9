import { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { Instant } from '../../model/time.js';

/** What one poll leaves to the next. */
export interface Memory {
  /** The last good poll, and the last one that was complete. */
  readonly polledAt: Instant;
  readonly fullAt: Instant;
  /** Since when the filter by time is known to be refused. */
  readonly noFilterSince: Instant | null;
  /** Of the bodies of the last answers; empty when the next one must be read in any case. */
  readonly servicesHash: string;
  readonly issuesHash: string;
  /** Of all answers of the last complete poll; empty when the next one must be read in any case. */
  readonly fullHash: string;
  /** When everything was last read, and not only compared. */
  readonly readAt: Instant;
  /** How many services there were. */
  readonly services: number;
  /** Open issues: id → display name of the service. */
  readonly open: Readonly<Record<string, string>>;
  /** Post-incident reports: what was filed, and how often one was asked for in vain. */
  readonly reports: Readonly<Record<string, ReportState>>;
  readonly budget: Json;
}

export interface ReportState {
  /** Empty until it is filed. */
  readonly name: string;
  readonly bytes: number;
  readonly tries: number;
}

/** As `z.record` of texts, which costs more than all the rest of a poll that brings nothing new: it reads each key by a schema. */
const textsSchema = z.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string'),
);

const memorySchema = z.object({
  version: z.literal(1),
  polledAt: z.number(),
  fullAt: z.number(),
  noFilterSince: z.number().nullable(),
  servicesHash: z.string(),
  issuesHash: z.string(),
  fullHash: z.string().default(''),
  readAt: z.number().default(0),
  services: z.number(),
  open: textsSchema,
  reports: z
    .record(z.string(), z.object({ name: z.string(), bytes: z.number(), tries: z.number() }))
    .default({}),
  budget: z.json(),
});

/** Undefined for none and for what another version wrote: the next poll is then a full one. */
export function readMemory(memory: Json | undefined): Memory | undefined {
  return memorySchema.safeParse(memory).data;
}

export function writeMemory(memory: Memory): Json {
  const reports = Object.entries(memory.reports).map(([id, report]) => [id, { ...report }] as const);
  return { version: 1, ...memory, reports: Object.fromEntries(reports) };
}
