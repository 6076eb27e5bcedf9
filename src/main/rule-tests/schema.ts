import { z } from 'zod';
import { SEVERITIES } from '../../model/severity.js';
import { SOURCE_KINDS } from '../../model/source.js';
import { matcher } from '../../settings/index.js';
import { callsSchema } from './calls.js';
import { instant, span } from './fields.js';
import { issueSchema, messageSchema, serviceSchema } from './posts.js';
import { reportSchema } from './reports.js';
import { cqdSchema } from './runs.js';

/** The path of a file beside the test, or the answer itself. */
const answer = z.union([z.string().min(1), z.record(z.string(), z.unknown()), z.array(z.unknown())]);

const FAILURES = [
  'denied',
  'unauthorized',
  'throttled',
  'failed',
  'unreachable',
  'unreadable',
  'sign-in',
] as const;

export const stepSchema = z.strictObject({
  t: span,
  source: z.enum(SOURCE_KINDS).exclude(['tocsin']).optional(),
  tenant: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  /** One answer of the API, or a list of several. */
  body: answer.optional(),
  /** The rows of an answer. */
  rows: answer.optional(),
  /** Files of reports beside the test, by the id of the run. */
  files: z.record(z.string(), z.string()).optional(),
  calls: z.array(callsSchema).min(1).optional(),
  services: z.array(serviceSchema).optional(),
  issues: z.array(issueSchema).optional(),
  messages: z.array(messageSchema).optional(),
  runs: cqdSchema.optional(),
  reports: z.array(reportSchema).optional(),
  fails: z.union([z.enum(FAILURES), z.number().int().min(400).max(599)]).optional(),
  act: z.enum(['ack', 'unack', 'resolve', 'note']).optional(),
  subject: z.string().min(1).optional(),
  by: z.string().min(1).default('alice'),
  text: z.string().default(''),
  silence: z.array(matcher).min(1).optional(),
  for: span.optional(),
  restart: z.literal(true).optional(),
});

export type Step = z.output<typeof stepSchema>;

export const expectationSchema = z.strictObject({
  t: span.optional(),
  alert: z.string().min(1).optional(),
  subject: z.string().min(1).optional(),
  tenant: z.string().min(1).optional(),
  state: z.enum(['firing', 'pending', 'resolved', 'none']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  /** Part of it. */
  summary: z.string().min(1).optional(),
  silent: z.literal(true).optional(),
  channel: z.string().min(1).optional(),
  told: z.enum(['post', 'edit', 'remind', 'hold', 'nothing']).optional(),
  /** Part of it. */
  reason: z.string().min(1).optional(),
});

export type Expectation = z.output<typeof expectationSchema>;

/** Parts of tocsin.yaml: what they leave out is what a first installation has. */
const settings = z.strictObject({
  tenants: z.array(z.looseObject({ name: z.string().min(1) })).default([]),
  channels: z.array(z.looseObject({ name: z.string().min(1), kind: z.string().default('slack') })).optional(),
  route: z.unknown().optional(),
  inhibit: z.unknown().optional(),
  muteTimes: z.unknown().optional(),
});

/** A test whose steps and expectations are still to be read, one by one: a mistake in one hides none in another. */
export const testSchema = z.strictObject({
  name: z.string().min(1),
  rules: z.array(z.string().min(1)).default(['builtin']),
  start: instant.optional(),
  settings: settings.optional(),
  at: z.array(z.unknown()).min(1),
  expect: z.array(z.unknown()).default([]),
});

export interface Test extends Omit<z.output<typeof testSchema>, 'at' | 'expect'> {
  readonly at: readonly Step[];
  readonly expect: readonly Expectation[];
}

export const fileSchema = z.strictObject({ tests: z.array(z.unknown()).min(1) });
