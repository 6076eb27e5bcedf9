import { DAY, type Instant } from '../../model/time.js';
import type { Entity } from '../graph/odata/filter.js';
import type { HealthSnapshot } from '../state/health.js';
import type { GraphIssue, GraphMessage, GraphServiceHealth } from '../state/wire.js';
import type { LegacyShape } from './host.js';

/** The world in the words of the Office 365 Service Communications API, recorded in 2020 or documented before. */

export function legacyServices({ overviews, issues }: HealthSnapshot, shape: LegacyShape): readonly Entity[] {
  return overviews.map(({ id, service }) => {
    const names = featuresOf(service, issues);
    return shape === 'documented'
      ? { Id: id, DisplayName: service, FeatureNames: names }
      : {
          Id: id,
          DisplayName: service,
          Features: names.map((name) => ({ DisplayName: name, Name: codeOf(name) })),
        };
  });
}

/** The time of a current status lies exactly a day back: it stands for the day up to now. */
export function legacyCurrentStatus(
  health: HealthSnapshot,
  now: Instant,
  shape: LegacyShape,
): readonly Entity[] {
  const time = new Date(now - DAY).toISOString().replace('Z', '7769Z');
  return health.overviews.map((overview) => {
    const open = health.issues.filter((issue) => issue.service === overview.service && !issue.isResolved);
    return statusRow(overview, { status: overview.status, time, open, all: health.issues }, shape);
  });
}

/** One row a service and whole day, newest first, for the last thirty. */
export function legacyHistory(health: HealthSnapshot, now: Instant, shape: LegacyShape): readonly Entity[] {
  const today = Math.floor(now / DAY) * DAY;
  return health.overviews.flatMap((overview) =>
    Array.from({ length: 30 }, (_, i) => {
      const begins = today - (i + 1) * DAY;
      const open = health.issues.filter(
        (issue) =>
          issue.service === overview.service && issue.status !== 'falsePositive' && lasted(issue, begins),
      );
      const status = open.length === 0 ? 'serviceOperational' : 'serviceDegradation';
      const time = `${new Date(begins).toISOString().slice(0, 19)}Z`;
      return statusRow(overview, { status, time, open, all: health.issues }, shape);
    }),
  );
}

function lasted(issue: GraphIssue, begins: Instant): boolean {
  const end = issue.endDateTime ?? (issue.isResolved ? issue.lastModifiedDateTime : undefined);
  return Date.parse(issue.startDateTime) < begins + DAY && (end === undefined || Date.parse(end) >= begins);
}

interface State {
  readonly status: string;
  readonly time: string;
  readonly open: readonly GraphIssue[];
  readonly all: readonly GraphIssue[];
}

function statusRow(
  { id, service }: GraphServiceHealth,
  { status, time, open, all }: State,
  shape: LegacyShape,
): Entity {
  const features = featuresOf(service, all).map((name) => {
    const worst = open.find((issue) => (issue.featureGroup ?? 'Service') === name);
    return { name, status: worst === undefined ? 'serviceOperational' : status };
  });
  const row = {
    Id: id,
    IncidentIds: open.map((issue) => issue.id),
    Status: pascal(status),
    Workload: id,
    WorkloadDisplayName: service,
  };
  if (shape === 'documented')
    return {
      ...row,
      StatusDate: time,
      FeatureGroupStatusCollection: features.map((feature) => ({
        Feature: codeOf(feature.name),
        FeatureGroupDisplayName: feature.name,
        FeatureStatus: pascal(feature.status),
      })),
    };
  return {
    FeatureStatus: features.map((feature) => ({
      FeatureDisplayName: feature.name,
      FeatureName: codeOf(feature.name),
      FeatureServiceStatus: pascal(feature.status),
      FeatureServiceStatusDisplayName: display(feature.status),
    })),
    ...row,
    StatusDisplayName: display(status),
    StatusTime: time,
  };
}

function featuresOf(service: string, issues: readonly GraphIssue[]): string[] {
  const named = issues
    .filter((issue) => issue.service === service)
    .map((issue) => issue.featureGroup ?? 'Service');
  return [...new Set(['Service', ...named])];
}

