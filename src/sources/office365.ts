import { Fault, isFault } from '../lib/fault.js';
import { readJson, type Http, type HttpAnswer } from '../lib/http.js';
import type { Log } from '../lib/log.js';
import type { Instant } from '../model/time.js';
import { answerOf, type Answer } from './communications.js';
import { withFreshToken } from './graph.js';
import { explainOffice365 } from './office365-error.js';
import {
  readMessage,
  readService,
  readStatusRow,
  type Office365Message,
  type Office365Service,
  type Office365Status,
} from './office365-schema.js';
import { readRows } from './rows.js';
import type { TenantConnection } from './source.js';
import type { Tokens } from './tokens.js';

interface Selected {
  /** Only these properties, as the API writes them: `Id`, `Status`. */
  readonly select?: readonly string[];
}

export interface StatusAsk extends Selected {
  readonly workload?: string;
}

export interface HistoryAsk extends StatusAsk {
  /** Seven days back when left out. */
  readonly since?: Instant;
}

export interface MessagesAsk extends StatusAsk {
  readonly startTime?: Instant;
  readonly endTime?: Instant;
  readonly messageType?: 'Incident' | 'MessageCenter';
  readonly id?: string;
  /** Rows in a page: 100 at most, which is also the default. */
  readonly top?: number;
}

/**
 * The Office 365 Service Communications API of one tenant (Microsoft Learn, Office 365 Service Communications API
 * reference). Every method throws a Fault with an `api.*` code. Microsoft retired it in favour of Graph.
 */
export interface Office365 {
  services(ask?: Selected): Promise<Answer<Office365Service>>;
  currentStatus(ask?: StatusAsk): Promise<Answer<Office365Status>>;
  historicalStatus(ask?: HistoryAsk): Promise<Answer<Office365Status>>;
  /** Every page. */
  messages(ask?: MessagesAsk): Promise<Answer<Office365Message>>;
  /** A file that a message points to, without our token. Throws `api.rejected` for a host that is not Microsoft's. */
  document(link: string, maxBytes: number): Promise<Buffer>;
}

export interface Office365Deps {
  readonly tenant: TenantConnection;
  readonly http: Http;
  readonly tokens: Tokens;
  readonly log: Log;
  /** Called before each try; what it throws ends the request. */
  readonly spend: () => void;
}

const PAGE = 100;
const MAX_PAGES = 50;

export function openOffice365(deps: Office365Deps): Office365 {
  const { log } = deps;
  return {
    async services(ask = {}) {
      return answerOf(
        [await get('Services', optionsOf(ask), deps)],
        (rows) => readRows(rows, readService),
        log,
      );
    },
    async currentStatus(ask = {}) {
      const page = await get('CurrentStatus', optionsOf(ask, [equals('Workload', ask.workload)]), deps);
      return answerOf([page], (rows) => readRows(rows, readStatusRow), log);
    },
    async historicalStatus(ask = {}) {
      const filters = [equals('Workload', ask.workload), compares('StatusTime', 'ge', ask.since)];
      const page = await get('HistoricalStatus', optionsOf(ask, filters), deps);
      return answerOf([page], (rows) => readRows(rows, readStatusRow), log);
    },
    async messages(ask = {}) {
      return answerOf(await allMessages(ask, deps), (rows) => readRows(rows, readMessage), log);
    },
    document: (link, maxBytes) => documentAt(link, maxBytes, deps),
  };
}

/** Pages move while they are read: whoever reads them must expect an entry twice. */
async function allMessages(ask: MessagesAsk, deps: Office365Deps): Promise<readonly Page[]> {
  const size = Math.max(1, Math.min(ask.top ?? PAGE, PAGE));
  const options = optionsOf(ask, [
    equals('MessageType', ask.messageType),
    equals('ID', ask.id),
    equals('Workload', ask.workload),
    compares('StartTime', 'ge', ask.startTime),
    compares('EndTime', 'le', ask.endTime),
  ]);
  const pages: Page[] = [];
  for (;;) {
    if (pages.length >= MAX_PAGES)
      throw new Fault('api.unreadable', `${hostOf(deps)} gave more than ${MAX_PAGES} pages of messages.`);
    const skip = pages.length * size;
    const page = await get(
      'Messages',
      { ...options, $top: String(size), ...(skip === 0 ? {} : { $skip: String(skip) }) },
      deps,
    );
    pages.push(page);
    if (page.rows().length < size) return pages;
  }
}

