/** One request. Nothing of its query, headers or body ever reaches an error or a log. */
export interface HttpRequest {
  /** GET by default. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For the whole answer of one try; 30 s by default. */
  readonly timeoutMs?: number;
  /** Of the body once unpacked; 32 MiB by default. A larger one is `api.unreadable`. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** May be sent again after a failure; true by default for GET and HEAD alone. */
  readonly repeatable?: boolean;
  /** The answer is wanted whatever its status: only no answer at all is a fault. */
  readonly anyStatus?: boolean;
  /**
   * Takes the unpacked body of a 2xx answer piece by piece; the answer's own body is then empty. Made anew for each try, which
   * begins at the first byte again. What it throws ends the request; a promise holds the other side back until it is kept.
   */
  readonly sink?: () => (chunk: Buffer) => Promise<void> | undefined;
  /** Called before each try. What it throws ends the request (a used-up budget). */
  readonly beforeTry?: () => void;
  /** The API's own words for a refusal. */
  readonly explain?: (answer: HttpAnswer) => Explanation;
}

export interface HttpAnswer {
  readonly status: number;
  /** The words behind the status, where the protocol has them: some services say there what they mean. */
  readonly reason?: string;
  /** Names in lower case; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The other side's id of the request, for its support. */
  readonly requestId: string | undefined;
}

/** What an error body says, without any secret. */
export interface Explanation {
  readonly words?: string;
  readonly advice?: string;
  readonly requestId?: string;
  /** The status that the answer should have had. */
  readonly meant?: number;
}

export interface Http {
  /** Throws a Fault with an `api.*` code. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}
