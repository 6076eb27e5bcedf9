import type { Fact } from '../../model/source.js';
import { issueUrl } from '../admin-centre.js';
import { toIso } from '../dates.js';
import type { Cloud } from '../source.js';
import { line } from '../text.js';
import { postValues } from './posts.js';
import type { Issue, Overview } from './schema.js';
import { isActive, issueLevel, readMember, readStatus } from './words.js';

const KIND = 'service-health';

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
      // Filled in by a poll, which alone fetches reports.
      reportName: '',
      reportBytes: 0,
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
