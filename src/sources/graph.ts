import {
  AuthenticationHandler,
  Client,
  GraphClientError,
  ResponseType,
  type Middleware,
} from '@microsoft/microsoft-graph-client';
import { Fault, isFault } from '../lib/fault.js';
import { readJson, type Http, type HttpAnswer } from '../lib/http.js';
import { explainGraph } from './graph-error.js';
import { openPages, own, type GraphAnswer, type GraphPage } from './graph-page.js';
import type { Tokens } from './tokens.js';

export interface GraphRequest {
  /** `/admin/serviceAnnouncement/issues`, or the full address of a next page. */
  readonly path: string;
  /** OData options as they are to be read: `{ $filter: 'isResolved eq false' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Rows in a page; the server may give fewer. */
  readonly pageSize?: number;
  /** Named in the fault when Graph answers 403. */
  readonly permission: string;
  /** What the answer is to be; JSON when left out. */
  readonly accept?: string;
  /** Of the body; the client's own limit when left out. A larger one is `api.unreadable`. */
  readonly maxBytes?: number;
  /** Called before each try; what it throws ends the request. */
  readonly spend?: () => void;
  /** Takes the body piece by piece instead of the answer, anew for each try. */
  readonly sink?: () => (chunk: Buffer) => Promise<void> | undefined;
}

/** Every method throws a Fault with an `api.*` code. */
export interface Graph {
  get(request: GraphRequest): Promise<GraphAnswer>;
  page(request: GraphRequest): Promise<GraphPage>;
  /** Every page. More than the limit is `api.unreadable`: half a list must not pass for a whole one. */
  pages(request: GraphRequest): Promise<readonly GraphPage[]>;
}

const MAX_PAGES = 50;

/** Microsoft's Graph client on our own HTTP client. `endpoint` is the cloud's host, which alone is given a token. */
export function openGraph(endpoint: string, tokens: Tokens, http: Http, maxPages = MAX_PAGES): Graph {
  const origin = new URL(endpoint).origin;
  const pageOf = openPages(origin);

  async function get(request: GraphRequest): Promise<GraphAnswer> {
    const address = addressOf(origin, request);
    const answer = await withFreshToken((renew) => send({ origin, address, request, renew, tokens, http }));
    return { body: answer.body, json: () => readJson(answer, address) };
  }

  async function page(request: GraphRequest): Promise<GraphPage> {
    return pageOf(await get(request));
  }

  async function pages(request: GraphRequest): Promise<readonly GraphPage[]> {
    const found: GraphPage[] = [];
    let ask: GraphRequest | undefined = request;
    while (ask !== undefined) {
      if (found.length >= maxPages) {
        throw new Fault('api.unreadable', `${new URL(origin).host} gave more than ${maxPages} pages.`);
      }
      const one: GraphPage = await page(ask);
      found.push(one);
      ask = nextOf(request, one.next());
    }
    return found;
  }

  return { get, page, pages };
}

/** The same request for the page at `link`; undefined after the last one. */
export function nextOf(request: GraphRequest, link: string | undefined): GraphRequest | undefined {
  if (link === undefined) return undefined;
  const { query: _written, ...rest } = request;
  return { ...rest, path: link };
}

/** A token can be withdrawn before it runs out: once, a new one is tried. */
export async function withFreshToken(ask: (renew: boolean) => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await ask(false);
  } catch (error) {
    if (!isFault(error, 'api.unauthorized') || error.status !== 401) throw error;
    return await ask(true);
  }
}

interface Sending {
  readonly origin: string;
  readonly address: string;
  readonly request: GraphRequest;
  readonly renew: boolean;
  readonly tokens: Tokens;
  readonly http: Http;
}

async function send({ origin, address, request, renew, tokens, http }: Sending): Promise<HttpAnswer> {
  let answer: HttpAnswer | undefined;
  const signIn = new AuthenticationHandler({
    getAccessToken: () => carried(tokens.token(origin, renew)),
  });
  const wire: Middleware = {
    async execute(context) {
      // The client takes an address apart and joins it anew; a next page is only sure to be found as it was written.
      answer = await carried(http.request(requestOf(address, request, headersOf(context.options?.headers))));
      context.response = new Response(null, { status: 200 });
    },
  };
  // A client costs nothing, and one for each request knows what the request is for.
  const client = Client.initWithMiddleware({
    baseUrl: `${origin}/`,
    customHosts: new Set([new URL(origin).hostname]),
    middleware: [signIn, wire],
  });
  const call = client.api(address).responseType(ResponseType.RAW);
  if (request.pageSize !== undefined) call.header('Prefer', `odata.maxpagesize=${request.pageSize}`);
  try {
    await call.get();
  } catch (error) {
    throw carriedBy(error) ?? error;
  }
  if (answer === undefined) throw new Error('the Graph client did not send the request');
  return answer;
}

function requestOf(
  url: string,
  { permission, accept, maxBytes, spend, sink }: GraphRequest,
  headers: Record<string, string>,
) {
  return {
    url,
    headers: { accept: accept ?? 'application/json', ...headers },
    explain: (answer: HttpAnswer) => explainGraph(answer, permission),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(spend === undefined ? {} : { beforeTry: spend }),
    ...(sink === undefined ? {} : { sink }),
  };
}

function headersOf(headers: unknown): Record<string, string> {
  const entries = Object.entries((headers ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The client makes its own error of whatever it catches, and loses ours: only its own kind passes through. */
async function carried<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const carrier = new GraphClientError(error instanceof Error ? error.message : String(error));
    carrier.customError = error;
    throw carrier;
  }
}

function carriedBy(error: unknown): unknown {
  return error instanceof GraphClientError ? (error.customError as unknown) : undefined;
}

function addressOf(origin: string, { path, query = {} }: GraphRequest): string {
  if (/^https?:\/\//.test(path)) return own(path, origin);
  const options = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${origin}/v1.0${path}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}
