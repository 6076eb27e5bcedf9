import { Fault } from '../lib/fault.js';

/** One answer, not yet parsed: equal bodies are told apart from changed ones without reading them. */
export interface GraphAnswer {
  readonly body: Buffer;
  json(): unknown;
}

/** One page of a list. */
export interface GraphPage {
  readonly body: Buffer;
  /** Throws `api.unreadable` when the body is no list. */
  rows(): readonly unknown[];
  /** The next page's address, on our own host. Throws `api.rejected` when it points elsewhere; parses only a page that names one. */
  next(): string | undefined;
}

/** So many bodies are remembered, none of them larger. */
const REMEMBERED = 6;
const REMEMBERED_BYTES = 512 * 1024;

/**
 * Makes pages of answers. Bytes that are those of a page before cost one comparison: their page has the earlier body itself, and
 * is known to be the last one of its list.
 */
export function openPages(origin: string): (answer: GraphAnswer) => GraphPage {
  /** Bodies that name no next page, the newest first. */
  let ends: readonly Buffer[] = [];

  return (answer) => {
    const known = ends.find((end) => end.length === answer.body.length && end.equals(answer.body));
    const body = known ?? answer.body;
    let read: Readonly<Record<string, unknown>> | undefined;
    const parsed = (): Readonly<Record<string, unknown>> => (read ??= objectOf(answer.json(), origin));
    return {
      body,
      rows() {
        const rows = parsed()['value'] ?? parsed()['Value'];
        if (Array.isArray(rows)) return rows as readonly unknown[];
        throw new Fault(
          'api.unreadable',
          `${new URL(origin).host} answered without a list where one was expected.`,
        );
      },
      next() {
        if (known !== undefined) return undefined;
        // Nearly every list is one page, and whoever only compares it must not have to parse it.
        if (!namesNext(body)) {
          if (body.length <= REMEMBERED_BYTES) ends = [body, ...ends].slice(0, REMEMBERED);
          return undefined;
        }
        const link = parsed()['@odata.nextLink'] ?? parsed()['@odata.NextLink'];
        return typeof link === 'string' && link !== '' ? own(link, origin) : undefined;
      },
    };
  };
}

const ANNOTATION = '@odata.';

/** Whether the bytes hold `@odata.next…` in either casing, in one pass over them. */
function namesNext(body: Buffer): boolean {
  for (let at = body.indexOf(ANNOTATION); at >= 0; at = body.indexOf(ANNOTATION, at + 1)) {
    const letter = body[at + ANNOTATION.length];
    if (letter === 0x6e || letter === 0x4e) return true;
  }
  return false;
}

function objectOf(value: unknown, origin: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Fault(
    'api.unreadable',
    `${new URL(origin).host} answered with something that is no JSON object.`,
  );
}

/** A next page elsewhere would be given our token: throws `api.rejected`. */
export function own(link: string, origin: string): string {
  if (isOwn(link, origin)) return link;
  const host = URL.canParse(link) ? new URL(link).host : 'an unreadable address';
  throw new Fault(
    'api.rejected',
    `${new URL(origin).host} points to ${host} for the next page, which is not followed.`,
    {
      advice: 'Check the graph endpoint: pages are read from that host alone.',
    },
  );
}

export function isOwn(link: string, origin: string): boolean {
  return URL.canParse(link) && new URL(link).origin === origin;
}
