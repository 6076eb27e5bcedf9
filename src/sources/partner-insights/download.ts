import { PassThrough, Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { parse } from 'csv-parse';
import { request } from 'undici';
import { Fault, isFault } from '../../lib/fault.js';
import { isLoopback, openDispatchers } from '../../lib/http/agent.js';
import { line } from '../text.js';

/** What is known of a report's file once it has been read; the file itself is kept nowhere. */
export interface FileSummary {
  /** Without the header. */
  readonly rows: number;
  readonly columns: number;
  readonly columnNames: readonly string[];
  /** The first rows, cells cut short: for the one who asks, never for a fact. */
  readonly first: readonly (readonly string[])[];
}

/** Reads report files through their pre-signed links, over connections of its own that know no token. */
export interface Downloads {
  /**
   * Throws `api.rejected` for a link that is neither https nor to this machine, `api.unreachable`, `api.failed`, or
   * `api.unreadable` for a file that is too large or no table. No fault says more of the link than its host.
   */
  read(link: string, format: 'csv' | 'tsv', signal?: AbortSignal): Promise<FileSummary>;
  close(): Promise<void>;
}

export interface DownloadLimits {
  /** Of the file once unpacked. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const LIMITS: DownloadLimits = { maxBytes: 512 * 1024 * 1024, timeoutMs: 120_000 };
const FIRST_ROWS = 5;
const MAX_NAMES = 200;
const CELL = 60;

export function openDownloads(ca: string | undefined, limits: DownloadLimits = LIMITS): Downloads {
  const dispatchers = openDispatchers(ca);
  return {
    async read(link, format, signal) {
      const url = checked(link);
      const limit = AbortSignal.timeout(limits.timeoutMs);
      const until = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      try {
        const answer = await request(url, {
          dispatcher: dispatchers.for(url),
          headers: { 'user-agent': 'Tocsin', accept: 'text/csv, text/tab-separated-values, */*' },
          signal: until,
          headersTimeout: limits.timeoutMs,
          bodyTimeout: limits.timeoutMs,
        });
        if (answer.statusCode !== 200) {
          await answer.body.dump().catch(() => undefined);
          throw refused(url, answer.statusCode);
        }
        return await summarise(answer.body, {
          format,
          limits,
          host: url.host,
          encoding: String(answer.headers['content-encoding'] ?? ''),
        });
      } catch (error) {
        if (isFault(error)) throw error;
        const late = until.aborted ? 'was not read in time' : 'cannot be read';
        // The cause would carry the address, and the address is the key to the file.
        throw new Fault('api.unreachable', `The report's file at ${url.host} ${late}${codeText(error)}.`);
      }
    },
    close: () => dispatchers.close(),
  };
}

function checked(link: string): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new Fault('api.rejected', "The report's download link is no https address; it is not followed.");
}

function refused(url: URL, status: number): Fault {
  const expired = status === 403 || status === 404 || status === 410;
  return new Fault(
    status >= 500 || expired ? 'api.failed' : 'api.rejected',
    `${url.host} answered ${status} to the download of the report's file${expired ? ': the link may have expired' : ''}.`,
    { status, advice: 'The next poll asks for a new link.' },
  );
}

interface Reading {
  readonly format: 'csv' | 'tsv';
  readonly limits: DownloadLimits;
  readonly host: string;
  readonly encoding: string;
}

/** Row by row: a file may be larger than memory. The first row is the header. */
export async function summarise(
  body: Readable,
  { format, limits, host, encoding }: Reading,
): Promise<FileSummary> {
  const first: string[][] = [];
  let names: string[] | undefined;
  let rows = 0;
  const table = parse({
    bom: true,
    delimiter: format === 'tsv' ? '\t' : ',',
    ...(format === 'tsv' ? { quote: false } : {}),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 1024 * 1024,
  });
  const count = async (records: AsyncIterable<string[]>): Promise<void> => {
    for await (const record of records) {
      if (names === undefined) {
        names = record;
        continue;
      }
      rows += 1;
      if (first.length < FIRST_ROWS) first.push(record.slice(0, MAX_NAMES).map((cell) => line(cell, CELL)));
    }
  };
  try {
    await pipeline(body, unpackerOf(encoding), bounded(limits.maxBytes, host), table, count);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))
      throw new Fault(
        'api.unreadable',
        `The report's file from ${host} is no ${format.toUpperCase()} table (${String(error.code)}).`,
      );
    throw error;
  }
  const header = names ?? [];
  if (header.length === 1 && /^\s*</.test(header[0] ?? ''))
    throw new Fault('api.unreadable', `${host} sent a web page in place of the report's file.`);
  return {
    rows,
    columns: header.length,
    columnNames: header.slice(0, MAX_NAMES).map((name) => line(name, 80)),
    first,
  };
}

function unpackerOf(encoding: string): Transform {
  if (/gzip/i.test(encoding)) return createGunzip();
  if (/deflate/i.test(encoding)) return createInflate();
  return /\bbr\b/i.test(encoding) ? createBrotliDecompress() : new PassThrough();
}

function bounded(maxBytes: number, host: string): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= maxBytes) done(null, chunk);
      else
        done(new Fault('api.unreadable', `The report's file from ${host} is larger than ${maxBytes} bytes.`));
    },
  });
}

function codeText(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z_0-9]+$/.test(code) ? ` (${code})` : '';
}
