import { json, type Answer, type Route, type SandboxRequest } from '../http/answer.js';
import { LONGEST_SPAN } from '../state/calls.js';
import { graphError, graphHeaders } from './errors.js';
import type { GraphContext } from './host.js';

const PAGE = 1_000;

/**
 * `getDirectRoutingCalls(fromDateTime=…,toDateTime=…)` (Microsoft Learn, callRecord: getDirectRoutingCalls): by start time,
 * the end exclusive, 1,000 rows a page, `$filter` silently ignored, spans over 90 days refused with 406.
 */
export const callRoutes: readonly Route<GraphContext>[] = [
  {
    method: 'GET',
    path: /^\/v1\.0\/communications\/callRecords\/(?:microsoft\.graph\.callRecords\.)?getDirectRoutingCalls\(fromDateTime=([^,]+),toDateTime=([^)]+)\)$/,
    roles: ['CallRecords.Read.All', 'CallRecord-PstnCalls.Read.All'],
    answer: (request, [from = '', to = ''], { world }) =>
      callsOf(request, [Date.parse(from), Date.parse(to)], world.calls),
  },
];

function callsOf(
  request: SandboxRequest,
  [from, to]: readonly [number, number],
  calls: GraphContext['world']['calls'],
): Answer {
  if (Number.isNaN(from) || Number.isNaN(to))
    return graphError(request, 400, {
      code: 'BadRequest',
      message: 'Invalid date: fromDateTime and toDateTime are required.',
    });
  if (to - from > LONGEST_SPAN)
    return graphError(request, 406, {
      code: 'NotAcceptable',
      message: 'The requested span is longer than 90 days.',
    });
  const rows = calls.rows(from, to);
  const skip = Number(request.query.get('$skip') ?? 0) || 0;
  const page = rows.slice(skip, skip + PAGE);
  const next =
    skip + PAGE < rows.length ? `${request.origin}${request.path}?$skip=${skip + PAGE}` : undefined;
  return json(
    200,
    {
      '@odata.context': `${request.origin}/v1.0/$metadata#Collection(microsoft.graph.callRecords.directRoutingLogRow)`,
      '@odata.count': page.length,
      value: page,
      ...(next === undefined ? {} : { '@odata.nextLink': next }),
    },
    graphHeaders(request),
  );
}
