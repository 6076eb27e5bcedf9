import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { Fault, type FaultCode, type FaultDetails } from '../../src/lib/fault.js';

/** `post` makes something new and must not be made twice; `edit` may simply be repeated, and so may `read`. */
export type Act = 'post' | 'edit' | 'read';

/** What a 429 without a usable Retry-After is taken to ask for. */
const WAIT_MS = 30_000;

const WORDS: Readonly<Record<string, FaultCode>> = {
  ...each('channel.throttled', 'ratelimited', 'rate_limited', 'message_limit_exceeded'),
  ...each(
    'channel.unauthorized',
    'not_authed',
    'invalid_auth',
    'token_revoked',
    'token_expired',
    'account_inactive',
  ),
  ...each('channel.message-gone', 'message_not_found', 'edit_window_closed', 'cant_update_message'),
  ...each('channel.message-gone', 'thread_not_found', 'cannot_reply_to_message'),
  ...each(
    'channel.too-large',
    'msg_too_long',
    'msg_blocks_too_long',
    'too_many_attachments',
    'metadata_too_large',
  ),
  ...each('channel.too-large', 'invalid_blocks', 'invalid_blocks_format', 'invalid_attachments'),
  ...each('channel.failed', 'request_timeout', 'team_added_to_org'),
  ...each('channel.unknown-outcome', 'internal_error', 'fatal_error', 'service_unavailable'),
};

const ADVICE: Readonly<Record<string, string>> = {
  channel_not_found:
    'Check the channel id; a private channel is visible only once the bot was invited: /invite @Tocsin.',
  not_in_channel: 'Invite the bot in that channel: /invite @Tocsin.',
  is_archived: 'Unarchive the channel or route to another one.',
  restricted_action: 'A workspace admin must allow the app to post in this channel.',
  token_revoked: 'Install the app again and set the new bot token.',
  account_inactive: 'Install the app again and set the new bot token.',
};

/** The port's Fault for anything a call of Slack's Web API can end with. Plain bugs of ours do not get here. */
export function faultOf(error: unknown, act: Act, method: string): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return new Fault('channel.throttled', `Slack asked ${method} to wait ${error.retryAfter} s.`, {
      cause: error,
      status: 429,
      retryAfterMs: error.retryAfter * 1_000,
    });
  }
  if (error instanceof WebAPIPlatformError) return refused(error, act, method);
  if (error instanceof WebAPIHTTPError) return httpFault(error, act, method);
  return lost(error, act, method);
}

function refused(error: WebAPIPlatformError, act: Act, method: string): Fault {
  // What is no word of Slack's came from something in between, for example a proxy's page.
  const word = /^[a-z][a-z0-9_.:-]{0,80}$/.test(error.data.error) ? error.data.error : undefined;
  if (word === undefined) {
    return new Fault(outcome(act), `Slack's answer to ${method} could not be understood.`, {
      advice: 'Check apiUrl, and whether a proxy answers in place of Slack.',
    });
  }
  const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  const code = known === 'channel.unknown-outcome' ? outcome(act) : (known ?? 'channel.refused');
  return new Fault(code, `Slack answered ${method} with ${word}.`, detailsOf(error, word, code));
}

function detailsOf(error: WebAPIPlatformError, word: string, code: FaultCode): FaultDetails {
  const advice = adviceFor(error, word);
  const seconds: unknown = error.data.response_metadata?.['retryAfter'];
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1_000 : WAIT_MS;
  return {
    cause: error,
    status: 200,
    ...(advice === undefined ? {} : { advice }),
    ...(code === 'channel.throttled' ? { retryAfterMs } : {}),
  };
}

function adviceFor(error: WebAPIPlatformError, word: string): string | undefined {
  if (word !== 'missing_scope') return Object.hasOwn(ADVICE, word) ? ADVICE[word] : undefined;
  const { needed } = error.data as { readonly needed?: unknown };
  const scope = typeof needed === 'string' && needed !== '' ? needed : 'named in the manifest';
  return `Add the scope ${scope} to the Slack app and install it again.`;
}

function httpFault(error: WebAPIHTTPError, act: Act, method: string): Fault {
  const status = error.statusCode;
  const message = `Slack answered ${method} with HTTP ${status}.`;
  if (status >= 500 || status === 408) return new Fault(outcome(act), message, { cause: error, status });
  // Slack itself says everything but 429 with a 200: another status means that another server answers.
  const advice = 'Check apiUrl, and whether a proxy answers in place of Slack.';
  return new Fault('channel.refused', message, { cause: error, status, advice });
}

function lost(error: unknown, act: Act, method: string): Fault {
  const cause = error instanceof WebAPIRequestError ? error.original : error;
  const reason = notConnectedReason(cause);
  if (reason !== undefined) {
    return new Fault('channel.unreachable', `Slack could not be reached for ${method} (${reason}).`, {
      cause,
    });
  }
  return new Fault(outcome(act), `Slack took ${method} and gave no answer.`, { cause });
}

function outcome(act: Act): FaultCode {
  return act === 'post' ? 'channel.unknown-outcome' : 'channel.failed';
}

/** Name, route, port or certificate: nothing was sent. */
export class NotConnected extends Error {
  readonly reason: string;

  constructor(cause: Error) {
    super('not connected', { cause });
    this.reason = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  }
}

function notConnectedReason(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if (at instanceof NotConnected) return at.reason;
  }
  return undefined;
}

function each(code: FaultCode, ...words: readonly string[]): Record<string, FaultCode> {
  return Object.fromEntries(words.map((word) => [word, code]));
}
