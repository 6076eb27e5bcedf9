import { Fault } from '../../lib/fault.js';
import { askOnce, queryText, type Ask, type InsightsDeps } from './ask.js';
import type { Envelope } from './envelope.js';

const ROOT = '/insights/v1/mpn';
const MAX_PAGES = 50;

type Row = Envelope['value'][number];

/** The ways to ask: for whatever comes, for all pages of a list, and for the one thing that a request made. */
interface Asking {
  readonly call: (ask: Ask) => Promise<Envelope>;
  /** Rows that cannot be read are left out; `api.unreadable` when none can. */
  readonly list: <T>(ask: Ask, read: (row: Row) => T | undefined) => Promise<readonly T[]>;
  readonly one: <T>(ask: Ask, read: (row: Row) => T | undefined) => Promise<T>;
}

export function openAsking(deps: InsightsDeps): Asking {
  const { origin, host } = new URL(deps.endpoint);
  const call = (ask: Ask): Promise<Envelope> =>
    askOnce(`${origin}${ROOT}${ask.path}${queryText(ask.query)}`, ask, deps);

  async function rows(ask: Ask): Promise<readonly Row[]> {
    const found: Row[] = [];
    let page = await call(ask);
    for (let pages = 1; ; pages += 1) {
      found.push(...page.value);
      if (page.nextLink === undefined) return found;
      if (pages >= MAX_PAGES) throw new Fault('api.unreadable', `${host} gave more than ${MAX_PAGES} pages.`);
      page = await askOnce(own(page.nextLink, origin), ask, deps);
    }
  }

  return {
    call,
    list: async (ask, read) => readAll(await rows(ask), read),
    async one(ask, read) {
      const [row] = (await call(ask)).value;
      const found = row === undefined ? undefined : read(row);
      if (found !== undefined) return found;
      throw new Fault('api.unreadable', `${host} did not say what it made of the request.`);
    },
  };
}

/** A next page elsewhere would be given our token. */
function own(link: string, origin: string): string {
  const url = URL.canParse(link, origin) ? new URL(link, origin) : undefined;
  if (url?.origin === origin) return url.href;
  throw new Fault(
    'api.rejected',
    `${new URL(origin).host} points to ${url?.host ?? 'an unreadable address'} for the next page, which is not followed.`,
    {
      advice: 'Check the partner endpoint: pages are read from that host alone.',
    },
  );
}

function readAll<T>(rows: readonly Row[], read: (row: Row) => T | undefined): readonly T[] {
  const found = rows.flatMap((row) => {
    const one = read(row);
    return one === undefined ? [] : [one];
  });
  if (found.length === 0 && rows.length > 0)
    throw new Fault(
      'api.unreadable',
      `None of the ${rows.length} entries that Partner Center gave could be read.`,
    );
  return found;
}
