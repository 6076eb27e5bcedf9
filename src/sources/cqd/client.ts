import { Fault } from '../../lib/fault.js';
import { statusFault, type Explanation, type HttpAnswer } from '../../lib/http.js';
import type { Instant } from '../../model/time.js';
import { line } from '../text.js';
import { readStatus, Unreadable, type StatusTexts } from './schema.js';
import type { CqdAuth } from './settings.js';
import type { Transport } from './transport.js';

/** What the site said. */
export interface StatusAnswer {
  /** Undefined: the site keeps no log for others to read. */
  readonly status: StatusTexts | undefined;
  /** The site's own clock, to the second; undefined when it sends no `Date`. */
  readonly clock: Instant | undefined;
}

const PATH = '/QoEDataService/IntegrationLog/Status';
const RAW_LIMIT = 4_096;

/** Asks the one operation that is needed (Microsoft Learn, Get Last Integration Data). Throws `api.*` faults. */
export async function askStatus(
  transport: Transport,
  site: string,
  auth: CqdAuth,
  now: Instant,
): Promise<StatusAnswer> {
  const url = new URL(`${site}${PATH}`);
  const answer = await transport.get(url.href);
  if (answer.status < 200 || answer.status > 299)
    throw statusFault('GET', url, answer, explain(answer, auth), now);
  const text = answer.body.toString('utf8');
  if (isPage(answer, text)) throw unreadable(url, pageWords(text), text, auth, PAGE_ADVICE);
  try {
    return { status: readStatus(text), clock: clockOf(answer) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw unreadable(url, error.message, text, auth, UNREADABLE_ADVICE);
  }
}

const PAGE_ADVICE =
  'That is a sign-in or error page: check that url is the root of the server with the CQD portal, without /CQD, and that nothing in front of it asks people to sign in.';
const UNREADABLE_ADVICE =
  'Open the address in a browser on the site; the log of Tocsin has the beginning of the answer.';

function isPage(answer: HttpAnswer, text: string): boolean {
  return (answer.headers['content-type'] ?? '').includes('html')
    ? text.trim() !== ''
    : text.trimStart().startsWith('<');
}

function clockOf(answer: HttpAnswer): Instant | undefined {
  const at = Date.parse(answer.headers['date'] ?? '');
  return Number.isNaN(at) ? undefined : at;
}

function pageWords(text: string): string {
  const title = line(/<title[^>]*>([^<]{1,400})/i.exec(text)?.[1], 80);
  return title === '' ? 'a web page' : `a web page, “${title}”`;
}

function unreadable(url: URL, what: string, body: string, auth: CqdAuth, advice: string): Fault {
  return new Fault('api.unreadable', `${url.host}${url.pathname} answered with ${what}.`, {
    advice,
    status: 200,
    detail: rawBody(body, auth),
  });
}

/** At most 4 KB of the body, without what the account could be recognised by. */
function rawBody(body: string, auth: CqdAuth): string {
  let text = body
    .slice(0, RAW_LIMIT * 2)
    .replace(/\b(NTLM|Negotiate|Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{8,}/gi, '$1 …');
  for (const secret of secretsOf(auth)) text = text.replaceAll(secret, '…');
  return Buffer.from(text, 'utf8')
    .subarray(0, RAW_LIMIT)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}

function secretsOf(auth: CqdAuth): readonly string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'bearer':
      return [auth.token];
    default:
      return [auth.password, auth.username];
  }
}

function explain(answer: HttpAnswer, auth: CqdAuth): Explanation {
  if (answer.status === 401)
    return { words: 'the site does not accept the account', advice: signInAdvice(answer, auth) };
  if (answer.status === 403)
    return {
      words: 'the account may not read the Data API',
      advice:
        'Allow the account in the URL Authorization of QoEDataService (a local group such as CQDPortalUsers) and give it read rights on its folder.',
    };
  if (answer.status === 404)
    return { advice: 'Check that url is the root of the server with the CQD portal, without /CQD.' };
  if (answer.status >= 300 && answer.status < 400) return { advice: PAGE_ADVICE };
  if (answer.status >= 500) return { advice: 'Look into the event log and the IIS log of the site.' };
  return {};
}

function signInAdvice(answer: HttpAnswer, auth: CqdAuth): string {
  const offered = (answer.headers['www-authenticate'] ?? '').toLowerCase();
  const windows = offered.includes('ntlm') || offered.includes('negotiate');
  switch (auth.kind) {
    case 'none':
      return windows
        ? 'The site asks for Windows sign-in: give the source auth: { kind: ntlm, domain, username, password }.'
        : 'The site asks for a sign-in: give the source an auth.';
    case 'ntlm':
      if (windows && !offered.includes('ntlm'))
        return 'The site offers Kerberos alone: allow NTLM as a provider of Windows Authentication in IIS.';
      return windows
        ? 'Check domain, username and password, that the account is neither locked nor expired, and that Extended Protection in IIS is at Accept or off.'
        : 'The site does not offer Windows sign-in: check the kind of auth.';
    case 'basic':
      return 'Check username and password, and that the site takes Basic: as installed it takes Windows sign-in alone.';
    case 'bearer':
      return 'Renew the token of the site.';
  }
}
