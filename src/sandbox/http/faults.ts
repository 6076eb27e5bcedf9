import type { HostName } from './answer.js';

/** What goes wrong with an answer. Seconds and dates are on the sandbox's clock, `everyMs` is real time. */
export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429; `retryAfter` in seconds, printed as an HTTP date with `asDate`; left out when undefined. */
  | { readonly kind: 'throttle'; readonly retryAfter?: number; readonly asDate?: boolean }
  /** 503. */
  | { readonly kind: 'unavailable'; readonly retryAfter?: number; readonly asDate?: boolean }
  /** No answer at all until either side closes. */
  | { readonly kind: 'hang' }
  /** The connection is cut in the middle of the true body. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** 200 and JSON that does not parse. */
  | { readonly kind: 'garbage' }
  /** A page as proxies and captive portals send it. */
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'empty'; readonly status?: number }
  /** The true answer, a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes?: number; readonly everyMs?: number };

/** A kind that needs no details may be given by its name. */
export type FaultName = Exclude<FaultKind['kind'], 'status'>;

export interface FaultOrder {
  /** Tested against path and query, as sent and decoded. */
  readonly match: RegExp;
  readonly kind: FaultKind | FaultName;
  /** How many requests it spoils; without it all, until it is removed. */
  readonly times?: number;
  readonly host?: HostName;
}

/** An order that was given. */
export interface PlacedFault {
  /** Requests it still spoils. */
  readonly left: number;
  /** Requests it has spoilt. */
  readonly hits: number;
  remove(): void;
}

export interface FaultControl {
  add(order: FaultOrder): PlacedFault;
  /** Removes every order; requests already hanging stay so. */
  clear(): void;
}

export interface FaultBook extends FaultControl {
  /** The fault for this request, spent; orders given first rule. */
  take(host: HostName, url: URL): FaultKind | undefined;
}

interface Order extends FaultOrder {
  left: number;
  hits: number;
}

export function openFaultBook(): FaultBook {
  let orders: Order[] = [];
  return {
    add: (given) => {
      const order: Order = { ...given, left: given.times ?? Number.POSITIVE_INFINITY, hits: 0 };
      orders.push(order);
      return {
        get left() {
          return order.left;
        },
        get hits() {
          return order.hits;
        },
        remove: () => {
          orders = orders.filter((other) => other !== order);
        },
      };
    },
    clear: () => {
      orders = [];
    },
    take: (host, url) => {
      const order = orders.find((candidate) => candidate.left > 0 && concerns(candidate, host, url));
      if (order === undefined) return undefined;
      order.left -= 1;
      order.hits += 1;
      return typeof order.kind === 'string' ? { kind: order.kind } : order.kind;
    },
  };
}

function concerns(order: Order, host: HostName, url: URL): boolean {
  if (order.host !== undefined && order.host !== host) return false;
  // A global or sticky expression remembers where it stopped; a fault must not.
  const match = new RegExp(order.match.source, order.match.flags.replace(/[gy]/g, ''));
  const sent = `${url.pathname}${url.search}`;
  return match.test(sent) || match.test(readable(sent));
}

function readable(sent: string): string {
  try {
    return decodeURIComponent(sent.replaceAll('+', ' '));
  } catch {
    return sent;
  }
}
