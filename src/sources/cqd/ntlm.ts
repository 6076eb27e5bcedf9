import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NtlmClient, type AxiosResponse } from 'axios-ntlm';
import { Fault } from '../../lib/fault.js';
import type { HttpAnswer } from '../../lib/http.js';
import { trusted } from '../../lib/http/agent.js';
import { shown } from '../../lib/http/answer.js';
import { codeOf, messageOf } from '../../lib/thrown.js';
import type { CqdAuth } from './settings.js';
import { MAX_BYTES, USER_AGENT, type Transport, type TransportOptions } from './transport.js';

type NtlmAuth = Extract<CqdAuth, { kind: 'ntlm' }>;

/** Asked bare, negotiated, proven: a server that wants more legs would be asked for ever. */
const MAX_LEGS = 3;

/** The site asks again and again to begin. */
class TooManyLegs extends Error {
  override readonly name = 'TooManyLegs';
}

/**
 * NTLM signs in a connection and not a request: one socket is kept for all legs, and requests go one after the other, or a
 * second one would come between the legs of the first. Proxies break it, so none is used.
 */
export function openNtlm(auth: NtlmAuth, { ca, timeoutMs, log }: TransportOptions): Transport {
  const keep = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  const httpAgent = new HttpAgent(keep);
  const httpsAgent = new HttpsAgent({ ...keep, ...(ca === undefined ? {} : { ca: trusted(ca) }) });
  const client = NtlmClient(
    { username: auth.username, password: auth.password, domain: auth.domain ?? '', workstation: '' },
    {
      httpAgent,
      httpsAgent,
      proxy: false,
      maxRedirects: 0,
      maxContentLength: MAX_BYTES,
      responseType: 'arraybuffer',
      timeout: timeoutMs,
      headers: { 'User-Agent': USER_AGENT, Accept: '*/*' },
    },
  );
  let legs = 0;
  client.interceptors.request.use((config) => {
    legs += 1;
    if (legs > MAX_LEGS) throw new TooManyLegs('too many legs');
    return config;
  });

  async function once(url: URL): Promise<HttpAnswer> {
    legs = 0;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return answerOf(await client.get<Buffer>(url.href, { signal: limit }));
    } catch (error) {
      const answer = refusalOf(error);
      if (answer !== undefined) return answer;
      throw limit.aborted ? timedOut(url, timeoutMs) : noAnswer(error, url, timeoutMs);
    }
  }

  async function get(url: URL): Promise<HttpAnswer> {
    try {
      return await once(url);
    } catch (error) {
      // The site may close the kept connection in the very moment it is used again.
      if (!(error instanceof Broken)) throw error;
      log.debug({ host: url.host }, 'the kept connection was gone; connecting anew');
      return once(url).catch((again: unknown) => {
        throw again instanceof Broken ? again.fault : again;
      });
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    get(url) {
      const next = last.then(() => get(new URL(url)));
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** The connection broke before an answer: another try may do better at once. */
class Broken extends Error {
  override readonly name = 'Broken';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

function answerOf(answer: AxiosResponse<Buffer>): HttpAnswer {
  const headers = Object.entries(answer.headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : String(value),
  ]);
  return {
    status: answer.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.from(answer.data),
    requestId: undefined,
  };
}

/** The answer of a refused request, which the client throws. Its error holds the request's headers, so it goes no further. */
function refusalOf(error: unknown): HttpAnswer | undefined {
  if (typeof error !== 'object' || error === null || !('response' in error)) return undefined;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('data' in response)) return undefined;
  // A body that broke off or grew too large is no answer.
  return Buffer.isBuffer(response.data) ? answerOf(response as AxiosResponse<Buffer>) : undefined;
}

function timedOut(url: URL, timeoutMs: number): Fault {
  return new Fault('api.unreachable', `${shown(url)} did not answer within ${timeoutMs / 1_000} s.`);
}

function noAnswer(error: unknown, url: URL, timeoutMs: number): Error {
  const code = codeOf(error);
  // Errors of the handshake itself carry no code.
  if (code === '')
    return new Fault('api.unauthorized', `${url.host} did not complete the NTLM handshake.`, {
      status: 401,
      advice:
        'Check that the site offers NTLM (Windows Authentication in IIS), with Extended Protection at Accept or off, and that no proxy stands between.',
    });
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return timedOut(url, timeoutMs);
  if (messageOf(error).startsWith('maxContentLength'))
    return new Fault('api.unreadable', `The answer of ${shown(url)} is larger than ${MAX_BYTES} bytes.`);
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE|ISSUER|CRL|ERR_TLS_|HOSTNAME_MISMATCH/.test(code))
    return new Fault('api.unreachable', `The certificate of ${url.host} is not trusted (${code}).`, {
      advice: `Name the authority's PEM file under \`ca\` beside the site's url or in NODE_EXTRA_CA_CERTS.`,
    });
  const fault = new Fault(
    'api.unreachable',
    `${url.host} cannot be reached, or the connection broke (${code}).`,
  );
  return BROKEN.has(code) ? new Broken(fault) : fault;
}

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE']);
