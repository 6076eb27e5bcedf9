import { SocketModeReceiver, type App, type Logger } from '@slack/bolt';
import { WebAPIPlatformError, type WebClientOptions } from '@slack/web-api';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { faultOf } from './faults.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A Slack that is down must not keep the rest of the product from starting. */
const PATIENCE_MS = 15_000;
const CLOSE_MS = 2_000;

export interface Socket {
  readonly receiver: SocketModeReceiver;
  /** Resolves when connected, or after 15 s while it goes on trying; throws `channel.unauthorized` for a bad token. */
  connect(app: App): Promise<void>;
  close(): Promise<void>;
}

/**
 * Socket Mode with our own reconnecting: the client's own leaves a rejected promise behind, which ends the process, when
 * Slack cannot be reached at the moment of a reconnect (@slack/socket-mode of Bolt 5.1).
 */
export function openSocket(appToken: string, client: WebClientOptions, logger: Logger, log: Log): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: client },
  });
  const stop = new AbortController();
  let running: Promise<void> | undefined;

  const keepConnected = async (app: App, onFirst: (fault?: Fault) => void): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    let everConnected = false;
    while (!stop.signal.aborted) {
      const ended = new AbortController();
      receiver.client.once('disconnected', () => ended.abort());
      try {
        await app.start();
        log.debug('Socket Mode is connected.');
        onFirst();
        everConnected = true;
        wait = FIRST_WAIT_MS;
        await aborted(ended.signal);
      } catch (error) {
        receiver.client.removeAllListeners('disconnected');
        const fault = startFault(error);
        log.warn({ code: fault.code }, faultLine(fault));
        // What was connected once may be again: a proxy in the way, an app being installed anew.
        if (!fault.retry && !everConnected) {
          onFirst(fault);
          return;
        }
      }
      await pause(wait, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };

  return {
    receiver,
    connect: (app) =>
      new Promise((resolve, reject) => {
        const patience = setTimeout(resolve, PATIENCE_MS);
        running = keepConnected(app, (fault) => {
          clearTimeout(patience);
          if (fault === undefined) resolve();
          else reject(fault);
        });
      }),
    async close() {
      stop.abort();
      if (running === undefined) return;
      const gone = pause(CLOSE_MS, undefined, { ref: false });
      await Promise.race([receiver.stop().catch(() => undefined), gone]);
      await Promise.race([running, gone]);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function startFault(error: unknown): Fault {
  if (error instanceof WebAPIPlatformError && error.data.error === 'not_allowed_token_type') {
    return new Fault(
      'channel.unauthorized',
      'Slack answered apps.connections.open with not_allowed_token_type.',
      {
        advice: 'appToken must be an app-level token (xapp-…) with connections:write.',
      },
    );
  }
  return faultOf(error, 'read', 'apps.connections.open');
}
