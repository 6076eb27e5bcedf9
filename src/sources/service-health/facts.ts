import type { JsonObject } from '../../model/json.js';
import { richToText, type Rich } from '../../model/rich.js';
import type { Fact } from '../../model/source.js';
import { issueUrl } from '../admin-centre.js';
import { toIso } from '../dates.js';
import { parseHtml, postSections } from '../html.js';
import type { Cloud } from '../source.js';
import { cut, line } from '../text.js';
import type { Issue, Overview, Post } from './schema.js';
import { isActive, issueLevel, readMember, readStatus } from './words.js';

const KIND = 'service-health';
const POST_LIMIT = 6_000;

/** Which services have open issues: display name (as in `issue.service`) → issue ids. */
export type OpenIssues = ReadonlyMap<string, readonly string[]>;

/** `service:<id>`. A service's open issues are joined by its display name: an issue knows no service id. */
export function serviceFact(overview: Overview, open: OpenIssues): Fact {
  const status = readStatus(overview.status);
  const name = line(overview.service, 200) || overview.id;
  const openIssues = [...(open.get(nameKey(name)) ?? [])].sort();
  return {
    subject: `service:${overview.id}`,
    kind: KIND,
    values: {
      type: 'service',
      id: overview.id,
      name,
      status: status.name,
      statusText: status.text,
      active: status.active,
      level: status.level,
      openIssues,
      explained: openIssues.length > 0,
    },
  };
}

export interface IssueContext {
  /** Service ids by `nameKey` of their display names. */
  readonly serviceIds: ReadonlyMap<string, string>;
  readonly cloud: Cloud;
}

/** `issue:<id>` with everything a card or a rule may want to say. */
export function issueFact(issue: Issue, { serviceIds, cloud }: IssueContext): Fact {
  const status = readStatus(issue.status);
  const classification = readMember(issue.classification, ['advisory', 'incident']);
  const active = isActive(status, issue.isResolved);
  const service = line(issue.service, 200);
  return {
    subject: issueSubject(issue.id),
    kind: KIND,
    values: {
      type: 'issue',
      id: issue.id,
      title: line(issue.title, 300) || issue.id,
      service,
      serviceId: serviceIds.get(nameKey(service)) ?? '',
      status: status.name,
      statusText: status.text,
      classification,
      origin: readMember(issue.origin, ['microsoft', 'thirdParty', 'customer']),
      feature: line(issue.feature, 200),
      featureGroup: line(issue.featureGroup, 200),
      impact: line(issue.impactDescription, 1_000),
      active,
      level: issueLevel(status, classification, active),
      startedAt: toIso(issue.startDateTime),
      endedAt: toIso(issue.endDateTime),
      lastModified: toIso(issue.lastModifiedDateTime),
      ...postValues(issue.posts, active),
      pir: status.name === 'postIncidentReviewPublished',
      highImpact: issue.highImpact ?? null,
      url: issueUrl(cloud, issue.id),
    },
  };
}

export function isIssueActive(issue: Issue): boolean {
  return isActive(readStatus(issue.status), issue.isResolved);
}

export function issueSubject(id: string): string {
  return `issue:${id}`;
}

/** Names are compared without regard to case and blanks. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/\s+/g, ' ').trim();
}

interface ReadPost {
  readonly at: string;
  readonly raw: string;
}

function postValues(posts: readonly Post[], active: boolean): JsonObject {
  const told = distinctPosts(posts);
  const latest = told.at(-1);
  const rich = latest === undefined ? [] : parseHtml(latest.raw, POST_LIMIT);
  return {
    posts: told.length,
    latestPostAt: latest?.at ?? null,
    latestPost: cut(richToText(rich), POST_LIMIT),
    latestPostRich: asJson(rich),
    nextUpdateBy: active ? promisedUpdate(told) : null,
  };
}

/** Oldest first by their own time. The same text posted again is no news: it counts once, at its first time. */
function distinctPosts(posts: readonly Post[]): readonly ReadPost[] {
  const dated = posts
    .flatMap((post): ReadPost[] => {
      const at = toIso(post.createdDateTime);
      return at === null ? [] : [{ at, raw: contentOf(post) }];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const seen = new Set<string>();
  return dated.filter(({ raw }) => {
    const words = raw.replace(/\s+/g, ' ').trim();
    if (words === '' || seen.has(words)) return false;
    seen.add(words);
    return true;
  });
}

function contentOf({ description }: Post): string {
  return typeof description === 'string' ? description : (description?.content ?? '');
}

function promisedUpdate(posts: readonly ReadPost[]): string | null {
  for (const { raw } of [...posts].reverse()) {
    if (!/next update/i.test(raw)) continue;
    const { nextUpdateBy } = postSections(richToText(parseHtml(raw)));
    if (nextUpdateBy !== null) return nextUpdateBy;
  }
  return null;
}

function asJson(rich: Rich): JsonObject[] {
  return rich.map((block) => ({ ...block }));
}
