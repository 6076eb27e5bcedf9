import { json, type Answer, type SandboxRequest } from '../http/answer.js';

/** The management host's error body: the code carries its own words (Microsoft Learn, Service Communications API). */
export function manageError(
  request: SandboxRequest,
  status: number,
  error: { readonly code: string; readonly text: string; readonly message?: string },
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(
    status,
    { error: { code: `${error.code}.  ${error.text}`, message: error.message ?? error.text } },
    { 'x-activity-id': request.requestId, ...headers },
  );
}