export function legacyIncident(
  issue: GraphIssue,
  ids: ReadonlyMap<string, string>,
  shape: LegacyShape,
  origin: string,
): Entity {
  const ended = issue.endDateTime ?? (issue.isResolved ? issue.lastModifiedDateTime : null);
  const workload = ids.get(issue.service) ?? issue.service;
  const common = {
    Id: issue.id,
    Status: display(issue.status),
    StartTime: issue.startDateTime,
    EndTime: ended,
    LastUpdatedTime: issue.lastModifiedDateTime,
    Feature: issue.featureGroup === null ? null : codeOf(issue.featureGroup),
    FeatureDisplayName: issue.featureGroup,
    Messages: issue.posts.map((post) => ({
      MessageText: post.description.content,
      PublishedTime: post.createdDateTime,
    })),
  };
  if (shape === 'documented')
    return { ...common, Name: issue.id, Title: null, Workload: issue.service, WorkloadDisplayName: workload };
  return {
    AffectedWorkloadDisplayNames: [],
    AffectedWorkloadNames: [],
    ...common,
    Workload: workload,
    WorkloadDisplayName: issue.service,
    ActionType: null,
    AdditionalDetails: issue.details.map(({ name, value }) => ({ Name: name, Value: value })),
    AffectedTenantCount: 0,
    AffectedUserCount: null,
    Classification: pascal(issue.classification),
    UserFunctionalImpact: '',
    ImpactDescription: issue.impactDescription,
    MessageType: 'Incident',
    PostIncidentDocumentUrl:
      issue.status === 'postIncidentReviewPublished' ? `${origin}/documents/${issue.id}?key=signed` : null,
    Severity: issue.classification === 'incident' ? 'Sev1' : 'Sev2',
    TenantParams: [],
    Title: issue.title,
  };
}

export function legacyPost(
  message: GraphMessage,
  ids: ReadonlyMap<string, string>,
  shape: LegacyShape,
): Entity {
  const detail = (name: string): string => message.details.find((one) => one.name === name)?.value ?? '';
  const common = {
    Id: message.id,
    Title: message.title,
    Status: '',
    StartTime: message.startDateTime,
    EndTime: message.endDateTime,
    LastUpdatedTime: message.lastModifiedDateTime,
    Workload: null,
    WorkloadDisplayName: null,
    Feature: null,
    FeatureDisplayName: null,
    Messages: [{ MessageText: message.body.content, PublishedTime: message.lastModifiedDateTime }],
    ActionRequiredByDate: message.actionRequiredByDateTime,
    AffectedWorkloadDisplayNames: message.services,
    AffectedWorkloadNames: message.services.map((name) => ids.get(name) ?? name),
    Category: message.category === 'preventOrFixIssue' ? 'Prevent Or Fix Issues' : titled(message.category),
    Severity: pascal(message.severity),
  };
  if (shape === 'documented') return { ...common, Name: message.id };
  return {
    ...common,
    ActionType: 'Awareness',
    AdditionalDetails: message.details
      .filter(({ name }) => !/Link$/.test(name))
      .map(({ name, value }) => ({ Name: name, Value: value })),
    AffectedTenantCount: 0,
    AffectedUserCount: null,
    Classification: 'Advisory',
    UserFunctionalImpact: null,
    ImpactDescription: null,
    MessageType: 'MessageCenter',
    PostIncidentDocumentUrl: null,
    TenantParams: [],
    AnnouncementId: 0,
    MessageTagNames: message.tags,
    ExternalLink: detail('ExternalLink'),
    IsDismissed: false,
    IsRead: false,
    IsMajorChange: message.isMajorChange,
    PreviewDuration: null,
    AppliesTo: null,
    MilestoneDate: message.startDateTime,
    Milestone: '',
    BlogLink: detail('BlogLink'),
    HelpLink: detail('HelpLink'),
    FlightName: null,
    FeatureName: null,
  };
}

/** The retired API said "report" where Graph says "review". */
function legacyName(status: string): string {
  return status === 'postIncidentReviewPublished' ? 'postIncidentReportPublished' : status;
}

function pascal(word: string): string {
  const name = legacyName(word);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `Extended recovery`: display text, with blanks, where a status is told to people. */
function display(status: string): string {
  if (status === 'serviceOperational') return 'Normal service';
  const words = legacyName(status)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `Stay Informed`. */
function titled(word: string): string {
  return pascal(word).replace(/([a-z])([A-Z])/g, '$1 $2');
}

function codeOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}
