import { Fault, isFault } from '../../lib/fault.js';
import type { HttpAnswer } from '../../lib/http.js';
import type { Instant } from '../../model/time.js';
import type { Access } from './auth.js';
import { explainRefusal } from './envelope.js';

/** A 401 for want of a second factor. Told apart by the reason phrase, else by what the challenge or the body says, else by what the token itself lacks. */
export function lacksMfa(answer: HttpAnswer, token: string): boolean {
  const said = [
    answer.reason,
    answer.headers['www-authenticate'],
    answer.body.subarray(0, 2_000).toString('utf8'),
  ];
  return said.some((text) => /\bMFA\b|multi-?factor/i.test(text ?? '')) || tokenLacksMfa(token);
}

function tokenLacksMfa(token: string): boolean {
  try {
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as unknown;
    const amr: unknown =
      typeof claims === 'object' && claims !== null && 'amr' in claims ? claims.amr : undefined;
    return Array.isArray(amr) && !amr.includes('mfa');
  } catch {
    return false;
  }
}

/** What a 401 means: `api.sign-in` where a person has to sign in with a second factor, else `api.unauthorized`. */
export async function unauthorised(
  url: string,
  method: string,
  answer: HttpAnswer,
  { access, now }: { readonly access: Access; readonly now: Instant },
): Promise<Fault> {
  const { host } = new URL(url);
  const mfa = lacksMfa(answer, await access.token(now).catch(() => ''));
  const { requestId } = explainRefusal(answer);
  const details = { status: 401, ...(requestId === undefined ? {} : { requestId }), advice: access.advice };
  return mfa
    ? new Fault(
        'api.sign-in',
        `${host} answered 401: MFA required. The sign-in was made without a second factor.`,
        details,
      )
    : new Fault(
        'api.unauthorized',
        `${host} answered 401 to ${method} ${new URL(url).pathname}: the token is refused.`,
        details,
      );
}

/** `{ "error": { "code", "message" } }`, or nothing at all: a 404 of the service, and not of somebody's proxy. */
export function isPlainError(answer: HttpAnswer): boolean {
  const text = answer.body.toString('utf8').trim();
  return text === '' || (explainRefusal(answer).words !== undefined && !text.startsWith('<'));
}

/** No answer came in time, whoever gave up first. */
export function isTimeout(error: unknown): boolean {
  if (!isFault(error)) return false;
  if (error.code === 'api.unreachable') return /did not answer within/.test(error.message);
  return (
    error.code === 'api.failed' &&
    (error.status === 504 || error.status === 408 || /time(?:d)?[ -]?out/i.test(error.message))
  );
}
