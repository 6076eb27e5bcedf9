import { Fault } from '../../lib/fault.js';
import { HOUR, type Instant } from '../../model/time.js';
import { newestIn, readGiven, type GivenRow } from '../rehearse.js';
import type { CallsClient } from './client.js';
import { hourOf } from './ledger.js';
import type { PageReader } from './scan/page.js';
import { startOf } from './scan/slow.js';

/** The call log as it was said to be: rows that were given once stay in it. */
export interface GivenCalls {
  readonly client: CallsClient;
  give(bodies: readonly string[]): void;
  newest(): Instant | undefined;
}

const PASSED = new Set(['startdatetime', 'enddatetime', 'invitedatetime', 'failuredatetime']);

interface Hour {
  readonly rows: GivenRow[];
  /** Rows came since the log was last read: what was read whole before tells nothing new. */
  news: boolean;
}

export function openGiven(reader: PageReader): GivenCalls {
  const hours = new Map<Instant, Hour>();
  let newest: Instant | undefined;

  function put(row: GivenRow): void {
    const at = hourOf(startOf(row) ?? 0);
    const hour = hours.get(at) ?? { rows: [], news: true };
    hour.rows.push(row);
    hour.news = true;
    hours.set(at, hour);
  }

  /** Hours with something new, and those around them: an attempt and its success elsewhere may lie on either side. */
  function read(from: Instant, to: Instant): GivenRow[] {
    const due = new Set<Instant>();
    for (const [at, { news }] of hours)
      if (news && at + HOUR > from && at <= to) for (const near of [at - HOUR, at, at + HOUR]) due.add(near);
    const rows = [...due].sort((a, b) => a - b).flatMap((at) => hours.get(at)?.rows ?? []);
    return rows.filter((row) => {
      const at = startOf(row) ?? 0;
      // What is just beginning is in the log as soon as it has failed.
      return at >= from && at <= to;
    });
  }

  return {
    give(bodies) {
      const rows = bodies.flatMap((body) => readGiven(body).rows);
      for (const row of rows)
        if (!isCall(row)) throw new Fault('api.unreadable', 'A row is no call of the log.');
      for (const row of rows) put(row);
      const last = newestIn(rows, PASSED);
      if (last !== undefined) newest = Math.max(newest ?? last, last);
    },
    newest: () => newest,
    client: {
      async read(from, to, take, after) {
        const scan = reader.page('the log', take);
        scan.push(Buffer.from(JSON.stringify({ value: read(from, to) })));
        const { rows, broken } = scan.end();
        await after();
        for (const [at, hour] of hours) if (at + HOUR <= to && at >= from) hour.news = false;
        return { rows, broken, whole: true };
      },
    },
  };
}

function isCall(row: GivenRow): boolean {
  return ('finalSipCode' in row || 'callType' in row) && startOf(row) !== undefined;
}
