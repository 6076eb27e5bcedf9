import { json, type Answer, type Route, type SandboxRequest } from '../http/answer.js';
import { recase, type GraphIssue } from '../state/wire.js';
import { graphHeaders, notFound, notThisTenants } from './errors.js';
import type { GraphContext } from './host.js';
import type { Entity, EntityType } from './odata/filter.js';
import { pageOf } from './odata/page.js';
import { reviewDocument, WORD } from './report.js';

const BASE = '\\/v1\\.0\\/admin\\/serviceAnnouncement';
const HEALTH = ['ServiceHealth.Read.All'];
const MESSAGES = ['ServiceMessage.Read.All'];

/** `/admin/serviceAnnouncement` (Microsoft Learn, service communications API in Microsoft Graph). */
export const announcementRoutes: readonly Route<GraphContext>[] = [
  route('healthOverviews', HEALTH, (request, _parts, context) => {
    const raw = context.world.health.raw.overviews;
    return collection(request, context, {
      type: OVERVIEW,
      path: 'healthOverviews',
      raw,
      all: overviews(request, context),
    });
  }),
  route('healthOverviews\\/([^/]+)', HEALTH, (request, [name = ''], context) => {
    const found = overviews(request, context).find((row) => row['id'] === name || row['service'] === name);
    return found === undefined ? notFound(request, name) : single(request, context, 'healthOverviews', found);
  }),
  route('issues', HEALTH, (request, _parts, context) => {
    const raw = context.world.health.raw.issues;
    return collection(request, context, { type: ISSUE, path: 'issues', raw, all: issues(context) });
  }),
  route('issues\\/([^/]+)', HEALTH, (request, [id = ''], context) => {
    const found = issues(context).find((issue) => issue['id'] === id);
    return found === undefined ? unknown(request, id) : single(request, context, 'issues', found);
  }),
  route('issues\\/([^/]+)\\/(?:microsoft\\.graph\\.)?incidentReport(?:\\(\\))?', HEALTH, incidentReport),
  route('messages', MESSAGES, (request, _parts, context) => {
    const raw = context.world.messages.raw.messages;
    return collection(request, context, { type: MESSAGE, path: 'messages', raw, all: messages(context) });
  }),
  route('messages\\/([^/]+)', MESSAGES, (request, [id = ''], context) => {
    const found = messages(context).find((message) => message['id'] === id);
    return found === undefined ? unknown(request, id) : single(request, context, 'messages', found);
  }),
];

function route(
  path: string,
  roles: readonly string[],
  answer: Route<GraphContext>['answer'],
): Route<GraphContext> {
  return { method: 'GET', path: new RegExp(`^${BASE}\\/${path}$`), roles, answer };
}

interface Collection {
  readonly type: EntityType;
  readonly path: string;
  /** A recorded body, sent as it is where the options ask for all of it. */
  readonly raw: string | undefined;
  readonly all: readonly Entity[];
}

function collection(
  request: SandboxRequest,
  context: GraphContext,
  { type, path, raw, all }: Collection,
): Answer {
  const page = pageOf(all, request, type);
  const headers = { ...graphHeaders(request), 'content-type': ODATA, 'odata-version': '4.0' };
  const expanded = request.query.get('$expand') !== null;
  if (raw !== undefined && page.whole && !expanded && page.count === undefined)
    return { status: 200, headers, body: raw };
  const body = {
    '@odata.context': `${request.origin}/v1.0/$metadata#admin/serviceAnnouncement/${path}`,
    ...(page.count === undefined ? {} : { '@odata.count': page.count }),
    ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
    value: raw === undefined ? recase(page.items, context.casing) : page.items,
  };
  return json(200, body, headers);
}

const ODATA =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

