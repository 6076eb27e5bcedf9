import { z } from 'zod';
import { DAY, type Instant } from '../../model/time.js';
import { span } from './fields.js';

/** A service as healthOverviews lists it. `Exchange`, or `{ id: Exchange, name: Exchange Online, status: serviceDegradation }` */
export const serviceSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { id: value } : value),
  z.strictObject({
    id: z.string().min(1),
    name: z.string().min(1).optional(),
    status: z.string().min(1).default('serviceOperational'),
  }),
);

/** An issue in few words; spans say how long before the step. */
export const issueSchema = z.strictObject({
  id: z.string().min(1),
  title: z.string().default('Some users may be affected'),
  service: z.string().default('Exchange Online'),
  status: z.string().default('serviceDegradation'),
  classification: z.string().default('incident'),
  origin: z.string().default('microsoft'),
  feature: z.string().default('E-Mail timely delivery'),
  impact: z.string().default('Users may see delays.'),
  resolved: z.boolean().default(false),
  started: span.default(0),
  modified: span.default(0),
  /** Microsoft's posts, oldest first; the newest is as old as `modified`. */
  posts: z.array(z.string()).default([]),
});

/** A post of the Message center in few words. */
export const messageSchema = z.strictObject({
  id: z.string().min(1),
  title: z.string().default('A change is coming'),
  services: z.array(z.string()).default(['Microsoft Teams']),
  category: z.string().default('planForChange'),
  severity: z.string().default('normal'),
  tags: z.array(z.string()).default([]),
  major: z.boolean().default(false),
  body: z.string().default('What will happen.'),
  modified: span.default(0),
  started: span.optional(),
  /** The day to act by lies so far ahead. */
  actIn: span.optional(),
});

const CONTEXT = 'https://graph.microsoft.com/v1.0/$metadata#admin/serviceAnnouncement';

export function overviewsBody(services: readonly z.output<typeof serviceSchema>[]): string {
  return listOf(
    'healthOverviews',
    services.map(({ id, name = id, status }) => ({ service: name, status, id })),
  );
}

export function issuesBody(issues: readonly z.output<typeof issueSchema>[], at: Instant): string {
  return listOf(
    'issues',
    issues.map((issue) => ({
      startDateTime: stamp(at - issue.started),
      endDateTime: issue.resolved ? stamp(at - issue.modified) : null,
      lastModifiedDateTime: stamp(at - issue.modified),
      title: issue.title,
      id: issue.id,
      impactDescription: issue.impact,
      classification: issue.classification,
      origin: issue.origin,
      status: issue.status,
      service: issue.service,
      feature: issue.feature,
      featureGroup: issue.feature,
      isResolved: issue.resolved,
      highImpact: null,
      details: [],
      posts: issue.posts.map((content, i) => ({
        createdDateTime: stamp(at - issue.modified - (issue.posts.length - 1 - i) * 60_000),
        postType: 'regular',
        description: { contentType: 'html', content },
      })),
    })),
  );
}

export function messagesBody(messages: readonly z.output<typeof messageSchema>[], at: Instant): string {
  return listOf(
    'messages',
    messages.map((message) => ({
      startDateTime: stamp(at - (message.started ?? message.modified)),
      endDateTime: stamp(at + 60 * DAY),
      lastModifiedDateTime: stamp(at - message.modified),
      title: message.title,
      id: message.id,
      category: message.category,
      severity: message.severity,
      tags: message.tags,
      isMajorChange: message.major,
      actionRequiredByDateTime: message.actIn === undefined ? null : stamp(at + message.actIn),
      services: message.services,
      hasAttachments: false,
      viewPoint: null,
      details: [],
      body: { contentType: 'html', content: message.body },
    })),
  );
}

function listOf(name: string, value: readonly unknown[]): string {
  return JSON.stringify({ '@odata.context': `${CONTEXT}/${name}`, value });
}

function stamp(at: Instant): string {
  return new Date(at).toISOString();
}
