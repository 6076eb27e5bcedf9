import { z } from 'zod';
import { lowered } from './rows.js';

/**
 * Answers of the Office 365 Service Communications API, which Microsoft documents in one shape and sent in another: the
 * features of a status are `FeatureStatus` (an array) on the wire and `FeatureGroupStatusCollection` on paper, where
 * `FeatureStatus` is each one's word; a time is `StatusTime` or `StatusDate`; a documented message has no `MessageType` and
 * its two workload names the wrong way round. Both are read into the same words.
 */

export interface Office365Service {
  readonly id: string;
  readonly name: string;
  readonly features: readonly string[];
}

export interface Office365Status {
  /** The service's id, as Graph has it: `Exchange`. */
  readonly id: string;
  readonly name: string;
  /** `ServiceOperational`, or `Normal service` where only the display text was given. */
  readonly status: string | null;
  /** As it came. In CurrentStatus it lies 24 h back by design: it says nothing about how fresh the answer is. */
  readonly time: string | null;
  readonly incidentIds: readonly string[];
  readonly features: readonly { readonly name: string; readonly status: string | null }[];
}

export interface Office365Message {
  readonly id: string;
  readonly incident: boolean;
  readonly title: string | null;
  /** Display text with blanks: `Extended recovery`. */
  readonly status: string | null;
  readonly workload: string | null;
  readonly workloadName: string | null;
  readonly featureName: string | null;
  readonly classification: string | null;
  readonly severity: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly lastUpdatedTime: string | null;
  readonly impact: string | null;
  /** As they came. */
  readonly posts: readonly { readonly publishedTime: string; readonly text: string }[];
  readonly details: readonly { readonly name: string; readonly value: string }[];
  readonly affectedNames: readonly string[];
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly isMajorChange: boolean | null;
  readonly actionRequiredByDate: string | null;
  /** Where the post-incident report lies. */
  readonly reportUrl: string | null;
}

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const list = z.array(z.unknown()).nullish().catch(null);

const serviceSchema = z.object({
  id: z.string().min(1).max(100),
  displayName: text,
  features: list,
  featureNames: list,
});

const statusSchema = z.object({
  id: text,
  workload: text,
  workloadDisplayName: text,
  status: text,
  statusDisplayName: text,
  statusTime: text,
  statusDate: text,
  incidentIds: list,
  featureStatus: list,
  featureGroupStatusCollection: list,
});

const featureSchema = z.object({
  // Recorded …
  featureName: text,
  featureDisplayName: text,
  featureServiceStatus: text,
  featureServiceStatusDisplayName: text,
  // … and documented.
  feature: text,
  featureGroupDisplayName: text,
  featureStatus: text,
});

const messageSchema = z.object({
  id: z.string().min(1).max(100),
  messageType: text,
  title: text,
  status: text,
  workload: text,
  workloadDisplayName: text,
  featureDisplayName: text,
  classification: text,
  severity: text,
  startTime: text,
  endTime: text,
  lastUpdatedTime: text,
  impactDescription: text,
  messages: list,
  additionalDetails: list,
  affectedWorkloadDisplayNames: list,
  category: text,
  messageTagNames: list,
  isMajorChange: flag,
  actionRequiredByDate: text,
  postIncidentDocumentUrl: text,
  externalLink: text,
  blogLink: text,
  helpLink: text,
});

const postSchema = z.object({ publishedTime: z.string(), messageText: text });
const detailSchema = z.object({ name: z.string(), value: z.string() });

export function readService(row: unknown): Office365Service | undefined {
  const read = serviceSchema.safeParse(lowered(row)).data;
  if (read === undefined) return undefined;
  const named = (read.features ?? []).flatMap(
    (feature) => z.object({ displayName: z.string() }).safeParse(feature).data?.displayName ?? [],
  );
  return {
    id: read.id,
    name: read.displayName ?? read.id,
    features: (read.features ?? null) === null ? strings(read.featureNames) : named,
  };
}

