import { Fault, type FaultCode } from '../../src/lib/fault.js';
import { SECOND } from '../../src/model/time.js';
import type { Server } from './settings.js';
import { SmtpError, type Phase } from './smtp.js';
import { clip, oneLine } from './words.js';

/** SMTP has no word for how long to wait. */
const WAIT_MS = 60 * SECOND;

/** The port's Fault for anything a session with a mail server can end with. The server's own words are told, no secret is. */
export function faultOf(error: unknown, server: Server): unknown {
  if (!(error instanceof SmtpError)) return error;
  const { code, responseCode, words } = read(error.cause, server);
  const where = `${server.host}:${server.port}`;
  if (responseCode > 0 && code !== 'ETLS') {
    const verdict = verdictOf(error.phase, responseCode, words);
    const said =
      error.phase === 'sign-in' ? `${responseCode}` : `${responseCode}${words === '' ? '' : ` (${words})`}`;
    return new Fault(verdict.code, `${where} answered ${PHASES[error.phase]} with ${said}.`, {
      cause: error.cause,
      status: responseCode,
      ...(verdict.advice === undefined ? {} : { advice: verdict.advice }),
      ...(verdict.code === 'channel.throttled' ? { retryAfterMs: WAIT_MS } : {}),
    });
  }
  return silent(error, code, where);
}

const PHASES: Readonly<Record<Phase, string>> = {
  connect: 'the connection',
  'sign-in': 'the sign-in',
  envelope: 'the addresses',
  data: 'the mail',
};

interface Verdict {
  readonly code: FaultCode;
  readonly advice?: string;
}

/** RFC 5321: 4yz passes, 5yz stays. RFC 3463 gives the second number: x.7 policy, x.3 and x.4 the system, x.2 the mailbox. */
function verdictOf(phase: Phase, status: number, words: string): Verdict {
  const [, enhanced = ''] = /^[245]\.(\d{1,3}\.\d{1,3})\b/.exec(words) ?? [];
  if (status === 552 || enhanced === '3.4' || enhanced === '2.3') return { code: 'channel.too-large' };
  if (status < 500) return { code: isThrottle(status, enhanced) ? 'channel.throttled' : 'channel.failed' };
  if (phase === 'sign-in' || status === 530 || status === 535)
    return {
      code: 'channel.unauthorized',
      advice: 'Check user and password of email:, and that the server lets them send.',
    };
  if (phase === 'envelope')
    return {
      code: 'channel.refused',
      advice: 'Check from: and to:, and that the server relays mail of this sender from this machine.',
    };
  return { code: 'channel.refused', advice: 'The mail server refuses the mail; its words are above.' };
}

/** Too many connections, or too many mails in a time: `421`, `450 4.7.x`, `432 4.3.2`, `451 4.7.500`. */
function isThrottle(status: number, enhanced: string): boolean {
  return status === 421 || status === 432 || /^(7\.|3\.2$|2\.1$|5\.3$)/.test(enhanced);
}

/** No answer: whether the mail may be there depends on how far it had come. */
function silent({ phase, cause }: SmtpError, code: string, where: string): Fault {
  if (phase === 'data')
    return new Fault('channel.unknown-outcome', `${where} took the mail and gave no answer.`, {
      cause,
      advice: 'It is sent again with the same Message-ID, by which mail programs show it once.',
    });
  if (code === 'EMESSAGE')
    return new Fault('channel.too-large', `The mail is larger than ${where} takes.`, { cause });
  if (phase === 'sign-in')
    return new Fault('channel.unreachable', `${where} broke off while signing in (${code}).`, { cause });
  if (NOT_OFFERED.has(code))
    return new Fault('channel.unreachable', `${where} offers no encryption that can be trusted (${code}).`, {
      cause,
      advice: 'Check the certificate, or set email.ca; smtps:// is for port 465, smtp:// for 587 and 25.',
    });
  return new Fault('channel.unreachable', `${where} could not be reached (${code}).`, { cause });
}

const NOT_OFFERED = new Set([
  'ETLS',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

interface Read {
  readonly code: string;
  readonly responseCode: number;
  readonly words: string;
}

function read(cause: unknown, server: Server): Read {
  const error: Partial<Record<string, unknown>> =
    typeof cause === 'object' && cause !== null ? { ...cause } : {};
  const { code, originalCode, responseCode, response } = error;
  const words = typeof response === 'string' ? response.replace(/^\d{3}[ -]?/, '') : '';
  return {
    code: [originalCode, code].find((word): word is string => typeof word === 'string') ?? 'no answer',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
    words: clip(withoutSecrets(oneLine(words), server), 200),
  };
}

function withoutSecrets(words: string, { user, password }: Server): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const secrets =
    password === undefined ? [] : [password, base64(password), base64(`\0${user ?? ''}\0${password}`)];
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words);
}
