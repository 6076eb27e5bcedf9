import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault, isFault } from '../../lib/fault.js';
import { isOwn, own } from '../graph-page.js';
import type { Graph } from '../graph.js';
import type { Instant } from '../../model/time.js';
import { askForPage, type AskedPage, type GetPage } from './asked.js';
import type { PageReader, TakeRow } from './scan/page.js';

/** Either is enough; the first one is the narrower (Microsoft Graph permissions reference). */
export const PERMISSION = 'CallRecord-PstnCalls.Read.All or CallRecords.Read.All';

export interface CallsClient {
  /**
   * Every page of the calls that began from ≤ start < to, one after the other; `after` runs once a page is taken, while the next
   * one may be on its way, and ends the reading with false. A page that has to be asked for again is told again from its first row.
   */
  read(from: Instant, to: Instant, take: TakeRow, after: () => Promise<boolean>): Promise<ReadEnd>;
}

export interface ReadEnd {
  readonly rows: number;
  readonly broken: number;
  /** False when `after` ended it before the last page. */
  readonly whole: boolean;
}

export interface ClientDeps {
  readonly graph: Graph;
  /** The Graph host, which alone is asked. */
  readonly endpoint: string;
  readonly reader: PageReader;
  /** Waits until a request is free, then spends it. */
  readonly pace: () => Promise<void>;
  readonly spend: () => void;
}

/** 20 million calls: nobody has so many, but a server that gives next pages for ever might. */
const MOST_PAGES = 20_000;

/** `getDirectRoutingCalls` (Microsoft Learn, callRecord: getDirectRoutingCalls). No option of OData works on it. */
export function openClient({ graph, endpoint, reader, pace, spend }: ClientDeps): CallsClient {
  const { origin, host } = new URL(endpoint);

  const get: GetPage = async (path, sink) => {
    await pace();
    await graph.get({ path, permission: PERMISSION, spend, sink }).catch(explain);
  };

  return {
    async read(from, to, take, after) {
      const ask = (path: string): AskedPage => askForPage(path, get, () => reader.page(host, take));
      let page = ask(pathOf(from, to));
      let ahead: AskedPage | undefined;
      let rows = 0;
      let broken = 0;
      try {
        for (let pages = 1; ; pages += 1) {
          const link = await page.arrival();
          // A reading that ends with its first page asks for no other.
          if (pages > 1 && link !== page.path && pages < MOST_PAGES) ahead = await early(link, ask);
          const end = await page.read();
          rows += end.rows;
          broken += end.broken;
          const goOn = await after();
          if (end.next === undefined) break;
          if (!goOn) return { rows, broken, whole: false };
          if (end.next === page.path || pages >= MOST_PAGES)
            throw new Fault('api.unreadable', `${host} gives next pages without an end.`);
          const path = own(end.next, origin);
          if (ahead !== undefined && ahead.path !== path) ahead.drop();
          page = ahead?.path === path ? ahead : ask(path);
          ahead = undefined;
        }
      } finally {
        ahead?.drop();
      }
      if (rows > 0 && broken === rows)
        throw new Fault('api.unreadable', `None of the ${rows} rows that ${host} gave is a call.`);
      return { rows, broken, whole: true };
    },
  };

  /** Asks for the next page before this one is read, so that neither side waits for the other. */
  async function early(
    link: string | undefined,
    ask: (path: string) => AskedPage,
  ): Promise<AskedPage | undefined> {
    if (link === undefined || !isOwn(link, origin)) return undefined;
    const page = ask(link);
    // The request leaves before this thread is busy.
    await nextTurn();
    return page;
  }
}

/** Both times in UTC and unquoted; the colons percent-encoded. */
function pathOf(from: Instant, to: Instant): string {
  const stamp = (at: Instant): string =>
    encodeURIComponent(new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'));
  return `/communications/callRecords/getDirectRoutingCalls(fromDateTime=${stamp(from)},toDateTime=${stamp(to)})`;
}

function explain(error: unknown): never {
  if (isFault(error, 'api.rejected') && error.status === 406)
    throw new Fault('api.rejected', error.message, {
      cause: error,
      status: 406,
      ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
      advice: 'Graph gives at most 90 days of calls in one answer: set a shorter overlap.',
    });
  throw error;
}
