import { Fault, isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Instant } from '../../model/time.js';
import { answerOf, modifiedSince, type Answer, type Modified } from '../communications.js';
import type { Graph, GraphRequest } from '../graph.js';
import type { Office365Status } from '../office365-schema.js';
import { readIssue, readIssues, readOverviews, type Issue, type Overview } from './schema.js';

export const PERMISSION = 'ServiceHealth.Read.All';

/** Of a post-incident report: they are a few pages of text. */
export const REPORT_LIMIT = 10 * 1024 * 1024;

const ROOT = '/admin/serviceAnnouncement';
const PAGE = 1_000;

/** The calls of one poll or look: each takes from the budget that `spend` knows. */
export interface HealthClient {
  services(): Promise<Answer<Overview>>;
  unresolved(): Promise<Answer<Issue>>;
  modifiedSince(since: Instant, mayFilter: boolean): Promise<Modified<Issue>>;
  /** Undefined when the tenant has no such issue. */
  issue(id: string): Promise<Issue | undefined>;
  /** The post-incident report of an issue, as the file that Microsoft wrote; undefined while there is none. */
  report(issue: string): Promise<Buffer | undefined>;
  /** The state of each service at each midnight since, in the API's own words. Absent where the API tells none. */
  readonly history?: (since: Instant) => Promise<readonly Office365Status[]>;
}

export function openClient(graph: Graph, log: Log, spend: () => void): HealthClient {
  const asked = { permission: PERMISSION, spend };
  const issues: GraphRequest = { ...asked, path: `${ROOT}/issues`, pageSize: PAGE };
  return {
    async services() {
      return answerOf(await graph.pages({ ...asked, path: `${ROOT}/healthOverviews` }), readOverviews, log);
    },
    async unresolved() {
      const open = { ...issues, query: { $filter: 'isResolved eq false' } };
      return answerOf(await graph.pages(open), readIssues, log);
    },
    modifiedSince: (since, mayFilter) =>
      modifiedSince({ graph, log, list: issues, since, mayFilter, read: readIssues }),
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
    async report(id) {
      const path = `${ROOT}/issues/${encodeURIComponent(id)}/incidentReport`;
      try {
        return (await graph.get({ ...asked, path, accept: '*/*', maxBytes: REPORT_LIMIT })).body;
      } catch (error) {
        if (isFault(error, 'api.not-found')) return undefined;
        throw error;
      }
    },
  };
}
