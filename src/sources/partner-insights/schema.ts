import { toIso } from '../dates.js';
import { line } from '../text.js';

type Row = Readonly<Record<string, unknown>>;

export interface Dataset {
  readonly name: string;
  readonly columns: readonly string[];
  readonly metrics: readonly string[];
  readonly ranges: readonly string[];
  /** Hours; null when the service does not say. */
  readonly minimumInterval: number | null;
}

export interface Query {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly query: string;
  /** `userDefined`, `system` */
  readonly type: string;
  readonly user: string;
  readonly createdAt: string | null;
}

export interface Report {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly queryId: string;
  readonly query: string;
  readonly user: string;
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
  readonly executeNow: boolean;
  readonly startAt: string | null;
  /** `Active`, `Paused`, `Inactive`, or a word that was added since. */
  readonly status: string;
  readonly everyHours: number | null;
  /** Null: without end. */
  readonly count: number | null;
  /** Holds our secret token: for comparison only, never for a fact. */
  readonly callbackUrl: string;
  readonly format: 'csv' | 'tsv';
}

export interface Execution {
  readonly id: string;
  readonly reportId: string;
  /** `Pending`, `Running`, `Paused`, `Completed`, or a word that was added since. */
  readonly status: string;
  readonly format: 'csv' | 'tsv';
  /** Pre-signed: whoever has it has the file. Never in a fact, a card, a log or an error. */
  readonly link: string | undefined;
  readonly generatedAt: string | null;
}

export function readDataset(row: Row): Dataset | undefined {
  const name = line(row['datasetName'], 120);
  if (name === '') return undefined;
  return {
    name,
    columns: texts(row['selectableColumns']),
    metrics: texts(row['availableMetrics']),
    ranges: texts(row['availableDateRanges']),
    minimumInterval: whole(row['minimumRecurrenceInterval']),
  };
}

export function readQuery(row: Row): Query | undefined {
  const id = line(row['queryId'], 80);
  if (id === '') return undefined;
  return {
    id,
    name: line(row['name'], 150),
    description: line(row['description'], 300),
    query: line(row['query'], 2_000),
    type: /^system$/i.test(line(row['type'], 40)) ? 'system' : 'userDefined',
    user: line(row['user'], 120),
    createdAt: toIso(row['createdTime']),
  };
}

export function readReport(row: Row): Report | undefined {
  const id = line(row['reportId'], 80);
  if (id === '') return undefined;
  return {
    id,
    name: line(row['reportName'], 150),
    description: line(row['description'], 300),
    queryId: line(row['queryId'], 80),
    query: line(row['query'], 2_000),
    user: line(row['user'], 120),
    createdAt: toIso(row['createdTime']),
    modifiedAt: toIso(row['modifiedTime']),
    executeNow: row['executeNow'] === true,
    startAt: toIso(row['startTime']),
    status: word(row['reportStatus']),
    everyHours: whole(row['recurrenceInterval']),
    count: whole(row['recurrenceCount']),
    callbackUrl: typeof row['callbackUrl'] === 'string' ? row['callbackUrl'] : '',
    format: formatOf(row['format']),
  };
}

export function readExecution(row: Row): Execution | undefined {
  const id = line(row['executionId'], 80);
  if (id === '') return undefined;
  const link = row['reportAccessSecureLink'];
  return {
    id,
    reportId: line(row['reportId'], 80),
    status: word(row['executionStatus']),
    format: formatOf(row['format']),
    link: typeof link === 'string' && link.trim() !== '' ? link.trim() : undefined,
    generatedAt: toIso(row['reportGeneratedTime']),
  };
}

function formatOf(value: unknown): 'csv' | 'tsv' {
  return /^\s*tsv\s*$/i.test(String(value)) ? 'tsv' : 'csv';
}

/** Their words come in two casings: ours begin with a capital. */
function word(value: unknown): string {
  const text = line(value, 40);
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

/** A count above zero; 0 and what is no number mean that there is none. */
function whole(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? (value as unknown[]).flatMap((item) => (typeof item === 'string' ? [line(item, 120)] : []))
    : [];
}
