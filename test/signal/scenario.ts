import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { span } from '../../src/main/rule-tests/fields.js';
import { loadTest, type LoadedTest } from '../../src/main/rule-tests/load.js';
import { parse, pathText, type Found } from '../../src/settings/index.js';

/** What is true in a scenario: a rule is right about a subject from then to then. Spans count from its beginning. */
const truth = z.strictObject({
  alert: z.string(),
  subject: z.string(),
  tenant: z.string().default('contoso'),
  /** When it could first be seen, and how much later an alert is still in time: one poll of its source by default. */
  from: span,
  within: span.optional(),
  /** When it is over, and how much later its end is still in time. Never over when left out; at once for an announcement. */
  until: span.optional(),
  over: span.optional(),
  severity: z.string().optional(),
});

/** One message that a channel is to get, and when; edits, lines of threads and what is held are no messages. */
const message = z.strictObject({
  channel: z.string().default('noc'),
  subject: z.string().optional(),
  /** `post`: a card, or a message of a channel that cannot edit. */
  do: z.enum(['post', 'remind']).default('post'),
  at: span,
  within: span.default(60_000),
});

const schema = z.strictObject({
  name: z.string(),
  /** What it is about, for whoever reads it. */
  why: z.string(),
  start: z.unknown().optional(),
  rules: z.unknown().optional(),
  settings: z.unknown().optional(),
  at: z.unknown(),
  until: span,
  truth: z.array(truth),
  told: z.array(message),
});

export type Truth = z.output<typeof truth>;
export type Message = z.output<typeof message>;

export interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly test: LoadedTest;
  readonly truth: readonly Truth[];
  readonly told: readonly Message[];
}

/** Every scenario of the folder; one that cannot be read throws with all that is wrong with it. */
export function readScenarios(folder: string): readonly Scenario[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readScenario(folder, file));
}

function readScenario(folder: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(join(folder, file), 'utf8'), { lineCounter: lines });
  const found: Found[] = document.errors.map(({ message: words }) => ({ path: [], message: words }));
  const read = found.length > 0 ? undefined : parse(schema, document.toJS(), [], found);
  if (read === undefined) throw unreadable(file, found);
  const { name, truth: truths, told, until, why: _why, ...rest } = read;
  // That nothing is expected of the end is how the scenario's length is said.
  const written = { name, ...rest, expect: [{ t: `${until / 1000}s`, silent: true, subject: 'nothing' }] };
  const shared = { file, folder, document, lines, loaded: new Map() };
  const test = loadTest(written, [], shared, found);
  if (test === undefined) throw unreadable(file, found);
  return { file, name, test, truth: truths, told };
}

function unreadable(file: string, found: readonly Found[]): Error {
  const lines = found.map(({ path, message: words }) => `${pathText(path)}: ${words}`);
  return new Error(`${file}: ${lines.join('\n  ')}`);
}
