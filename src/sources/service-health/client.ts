import { Fault, isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Instant } from '../../model/time.js';
import { toIso } from '../dates.js';
import { nextOf, type Graph, type GraphPage, type GraphRequest } from '../graph.js';
import { readIssue, readIssues, readOverviews, type Issue, type Overview, type ReadRows } from './schema.js';

export const PERMISSION = 'ServiceHealth.Read.All';

const ROOT = '/admin/serviceAnnouncement';
const PAGE = 1_000;
/** Without the filter the newest are read until they are old enough: small pages, so that it is soon over. */
const NEWEST_PAGE = 50;

/** Pages as they came; parsed only when asked. */
export interface Answer<T> {
  readonly bodies: readonly Buffer[];
  read(): ReadRows<T>;
}

export interface Modified extends Answer<Issue> {
  /** False when the service refused to filter by time, and the newest were read instead. */
  readonly filtered: boolean;
}

/** The calls of one poll or look: each takes from the budget that `spend` knows. */
export interface HealthClient {
  services(): Promise<Answer<Overview>>;
  unresolved(): Promise<Answer<Issue>>;
  modifiedSince(since: Instant, mayFilter: boolean): Promise<Modified>;
  /** Undefined when the tenant has no such issue. */
  issue(id: string): Promise<Issue | undefined>;
}

export function openClient(graph: Graph, log: Log, spend: () => void): HealthClient {
  const asked = { permission: PERMISSION, spend };
  const issues: GraphRequest = { ...asked, path: `${ROOT}/issues`, pageSize: PAGE };

  async function newest(since: Instant): Promise<readonly GraphPage[]> {
    const request = { ...issues, pageSize: NEWEST_PAGE, query: { $orderby: 'lastModifiedDateTime desc' } };
    const pages: GraphPage[] = [];
    let ask: GraphRequest | undefined = request;
    while (ask !== undefined && pages.length < 50) {
      const page: GraphPage = await graph.page(ask);
      pages.push(page);
      ask = reaches(page, since) ? undefined : nextOf(request, page.next());
    }
    return pages;
  }

  return {
    async services() {
      return answerOf(await graph.pages({ ...asked, path: `${ROOT}/healthOverviews` }), readOverviews, log);
    },
    async unresolved() {
      return answerOf(
        await graph.pages({ ...issues, query: { $filter: 'isResolved eq false' } }),
        readIssues,
        log,
      );
    },
    async modifiedSince(since, mayFilter) {
      if (mayFilter) {
        const $filter = `lastModifiedDateTime ge ${new Date(since).toISOString()}`;
        try {
          return {
            ...answerOf(await graph.pages({ ...issues, query: { $filter } }), readIssues, log),
            filtered: true,
          };
        } catch (error) {
          if (!isFault(error, 'api.rejected') || error.status !== 400) throw error;
          log.info(
            { requestId: error.requestId },
            'the filter by time is refused; the newest issues are read instead',
          );
        }
      }
      return { ...answerOf(await newest(since), readIssues, log), filtered: false };
    },
    async issue(id) {
      try {
        const answer = await graph.get({ ...asked, path: `${ROOT}/issues/${encodeURIComponent(id)}` });
        const issue = readIssue(answer.json());
        if (issue !== undefined) return issue;
        throw new Fault('api.unreadable', `Graph answered to issue ${id} with something that is no issue.`);
      } catch (error) {
        if (isFault(error, 'api.not-found')) return undefined;
        throw error;
      }
    },
  };
}

function answerOf<T>(
  pages: readonly GraphPage[],
  read: (rows: readonly unknown[]) => ReadRows<T>,
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
          `None of the ${rows.length} entries that Graph gave could be read.`,
        );
      }
      return found;
    },
  };
}

/** The page holds an issue older than `since`: so does everything after it. */
function reaches(page: GraphPage, since: Instant): boolean {
  return readIssues(page.rows()).rows.some((issue) => {
    const at = toIso(issue.lastModifiedDateTime);
    return at !== null && Date.parse(at) < since;
  });
}
