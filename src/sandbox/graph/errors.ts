import { header, json, type Answer, type SandboxRequest } from '../http/answer.js';

/** Graph's error body (Microsoft Learn, Microsoft Graph error responses); innerError.date has no zone and is UTC. */
export function graphError(
  request: SandboxRequest,
  status: number,
  error: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(
    status,
    {
      error: {
        ...error,
        innerError: {
          date: new Date(request.at).toISOString().slice(0, 19),
          'request-id': request.requestId,
          'client-request-id': clientRequestId(request),
        },
      },
    },
    { ...graphHeaders(request), ...headers },
  );
}

export function graphHeaders(request: SandboxRequest): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    'request-id': request.requestId,
    'client-request-id': clientRequestId(request),
    'x-ms-ags-diagnostic': JSON.stringify({
      ServerInfo: {
        DataCenter: 'Sandbox',
        Slice: 'E',
        Ring: '1',
        ScaleUnit: '001',
        RoleInstance: 'SANDBOX01',
      },
    }),
  };
}

function clientRequestId(request: SandboxRequest): string {
  return header(request, 'client-request-id') ?? request.requestId;
}

export function unauthorized(request: SandboxRequest, message: string, authority: string): Answer {
  return graphError(
    request,
    401,
    { code: 'InvalidAuthenticationToken', message },
    {
      'www-authenticate': `Bearer realm="", authorization_uri="${authority}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
    },
  );
}

export function missingRole(request: SandboxRequest): Answer {
  return graphError(request, 403, {
    code: 'Authorization_RequestDenied',
    message: 'Insufficient privileges to complete the operation.',
  });
}

/** An id the tenant does not own: the outer code says nothing, and the message is JSON within JSON, as recorded. */
export function notThisTenants(request: SandboxRequest): Answer {
  const inner = {
    error: `Resource doesn't exist for the tenant. ActivityId: ${request.requestId}. Learn more: https://docs.microsoft.com/en-us/graph/api/resources/service-communications-api-overview?view=graph-rest-beta&preserve-view=true.`,
  };
  const message = escaped({ code: 'forbidden', message: escaped(inner) });
  return graphError(request, 403, { code: 'UnknownError', message });
}

/** JSON as the service behind Graph writes it: quotes and signs within strings as \uXXXX. */
function escaped(value: Readonly<Record<string, string>>): string {
  const members = Object.entries(value).map(([key, text]) => {
    const safe = JSON.stringify(text)
      .slice(1, -1)
      .replaceAll('\\"', '\\u0022')
      .replace(/['&<>+]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
    return `"${key}":"${safe}"`;
  });
  return `{${members.join(',')}}`;
}

export function notFound(request: SandboxRequest, what: string): Answer {
  return graphError(request, 404, { code: 'NotFound', message: `Resource '${what}' does not exist.` });
}

export function noSegment(request: SandboxRequest): Answer {
  const segment = request.path.split('/').find((part) => part !== '' && !KNOWN_SEGMENTS.has(part)) ?? '';
  return graphError(request, 404, {
    code: 'BadRequest',
    message: `Resource not found for the segment '${segment}'.`,
  });
}

const KNOWN_SEGMENTS = new Set(['v1.0', 'admin', 'serviceAnnouncement']);

export function badRequest(request: SandboxRequest, message: string): Answer {
  return graphError(request, 400, { code: 'BadRequest', message });
}

export function throttled(request: SandboxRequest, retryAfterSeconds: number): Answer {
  return graphError(
    request,
    429,
    { code: 'TooManyRequests', message: 'Too many requests. Please wait before you try again.' },
    { 'retry-after': String(retryAfterSeconds) },
  );
}
