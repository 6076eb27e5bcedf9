import { withoutSecrets } from './secrets.js';

/** Every failure that is not a bug: what to do, and whether trying again can help. */
const FAULTS = {
  'api.denied': { retry: false, advice: 'Grant the permission named above and give admin consent.' },
  'api.unauthorized': { retry: false, advice: 'Check tenantId, clientId and the secret or certificate.' },
  'api.sign-in': { retry: false, advice: 'A person has to sign in again, with a second factor.' },
  'api.throttled': { retry: true, advice: 'Waiting as long as the service asks.' },
  'api.unreachable': { retry: true, advice: 'Check the network, the proxy and the endpoint.' },
  'api.failed': { retry: true, advice: 'The service answered with an error of its own; trying again.' },
  'api.unreadable': { retry: true, advice: 'The answer could not be understood; check the endpoint.' },
  'api.not-found': { retry: false, advice: 'Check the id.' },
  'api.rejected': { retry: false, advice: 'The service refused the request; its words are above.' },
  'api.budget': { retry: true, advice: 'The request budget is used up; waiting for the window to move.' },
  'channel.throttled': { retry: true, advice: 'Waiting as long as the platform asks.' },
  'channel.refused': { retry: false, advice: 'Check that the bot is a member and allowed to post there.' },
  'channel.unauthorized': { retry: false, advice: 'Check the token or password of the channel.' },
  'channel.unreachable': { retry: true, advice: 'Check the network and the address.' },
  'channel.failed': { retry: true, advice: 'The platform answered with an error of its own; trying again.' },
  'channel.unknown-outcome': {
    retry: true,
    advice: 'The request left and no answer came; looking for the message first.',
  },
  'channel.message-gone': { retry: true, advice: 'The message to edit no longer exists; posting anew.' },
  'channel.too-large': { retry: false, advice: 'The message is larger than the platform takes.' },
  'store.locked': { retry: false, advice: 'Stop the other process or set another dataDir.' },
  'store.unreachable': { retry: true, advice: 'Check the database URL and that the server runs.' },
  'store.newer': {
    retry: false,
    advice: 'Run the newer Tocsin, or restore a backup made before the upgrade.',
  },
  'store.conflict': { retry: true, advice: 'Somebody else changed it first; reading again.' },
  'queue.unreachable': { retry: true, advice: 'Check the redis URL and that the server runs.' },
  'settings.invalid': { retry: false, advice: 'Correct the settings; `tocsin check` lists every problem.' },
  'command.usage': { retry: false, advice: 'See `help`.' },
  'command.forbidden': { retry: false, advice: 'Ask an admin for the role named above.' },
  'command.busy': { retry: true, advice: 'Try again in a minute.' },
  'command.not-found': { retry: false, advice: 'Check the id.' },
} as const satisfies Record<string, { retry: boolean; advice: string }>;

export type FaultCode = keyof typeof FAULTS;

export interface FaultDetails {
  readonly cause?: unknown;
  /** HTTP status, 0 when none. */
  readonly status?: number;
  /** How long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The other side's id of the request, for its support. */
  readonly requestId?: string;
  /** Replaces the code's general advice. */
  readonly advice?: string;
  /** The beginning of what the other side said, without any secret: for whoever looks into it, never for a card. */
  readonly detail?: string;
  /** The argument of a command that it is about: `duration`. */
  readonly argument?: string;
}

/**
 * An expected failure. The message says what happened, without any secret; `advice` what to do; `retry` whether trying
 * again helps. A bug stays a plain `Error`.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly retry: boolean;
  readonly advice: string;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly detail: string | undefined;
  readonly argument: string | undefined;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    // Whoever answered may have repeated what it was sent.
    super(withoutSecrets(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retry = FAULTS[code].retry;
    this.advice = details.advice ?? FAULTS[code].advice;
    this.status = details.status ?? 0;
    this.retryAfterMs = details.retryAfterMs;
    this.requestId = details.requestId;
    this.argument = details.argument;
    this.detail = details.detail === undefined ? undefined : withoutSecrets(details.detail);
  }
}

export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** One line for a person: message and advice. */
export function faultLine(error: unknown): string {
  if (error instanceof Fault) return `${error.message} ${error.advice}`;
  return error instanceof Error ? error.message : String(error);
}
