import type { Instant } from '../../model/time.js';
import { stamp, type GraphIssue, type GraphPost, type GraphServiceHealth } from './wire.js';

/** An issue to publish: what is left out gets the value of a newly opened advisory. */
export type IssueInput = Pick<GraphIssue, 'id' | 'title' | 'service'> & Partial<GraphIssue>;

export type IssuePatch = Partial<Omit<GraphIssue, 'id' | 'posts' | 'lastModifiedDateTime'>>;

export interface HealthSnapshot {
  readonly overviews: readonly GraphServiceHealth[];
  readonly issues: readonly GraphIssue[];
}

/**
 * The service health of the sandbox's tenants. Each change to an issue moves its lastModifiedDateTime; `at` is the
 * sandbox's present when it is left out.
 */
export interface HealthState {
  /** Without `status` it follows the service's open issues: the worst of them, or serviceOperational. */
  setService(id: string, service: { readonly name: string; readonly status?: string }): void;
  /** Publishes an issue, or replaces it. A lastModifiedDateTime of its own is kept. */
  putIssue(issue: IssueInput, at?: Instant): void;
  /** Throws for an issue that was never put. */
  patchIssue(id: string, patch: IssuePatch, at?: Instant): void;
  /** Adds a post at the end. */
  post(
    issueId: string,
    post: { readonly at: Instant; readonly html: string; readonly postType?: string },
  ): void;
  removeIssue(id: string): void;
  /** Serves these bodies as they are, faults included, until they are given as undefined again. */
  loadRaw(overviewsJson: string | undefined, issuesJson: string | undefined): void;
  snapshot(): HealthSnapshot;
  readonly raw: { readonly overviews: string | undefined; readonly issues: string | undefined };
}

/** Worst first; a status that is not here (a new member of the enum) counts before all of them. */
const GRAVITY = [
  'serviceInterruption',
  'serviceDegradation',
  'restoringService',
  'extendedRecovery',
  'verifyingService',
  'investigating',
  'investigationSuspended',
];

export function openHealth(now: () => Instant, settle: () => void): HealthState {
  const services = new Map<string, { readonly name: string; readonly status?: string }>();
  const issues = new Map<string, GraphIssue>();
  const raw: { overviews: string | undefined; issues: string | undefined } = {
    overviews: undefined,
    issues: undefined,
  };

  const change = (id: string, at: Instant, patch: Partial<GraphIssue>): void => {
    const issue = issues.get(id);
    if (issue === undefined) throw new Error(`There is no issue ${id} in the sandbox.`);
    issues.set(id, { ...issue, ...patch, lastModifiedDateTime: stamp(at) });
  };

  return {
    raw,
    setService: (id, service) => {
      services.set(id, service);
    },
    putIssue: (issue, at = now()) => {
      issues.set(issue.id, complete(issue, at));
    },
    patchIssue: (id, patch, at = now()) => change(id, at, patch),
    post: (id, post) => change(id, post.at, { posts: [...(issues.get(id)?.posts ?? []), toGraph(post)] }),
    removeIssue: (id) => {
      issues.delete(id);
    },
    loadRaw: (overviewsJson, issuesJson) => {
      raw.overviews = overviewsJson;
      raw.issues = issuesJson;
    },
    snapshot: () => {
      settle();
      const all = [...issues.values()];
      const overviews = [...services].map(([id, { name, status }]) => ({
        service: name,
        status: status ?? statusOf(name, all),
        id,
      }));
      return { overviews, issues: all };
    },
  };
}

function complete(issue: IssueInput, at: Instant): GraphIssue {
  return {
    startDateTime: stamp(at),
    endDateTime: null,
    lastModifiedDateTime: stamp(at),
    classification: 'advisory',
    origin: 'microsoft',
    status: 'investigating',
    feature: null,
    featureGroup: null,
    impactDescription: issue.title,
    isResolved: false,
    highImpact: null,
    details: [],
    posts: [],
    ...issue,
  };
}

function toGraph(post: {
  readonly at: Instant;
  readonly html: string;
  readonly postType?: string;
}): GraphPost {
  return {
    createdDateTime: stamp(post.at),
    postType: post.postType ?? 'regular',
    description: { contentType: 'html', content: post.html },
  };
}

function statusOf(service: string, issues: readonly GraphIssue[]): string {
  const open = issues.filter((issue) => issue.service === service && !issue.isResolved);
  const [worst] = open.map((issue) => issue.status).sort((a, b) => GRAVITY.indexOf(a) - GRAVITY.indexOf(b));
  return worst ?? 'serviceOperational';
}
