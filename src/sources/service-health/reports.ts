import { faultLine } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Fact, SourceKey } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { Document, DocumentKeep } from '../keep.js';
import type { HealthClient } from './client.js';
import type { ReportState } from './memory.js';

type Reports = Readonly<Record<string, ReportState>>;

/** A poll has other things to do; the next full one goes on. */
const AT_ONCE = 2;
/** Announced and not there: after this many polls nobody asks again. */
const TRIES = 6;
/** Issues whose report is remembered: those that a poll still lists. */
const REMEMBERED = 200;

export interface ReportsAsk {
  readonly facts: readonly Fact[];
  readonly known: Reports;
  readonly client: Pick<HealthClient, 'report'>;
  readonly documents: DocumentKeep;
  readonly source: SourceKey;
  /** Requests that may still be spent on this. */
  readonly spare: number;
  readonly now: Instant;
  readonly log: Log;
}

export interface Filed {
  readonly facts: readonly Fact[];
  readonly known: Reports;
  /** One that is announced is still to be asked for. */
  readonly waiting: boolean;
}

/**
 * Fetches the post-incident reports that Microsoft announced and files them in the record. The facts come back with
 * the `reportName` and `reportBytes` of what is filed. That a report cannot be had fails no poll.
 */
export async function fileReports(ask: ReportsAsk): Promise<Filed> {
  const known = new Map(Object.entries(ask.known));
  let left = Math.min(AT_ONCE, ask.spare);
  let waiting = false;
  for (const { values, subject } of ask.facts) {
    const { pir, id } = values;
    if (pir !== true || typeof id !== 'string') continue;
    const before = known.get(id) ?? { name: '', bytes: 0, tries: 0 };
    if (before.name !== '' || before.tries >= TRIES) continue;
    left -= 1;
    const now = left < 0 ? undefined : await fetched(id, subject, ask);
    waiting ||= now === undefined;
    if (left >= 0) known.set(id, now ?? { ...before, tries: before.tries + 1 });
  }
  return {
    facts: ask.facts.map((fact) => withReport(fact, known)),
    known: Object.fromEntries([...known].slice(-REMEMBERED)),
    waiting,
  };
}

async function fetched(id: string, subject: string, ask: ReportsAsk): Promise<ReportState | undefined> {
  const { client, documents, source, now, log } = ask;
  try {
    const body = await client.report(id);
    if (body === undefined || body.length === 0) return undefined;
    const document = documentOf(id, body);
    await documents.put(source, subject, document, now);
    return { name: document.name, bytes: body.length, tries: 0 };
  } catch (error) {
    log.warn({ issue: id }, `the post-incident report could not be fetched: ${faultLine(error)}`);
    return undefined;
  }
}

/** What it is its first bytes say: neither the service's word nor a name from outside is passed on to a browser. */
function documentOf(id: string, body: Buffer): Document {
  const kind = KINDS.find(({ begins }) => body.subarray(0, begins.length).equals(begins));
  const { ending, mediaType } = kind ?? { ending: 'bin', mediaType: 'application/octet-stream' };
  return { name: `${id}-PIR.${ending}`, mediaType, body };
}

const KINDS = [
  {
    begins: Buffer.from('PK\u0003\u0004'),
    ending: 'docx',
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  { begins: Buffer.from('%PDF-'), ending: 'pdf', mediaType: 'application/pdf' },
] as const;

function withReport(fact: Fact, known: ReadonlyMap<string, ReportState>): Fact {
  const { type, id, pir } = fact.values;
  const report = type === 'issue' && pir === true && typeof id === 'string' ? known.get(id) : undefined;
  if (report === undefined) return fact;
  return { ...fact, values: { ...fact.values, reportName: report.name, reportBytes: report.bytes } };
}
