import type { Dispatcher } from 'undici';

/** How an answer begins. */
export interface Head {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Who takes the bytes of an answer's body. What one of these throws ends the exchange. */
export interface Receiver {
  /** A promise holds the other side back until it is kept. */
  take(chunk: Buffer): Promise<void> | undefined;
  /** After the last byte. */
  end(): Promise<void> | undefined;
  /** In place of `end`, when the body broke off. */
  broken?(): void;
}

export interface Sending {
  readonly url: URL;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * One request and its answer, whose body goes to `receive` as it comes off the connection: a stream for each answer would cost
 * more than reading what is in it. Resolves once the body has been taken.
 */
export function exchange(
  { url, method, headers, body, timeoutMs, signal }: Sending,
  dispatcher: Dispatcher,
  receive: (head: Head) => Receiver,
): Promise<Head> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: Head | undefined;
    let receiver: Receiver | undefined;
    let ended = false;

    function fail(error: Error): void {
      if (!over()) return;
      receiver?.broken?.();
      reject(error);
      controller?.abort(error);
    }
    /** True the first time. */
    function over(): boolean {
      const first = !ended;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      return first;
    }
    function onAbort(): void {
      fail(new Error('called off'));
    }

    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      {
        onRequestStart(begun) {
          controller = begun;
          // Called off while it waited for a connection.
          if (ended) begun.abort(new Error('called off'));
        },
        onResponseStart(_controller, status, raw, reason) {
          // An interim answer: the real one follows.
          if (status < 200) return;
          head = { status, reason: reason ?? '', headers: flatHeaders(raw) };
          receiver = receive(head);
        },
        onResponseData(begun, chunk) {
          if (ended) return;
          const taken = receiver?.take(chunk);
          if (taken === undefined) return;
          begun.pause();
          taken.then(() => begun.resume(), fail);
        },
        onResponseEnd() {
          if (ended || head === undefined) return;
          const done = head;
          Promise.resolve(receiver?.end()).then(() => {
            if (over()) resolve(done);
          }, fail);
        },
        onResponseError(_controller, error) {
          fail(error);
        },
      },
    );
  });
}

/** Names in lower case; a repeated header is joined with `, `. */
export function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
