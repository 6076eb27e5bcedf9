import { Readable } from 'node:stream';
import { Fault } from '../../lib/fault.js';
import type { Instant } from '../../model/time.js';
import { newestIn } from '../rehearse.js';
import type { Given } from '../source.js';
import type { Insights } from './client.js';
import { summarise, type Downloads } from './download.js';
import { readEnvelope, type Envelope } from './envelope.js';
import { readExecution, readReport, type Execution, type Report } from './schema.js';

/** The service as it was said to be: its reports, their runs, and the files of those. */
export interface GivenReports {
  readonly insights: Pick<Insights, 'reports' | 'executions'>;
  readonly downloads: Pick<Downloads, 'read'>;
  give(given: Given): void;
  newest(): Instant | undefined;
}

const PASSED = new Set(['createdtime', 'modifiedtime', 'reportgeneratedtime']);

/** A run without a file of its own brings one row in one column. */
const SOME_FILE = 'Column\nvalue\n';

export function openGiven(): GivenReports {
  let reports: readonly Report[] = [];
  let executions: readonly Execution[] = [];
  const files = new Map<string, string>();
  const rows: Envelope['value'][] = [];

  function give({ bodies, files: given = new Map<string, string>() }: Given): void {
    const read = bodies.map(envelopeOf);
    for (const envelope of read) {
      const runs = envelope.value.flatMap((row) => readExecution(row) ?? []);
      const about = new Set(runs.map(({ reportId }) => reportId));
      executions = [...executions.filter(({ reportId }) => !about.has(reportId)), ...runs];
      rows.push(envelope.value);
    }
    const lists = read.filter(isReports);
    if (lists.length > 0)
      reports = lists.flatMap(({ value }) => value.flatMap((row) => readReport(row) ?? []));
    for (const [name, text] of given) files.set(name, text);
  }

  return {
    give,
    insights: {
      reports: async () => reports,
      executions: async (id) => executions.filter(({ reportId }) => reportId === id),
    },
    downloads: {
      async read(link, format) {
        const run = executions.find((execution) => execution.link === link);
        const text = files.get(run?.id ?? '') ?? files.get(link) ?? SOME_FILE;
        return summarise(Readable.from([Buffer.from(text, 'utf8')]), {
          format,
          limits: { maxBytes: Infinity, timeoutMs: Infinity },
          host: 'the test',
          encoding: '',
        });
      },
    },
    newest: () => newestIn(rows, PASSED),
  };
}

function envelopeOf(text: string): Envelope {
  const envelope = readEnvelope(text);
  if (envelope !== undefined) return envelope;
  throw new Fault('api.unreadable', 'The body is no answer of Partner Center Insights.');
}

/** An empty list says in its message of what it is one. */
function isReports({ value, message }: Envelope): boolean {
  if (value.length === 0) return /report/i.test(message) && !/execution/i.test(message);
  return value.some((row) => 'reportId' in row && !('executionId' in row));
}