/** One row of CurrentStatus or HistoricalStatus. */
export function readStatusRow(row: unknown): Office365Status | undefined {
  const read = statusSchema.safeParse(lowered(row)).data;
  const id = filled(read?.id) ?? filled(read?.workload);
  if (read === undefined || id === null) return undefined;
  return {
    id,
    name: filled(read.workloadDisplayName) ?? id,
    status: filled(read.status) ?? filled(read.statusDisplayName),
    time: filled(read.statusTime) ?? filled(read.statusDate),
    incidentIds: strings(read.incidentIds),
    features: (read.featureStatus ?? read.featureGroupStatusCollection ?? []).flatMap(readFeature),
  };
}

function readFeature(row: unknown): Office365Status['features'] {
  const read = featureSchema.safeParse(row).data;
  if (read === undefined) return [];
  const name = [read.featureDisplayName, read.featureGroupDisplayName, read.featureName, read.feature]
    .map(filled)
    .find((given) => given !== null);
  if (name === undefined) return [];
  const status =
    filled(read.featureServiceStatus) ??
    filled(read.featureStatus) ??
    filled(read.featureServiceStatusDisplayName);
  return [{ name, status }];
}

export function readMessage(row: unknown): Office365Message | undefined {
  const read = messageSchema.safeParse(lowered(row)).data;
  if (read === undefined) return undefined;
  const [workload, workloadName] = workloadOf(filled(read.workload), filled(read.workloadDisplayName));
  return {
    id: read.id,
    incident: isIncident(read.id, filled(read.messageType)),
    title: filled(read.title),
    status: filled(read.status),
    workload,
    workloadName,
    featureName: filled(read.featureDisplayName),
    classification: filled(read.classification),
    severity: filled(read.severity),
    startTime: filled(read.startTime),
    endTime: filled(read.endTime),
    lastUpdatedTime: filled(read.lastUpdatedTime),
    impact: filled(read.impactDescription),
    posts: (read.messages ?? []).flatMap((post) => {
      const { publishedTime, messageText } = postSchema.safeParse(post).data ?? {};
      return publishedTime === undefined ? [] : [{ publishedTime, text: messageText ?? '' }];
    }),
    details: [
      ...(read.additionalDetails ?? []).flatMap((detail) => detailSchema.safeParse(detail).data ?? []),
      ...link('ExternalLink', read.externalLink),
      ...link('BlogLink', read.blogLink),
      ...link('HelpLink', read.helpLink),
    ],
    affectedNames: strings(read.affectedWorkloadDisplayNames),
    category: filled(read.category),
    tags: strings(read.messageTagNames),
    isMajorChange: read.isMajorChange ?? null,
    actionRequiredByDate: filled(read.actionRequiredByDate),
    reportUrl: filled(read.postIncidentDocumentUrl),
  };
}

/** Incidents of the documented shape do not say that they are; a Message center post has its own kind of id. */
function isIncident(id: string, type: string | null): boolean {
  return type === null ? !/^MC\d/i.test(id) : /^incident$/i.test(type);
}

/** Ids of services as they were seen (they equal Graph's): what is no display name. */
const IDS = new Set(
  `Exchange OrgLiveID OSDPPlatform microsoftteams Lync SharePoint OneDriveForBusiness Intune O365Client officeonline PowerBIcom
  MicrosoftFlow MicrosoftFlowM365 PowerApps PowerAppsM365 DynamicsCRM yammer Planner Forms Stream Viva Bookings StaffHub
  SwayEnterprise RMS MobileDeviceManagement cloudappsecurity Microsoft365Defender PAM`
    .toLowerCase()
    .split(/\s+/),
);

/** Id, then display name; the documentation has them the wrong way round. */
function workloadOf(workload: string | null, name: string | null): readonly [string | null, string | null] {
  const swapped = isId(name) && !isId(workload);
  return swapped ? [name, workload] : [workload, name];
}

function isId(name: string | null): boolean {
  return name !== null && IDS.has(name.toLowerCase());
}

function link(name: string, value: string | null | undefined): Office365Message['details'] {
  const given = filled(value);
  return given === null ? [] : [{ name, value: given }];
}

function filled(value: string | null | undefined): string | null {
  const trimmed = (value ?? '').trim();
  return trimmed === '' ? null : trimmed;
}

function strings(values: readonly unknown[] | null | undefined): readonly string[] {
  return (values ?? []).filter((value) => typeof value === 'string');
}
