import { DAY } from '../../model/time.js';
import { FilterProblem, parseFilter, type Entity, type EntityType } from '../graph/odata/filter.js';
import { header, json, type Answer, type Route, type SandboxRequest } from '../http/answer.js';
import type { ManageContext } from './host.js';
import { legacyCurrentStatus, legacyHistory, legacyIncident, legacyPost, legacyServices } from './wire.js';

const ROLES = ['ServiceHealth.Read'];
const LARGEST_PAGE = 100;

/** `/api/v1.0/{tenant}/ServiceComms` (Microsoft Learn, Office 365 Service Communications API reference). */
export const serviceCommsRoutes: readonly Route<ManageContext>[] = [
  route('Services', ['$select'], {}, (_request, { world, shape }) =>
    legacyServices(world.health.snapshot(), shape),
  ),
  route('CurrentStatus', ['$filter', '$select'], { Workload: 'string' }, (request, { world, shape }) =>
    legacyCurrentStatus(world.health.snapshot(), request.at, shape),
  ),
  route(
    'HistoricalStatus',
    ['$filter', '$select'],
    { Workload: 'string', StatusTime: 'stamp' },
    (request, { world, shape }) => {
      const rows = legacyHistory(world.health.snapshot(), request.at, shape);
      return asksFor(request, 'StatusTime')
        ? rows
        : rows.filter((row) => timeOf(row) >= request.at - 8 * DAY);
    },
  ),
  route(
    'Messages',
    ['$filter', '$select', '$top', '$skip'],
    { Workload: 'string', StartTime: 'stamp', EndTime: 'stamp', MessageType: 'string', ID: 'string' },
    messages,
  ),
];

type Rows = (request: SandboxRequest, context: ManageContext) => readonly Entity[];

function route(
  operation: string,
  options: readonly string[],
  properties: EntityType['properties'],
  rows: Rows,
): Route<ManageContext> {
  return {
    method: 'GET',
    path: new RegExp(`^\\/api\\/v1\\.0\\/([^/]+)\\/ServiceComms\\/${operation}$`, 'i'),
    roles: ROLES,
    answer: (request, [tenant = ''], context) => {
      for (const name of request.query.keys())
        if (name.startsWith('$') && !options.includes(name))
          throw new FilterProblem(`The query option '${name}' is not supported for ${operation}.`);
      const found = narrowed(rows(request, context), request, { name: operation, properties });
      return answer(request, found, {
        operation,
        tenant,
        broken: operation === 'Messages' && context.shape === 'documented',
      });
    },
  };
}

/** Without a time the last seven days: what had not ended before them, as recordings show, however early it began. */
function messages(request: SandboxRequest, { world, shape }: ManageContext): readonly Entity[] {
  const health = world.health.snapshot();
  const ids = new Map(health.overviews.map(({ id, service }) => [service, id]));
  const typed = [
    ...health.issues.map((issue) => ({
      type: 'Incident',
      row: legacyIncident(issue, ids, shape, request.origin),
    })),
    ...world.messages
      .snapshot()
      .map((message) => ({ type: 'MessageCenter', row: legacyPost(message, ids, shape) })),
  ];
  const bounded = asksFor(request, 'StartTime') || asksFor(request, 'ID');
  return typed
    .filter(({ row }) => bounded || row['EndTime'] === null || endOf(row) >= request.at - 7 * DAY)
    .map(({ type, row }) => ({ ...row, [TYPE]: type }));
}

/** What is filtered by but not always shown. */
const TYPE = '$type';

function asksFor(request: SandboxRequest, property: string): boolean {
  return new RegExp(`\\b${property}\\b`, 'i').test(request.query.get('$filter') ?? '');
}

function timeOf(row: Entity): number {
  return instant(row['StatusTime'] ?? row['StatusDate']);
}

function endOf(row: Entity): number {
  return instant(row['EndTime']);
}

function instant(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : NaN;
}

function narrowed(rows: readonly Entity[], request: SandboxRequest, type: EntityType): readonly Entity[] {
  const filter = request.query.get('$filter');
  const holds = filter === null ? () => true : parseFilter(filter, type);
  const matching = rows.filter((row) => holds(filterable(row)));
  const top = Math.min(whole(request, '$top') ?? LARGEST_PAGE, LARGEST_PAGE);
  const skip = whole(request, '$skip') ?? 0;
  const page = type.name === 'Messages' ? matching.slice(skip, skip + top) : matching;
  return page.map((row) => selected(row, request.query.get('$select')));
}

/** Filters are written as documented, whatever the rows' own shape. */
function filterable(row: Entity): Entity {
  const workload = row['Name'] === undefined ? row['Workload'] : row['WorkloadDisplayName'];
  return {
    ...row,
    ID: row['Id'],
    MessageType: row[TYPE],
    Workload: workload,
    StatusTime: row['StatusTime'] ?? row['StatusDate'],
  };
}

function whole(request: SandboxRequest, name: string): number | undefined {
  const value = request.query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,6}$/.test(value))
    throw new FilterProblem(`Invalid value '${value}' for ${name} query option found.`);
  return Number(value);
}

function selected(row: Entity, select: string | null): Entity {
  const { [TYPE]: _type, ...shown } = row;
  if (select === null) return shown;
  const names = select.split(',').map((name) => name.trim());
  for (const name of names)
    if (!(name in shown)) throw new FilterProblem(`Could not find a property named '${name}'.`);
  return Object.fromEntries(names.map((name) => [name, shown[name]]));
}

interface Told {
  readonly operation: string;
  readonly tenant: string;
  /** The documentation's own sample begins with two braces. */
  readonly broken: boolean;
}

function answer(
  request: SandboxRequest,
  value: readonly Entity[],
  { operation, tenant, broken }: Told,
): Answer {
  const metadata = /odata\.metadata=(none|minimal|full)/.exec(header(request, 'accept') ?? '')?.[1] ?? 'none';
  const context = { '@odata.context': `${request.origin}/api/v1.0/${tenant}/$metadata#${operation}` };
  const given = json(
    200,
    { ...(metadata === 'none' ? {} : context), value },
    {
      'content-type': `application/json; odata.metadata=${metadata}`,
      'odata-version': '4.0',
      'x-activity-id': request.requestId,
      'x-time-taken': '12',
    },
  );
  return broken ? { ...given, body: `{\n ${String(given.body)}` } : given;
}
