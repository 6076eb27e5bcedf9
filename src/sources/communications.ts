import { createHash } from 'node:crypto';
import type { Budget } from '../lib/budget.js';
import { Fault, isFault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../model/time.js';
import { toIso } from './dates.js';
import type { GraphPage } from './graph-page.js';
import { nextOf, type Graph, type GraphRequest } from './graph.js';
import type { ReadRows } from './rows.js';
import type { TenantConnection } from './source.js';
import { sharedBudget } from './tenant.js';

/** Per app and tenant (Microsoft Learn, service communications API limits). The retired API is held to the same. */
const WINDOWS = [
  { max: 240, perMs: MINUTE },
  { max: 800, perMs: HOUR },
];

/** The one budget of a tenant for everything under /admin/serviceAnnouncement, or for the retired API's own host. */
export function communicationsBudget(tenant: TenantConnection, api: 'graph' | 'office365'): Budget {
  return sharedBudget(
    tenant,
    api === 'graph' ? 'service-communications' : 'office365-communications',
    WINDOWS,
  );
}

/** Takes one request; throws `api.budget` when there is none left. */
export function spendOne(budget: Budget, now: Instant): void {
  if (!budget.take(now)) throw usedUp(budget.freeAt(now) - now);
}

export function usedUp(waitMs: number): Fault {
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND));
  return new Fault(
    'api.budget',
    `The service communications budget (240 requests a minute, 800 an hour) is used up for ${seconds} s.`,
    { retryAfterMs: seconds * SECOND },
  );
}

/** Pages as they came; parsed only when asked. */
export interface Answer<T> {
  readonly bodies: readonly Buffer[];
  /** Throws `api.unreadable` when nothing of a list that is not empty could be read. */
  read(): ReadRows<T>;
}

export interface Modified<T> extends Answer<T> {
  /** False when the service refused to filter by time, and the newest were read instead. */
  readonly filtered: boolean;
}

export type ReadList<T> = (rows: readonly unknown[]) => ReadRows<T>;

export function answerOf<T>(
  pages: readonly Pick<GraphPage, 'body' | 'rows'>[],
  read: ReadList<T>,
  log: Log,
): Answer<T> {
  return {
    bodies: pages.map((page) => page.body),
    read() {
      const rows = pages.flatMap((page) => page.rows());
      const found = read(rows);
      if (found.broken > 0)
        log.warn({ broken: found.broken, of: rows.length }, 'entries that could not be read were left out');
      if (found.rows.length === 0 && rows.length > 0) {
        throw new Fault(
          'api.unreadable',
          `None of the ${rows.length} entries that the API gave could be read.`,
        );
      }
      return found;
    },
  };
}

/** Without the filter the newest are read until they are old enough: small pages, so that it is soon over. */
const NEWEST_PAGE = 50;
const NEWEST_PAGES = 50;

export interface ModifiedAsk<T> {
  readonly graph: Graph;
  readonly log: Log;
  readonly list: GraphRequest;
  readonly since: Instant;
  /** False while the filter by time is known to be refused. */
  readonly mayFilter: boolean;
  readonly read: ReadList<T>;
}

/** The entries of a Graph list that were modified since; by filter, or newest first where the service refuses it. */
export async function modifiedSince<T extends { readonly lastModifiedDateTime?: string | null | undefined }>(
  ask: ModifiedAsk<T>,
): Promise<Modified<T>> {
  const { graph, log, list, since, mayFilter, read } = ask;
  if (mayFilter) {
    const $filter = `lastModifiedDateTime ge ${new Date(since).toISOString()}`;
    try {
      return { ...answerOf(await graph.pages({ ...list, query: { $filter } }), read, log), filtered: true };
    } catch (error) {
      if (!isFault(error, 'api.rejected') || error.status !== 400) throw error;
      log.info({ requestId: error.requestId }, 'the filter by time is refused; the newest are read instead');
    }
  }
  return { ...answerOf(await newest(ask), read, log), filtered: false };
}

async function newest<T extends { readonly lastModifiedDateTime?: string | null | undefined }>({
  graph,
  list,
  since,
  read,
}: ModifiedAsk<T>): Promise<readonly GraphPage[]> {
  const request = { ...list, pageSize: NEWEST_PAGE, query: { $orderby: 'lastModifiedDateTime desc' } };
  const pages: GraphPage[] = [];
  let ask: GraphRequest | undefined = request;
  while (ask !== undefined && pages.length < NEWEST_PAGES) {
    const page: GraphPage = await graph.page(ask);
    pages.push(page);
    // The page holds an entry older than `since`: so does everything after it.
    const reached = read(page.rows()).rows.some((row) => modifiedAt(row) < since);
    ask = reached ? undefined : nextOf(request, page.next());
  }
  return pages;
}

/** Infinity when it says nothing: it may be new. */
function modifiedAt({
  lastModifiedDateTime,
}: {
  readonly lastModifiedDateTime?: string | null | undefined;
}): Instant {
  const at = toIso(lastModifiedDateTime);
  return at === null ? Infinity : Date.parse(at);
}

/** The filter by time is tried again after this. */
const FILTER_AGAIN = DAY;

export function mayFilter(noFilterSince: Instant | null, now: Instant): boolean {
  return noFilterSince === null || now - noFilterSince >= FILTER_AGAIN;
}

/** Since when the filter by time is known to be refused, after this answer. */
export function filterMemory(filtered: boolean, noFilterSince: Instant | null, now: Instant): Instant | null {
  if (filtered) return null;
  return mayFilter(noFilterSince, now) ? now : (noFilterSince ?? now);
}

type Bodies = Pick<Answer<unknown>, 'bodies'>;

/** The hash of an answer to one and the same question. */
export type HashOf = (question: string, answer: Bodies) => string;

/** Larger answers are hashed each time rather than kept. */
const KEPT_BYTES = 512 * 1024;

/** Hashes that last beyond the process; within it equal bytes are told by comparing them, which is far cheaper. */
export function openHashes(): HashOf {
  const last = new Map<string, { readonly bodies: readonly Buffer[]; readonly hash: string }>();
  return (question, answer) => {
    const known = last.get(question);
    if (known !== undefined && isSame(known.bodies, answer.bodies)) return known.hash;
    const hash = hashOf(answer);
    const bytes = answer.bodies.reduce((sum, body) => sum + body.length, 0);
    if (bytes <= KEPT_BYTES) last.set(question, { bodies: answer.bodies, hash });
    else last.delete(question);
    return hash;
  };
}

function isSame(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.length === others.length && some.every((body, i) => others[i]?.equals(body) === true);
}

/** Equal for equal bodies. */
export function hashOf(answer: Bodies): string {
  const hash = createHash('sha256');
  for (const body of answer.bodies) hash.update(body).update('\0');
  return hash.digest('base64');
}