/** Where Microsoft keeps files. The token stays with the API: a link may carry a key of its own, and is no place for ours. */
const FILE_HOSTS =
  /\.(?:microsoft\.com|office\.com|office\.net|office365\.com|windows\.net|sharepoint\.com|azureedge\.net)$/i;

async function documentAt(
  link: string,
  maxBytes: number,
  { tenant, http, spend }: Office365Deps,
): Promise<Buffer> {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const own = url?.origin === new URL(tenant.endpoints.manage).origin;
  if (url === undefined || !(own || (url.protocol === 'https:' && FILE_HOSTS.test(url.hostname))))
    throw new Fault(
      'api.rejected',
      'A document link points to a host that is not Microsoft’s; it is not followed.',
    );
  return (await http.request({ url: url.href, headers: { accept: '*/*' }, maxBytes, beforeTry: spend })).body;
}

type Options = Readonly<Record<string, string>>;

function optionsOf({ select }: Selected, filters: readonly (string | undefined)[] = []): Options {
  const given = filters.filter((filter) => filter !== undefined);
  return {
    ...(given.length === 0 ? {} : { $filter: given.join(' and ') }),
    ...(select === undefined ? {} : { $select: select.join(',') }),
  };
}

function equals(property: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${property} eq '${value.replaceAll("'", "''")}'`;
}

function compares(property: string, operator: 'ge' | 'le', at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : `${property} ${operator} ${new Date(at).toISOString()}`;
}

interface Page {
  readonly body: Buffer;
  rows(): readonly unknown[];
}

async function get(operation: string, options: Options, deps: Office365Deps): Promise<Page> {
  const { tenant, http, tokens, spend } = deps;
  const { origin } = new URL(tenant.endpoints.manage);
  const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const path = `/api/v1.0/${encodeURIComponent(tenant.tenantId)}/ServiceComms/${operation}`;
  const url = `${origin}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const answer = await withFreshToken(async (renew) =>
    http.request({
      url,
      headers: {
        accept: 'application/json;odata.metadata=none',
        authorization: `Bearer ${await tokens.token(origin, renew)}`,
      },
      beforeTry: spend,
      explain: (refusal) => explainOffice365(refusal, tenant),
    }),
  );
  let read: readonly unknown[] | undefined;
  return { body: timeless(answer.body), rows: () => (read ??= rowsOf(answer, url)) };
}

/** CurrentStatus carries the moment of the question, a day back: without it, equal answers are equal. */
function timeless(body: Buffer): Buffer {
  return Buffer.from(
    body.toString('utf8').replace(/"Status(?:Time|Date)"\s*:\s*"[^"]*"/g, '"StatusTime":""'),
  );
}

function rowsOf(answer: HttpAnswer, url: string): readonly unknown[] {
  const body = readLoosely(answer, url);
  const value = Array.isArray(body)
    ? body
    : ((body as { value?: unknown; Value?: unknown } | null)?.value ??
      (body as { Value?: unknown } | null)?.Value);
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Fault('api.unreadable', `${new URL(url).host} answered without a list where one was expected.`);
}

/** Microsoft's own sample of Messages begins with two braces and ends with one. */
function readLoosely(answer: HttpAnswer, url: string): unknown {
  try {
    return readJson(answer, url);
  } catch (error) {
    const [, inner] = /^\s*\{(\s*\{[\s\S]*)$/.exec(answer.body.toString('utf8').replace(/^\uFEFF/, '')) ?? [];
    if (inner === undefined || !isFault(error, 'api.unreadable')) throw error;
    for (const candidate of [inner, inner.replace(/\}\s*$/, '')]) {
      try {
        return JSON.parse(candidate) as unknown;
      } catch {
        // The next candidate, or else the first error.
      }
    }
    throw error;
  }
}

const warned = new Set<string>();

/** Once a tenant and start, however many of its sources are set to the retired API. */
export function warnRetired(tenant: TenantConnection, log: Log): void {
  const key = `${tenant.name} ${tenant.endpoints.manage}`;
  if (warned.has(key)) return;
  warned.add(key);
  log.warn(
    { tenant: tenant.name },
    'api: office365 is the Office 365 Service Communications API, which Microsoft retired at the end of 2021; `api: graph` takes its place',
  );
}

function hostOf({ tenant }: Office365Deps): string {
  return new URL(tenant.endpoints.manage).host;
}