function single(request: SandboxRequest, context: GraphContext, path: string, entity: Entity): Answer {
  const { health, messages: center } = context.world;
  const recorded = {
    healthOverviews: health.raw.overviews,
    issues: health.raw.issues,
    messages: center.raw.messages,
  };
  const asIs = recorded[path as keyof typeof recorded] !== undefined;
  const body = {
    '@odata.context': `${request.origin}/v1.0/$metadata#admin/serviceAnnouncement/${path}/$entity`,
    ...(asIs ? entity : (recase(entity, context.casing) as Entity)),
  };
  return json(200, body, { ...graphHeaders(request), 'content-type': ODATA, 'odata-version': '4.0' });
}

/** An id of the right form belongs, as far as the service says, to somebody else. */
function unknown(request: SandboxRequest, id: string): Answer {
  return /^[A-Z]{2,3}\d{4,9}$/.test(id) ? notThisTenants(request) : notFound(request, id);
}

function overviews(request: SandboxRequest, { world }: GraphContext): readonly Entity[] {
  const rows = entities(world.health.raw.overviews) ?? plain(world.health.snapshot().overviews);
  if (request.query.get('$expand') !== 'issues') return rows;
  const all = issues({ world });
  return rows.map((row) => ({ ...row, issues: all.filter((issue) => issue['service'] === row['service']) }));
}

function issues({ world }: Pick<GraphContext, 'world'>): readonly Entity[] {
  return entities(world.health.raw.issues) ?? plain(world.health.snapshot().issues);
}

function messages({ world }: GraphContext): readonly Entity[] {
  return entities(world.messages.raw.messages) ?? plain(world.messages.snapshot());
}

/** The rows of a recorded body; none when it cannot be read, since it is then sent as it is anyway. */
function entities(raw: string | undefined): readonly Entity[] | undefined {
  if (raw === undefined) return undefined;
  try {
    const body: unknown = JSON.parse(raw);
    const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : [];
    return Array.isArray(value) ? (value as readonly Entity[]) : [];
  } catch {
    return [];
  }
}

function plain(rows: readonly object[]): readonly Entity[] {
  return rows.map((row) => ({ ...row }));
}

function incidentReport(
  request: SandboxRequest,
  [id = '']: readonly string[],
  context: GraphContext,
): Answer {
  const issue = context.world.health.snapshot().issues.find((candidate) => candidate.id === id);
  if (issue === undefined) return unknown(request, id);
  if (issue.status !== 'postIncidentReviewPublished') return notFound(request, `incidentReport of ${id}`);
  return reportAnswer(request, issue);
}

function reportAnswer(request: SandboxRequest, issue: GraphIssue): Answer {
  return {
    status: 200,
    headers: {
      ...graphHeaders(request),
      'content-type': WORD,
      'content-disposition': `attachment; filename="${issue.id}_PIR.docx"`,
    },
    body: reviewDocument(issue),
  };
}

const OVERVIEW: EntityType = {
  name: 'serviceHealth',
  properties: { id: 'string', service: 'string', status: 'enum', issues: 'complex' },
};

const ISSUE: EntityType = {
  name: 'serviceHealthIssue',
  properties: {
    id: 'string',
    title: 'string',
    startDateTime: 'stamp',
    endDateTime: 'stamp',
    lastModifiedDateTime: 'stamp',
    classification: 'enum',
    origin: 'enum',
    status: 'enum',
    service: 'string',
    feature: 'string',
    featureGroup: 'string',
    impactDescription: 'string',
    isResolved: 'boolean',
    highImpact: 'boolean',
    details: 'complex',
    posts: 'complex',
  },
};

const MESSAGE: EntityType = {
  name: 'serviceUpdateMessage',
  properties: {
    id: 'string',
    title: 'string',
    startDateTime: 'stamp',
    endDateTime: 'stamp',
    lastModifiedDateTime: 'stamp',
    expiryDateTime: 'stamp',
    actionRequiredByDateTime: 'stamp',
    category: 'enum',
    severity: 'enum',
    tags: 'strings',
    services: 'strings',
    isMajorChange: 'boolean',
    hasAttachments: 'boolean',
    details: 'complex',
    viewPoint: 'complex',
    body: 'complex',
  },
};
