import type { HttpAnswer } from '../../lib/http.js';
import type { Log } from '../../lib/log.js';
import type { CqdAuth } from './settings.js';

/** A larger answer is no status: the true one has five stamps in four lists. */
export const MAX_BYTES = 256 * 1024;

export interface TransportOptions {
  readonly auth: CqdAuth;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
  readonly random: () => number;
}

/** How a site is reached, signed in as its settings say. */
export interface Transport {
  /** Any answer, whatever its status. Throws `api.unreachable` when there is none, `api.unreadable` when it is too large. */
  get(url: string): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export const USER_AGENT = 'Tocsin';
