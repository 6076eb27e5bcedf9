import type { Explanation, HttpAnswer } from '../lib/http.js';
import type { TenantConnection } from './source.js';

export const OFFICE365_PERMISSION = 'ServiceHealth.Read';

/** The error body has its words in `code`, after the code: `AF5000.  An internal server error occurred.` */
export function explainOffice365(answer: HttpAnswer, tenant: Pick<TenantConnection, 'name'>): Explanation {
  const { code, words } = errorOf(answer.body.toString('utf8'));
  const said = [code, words].filter((part) => part !== '').join(': ');
  const requestId = answer.headers['x-activity-id'] ?? answer.requestId;
  const mismatch = /does not match the tenant/i.test(words);
  const denied = !mismatch && answer.status === 403;
  const permission = `The permission ${OFFICE365_PERMISSION} of the Office 365 Management APIs is missing`;
  return {
    words: denied ? [said.replace(/[.\s]+$/, ''), permission].filter((part) => part !== '').join('. ') : said,
    ...(requestId === undefined ? {} : { requestId }),
    ...(denied
      ? {
          advice: `Grant the app ${OFFICE365_PERMISSION} of the Office 365 Management APIs and give admin consent.`,
        }
      : {}),
    ...(mismatch
      ? {
          meant: 403,
          advice: `Check tenantId of ${tenant.name}: it must be the tenant that the token is for.`,
        }
      : {}),
  };
}

function errorOf(text: string): { readonly code: string; readonly words: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { code: '', words: '' };
  }
  const error = (body as { error?: unknown } | null)?.error;
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Readonly<
    Record<string, unknown>
  >;
  const whole = typeof code === 'string' ? code.trim() : '';
  const dot = whole.indexOf('.');
  const tail = dot === -1 ? '' : whole.slice(dot + 1).trim();
  const more = typeof message === 'string' ? message.trim() : '';
  return {
    code: dot === -1 ? whole : whole.slice(0, dot),
    words: [tail, more === tail ? '' : more].filter((part) => part !== '').join(' '),
  };
}
