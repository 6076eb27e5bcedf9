import type { Log } from '../../lib/log.js';
import { DAY, type Instant } from '../../model/time.js';
import type { Answer } from '../communications.js';
import { toIso } from '../dates.js';
import type { Office365 } from '../office365.js';
import type { Office365Message, Office365Status } from '../office365-schema.js';
import type { ReadRows } from '../rows.js';
import { REPORT_LIMIT, type HealthClient } from './client.js';
import { isIssueActive } from './facts.js';
import { readIssue, type Issue, type Overview } from './schema.js';

/** There is no filter by the time of a change, nor one for what is open: incidents that began within this time are read. */
const REACH = 30 * DAY;
/** Open incidents are named by CurrentStatus however old they are; more than this wait for the next poll. */
const MAX_ASKED = 20;

/** The retired API as if it were Graph: same rows, so that everything past the client is the same. */
export function openOffice365Client(
  api: Pick<Office365, 'currentStatus' | 'historicalStatus' | 'messages'> &
    Partial<Pick<Office365, 'document'>>,
  now: Instant,
  log: Log,
): HealthClient {
  const status = once(() => api.currentStatus());
  const listed = once(() => api.messages({ messageType: 'Incident', startTime: now - REACH }));
  const incidents = once(async () => mapped(await listed(), (message) => issueOf(message)));

  async function issue(id: string): Promise<Issue | undefined> {
    const found = mapped(await api.messages({ id }), (message) => issueOf(message)).read().rows;
    return found.find((row) => row.id.toUpperCase() === id.toUpperCase());
  }

  return {
    services: async () => mapped(await status(), overviewOf),
    async unresolved() {
      const recent = await incidents();
      const known = new Set(recent.read().rows.map((row) => row.id));
      const named = [...new Set((await status()).read().rows.flatMap((row) => row.incidentIds))];
      const unseen = named.filter((id) => !known.has(id));
      if (unseen.length > MAX_ASKED)
        log.info(
          { waiting: unseen.length - MAX_ASKED },
          'more old incidents are open than one poll asks for',
        );
      const older: Issue[] = [];
      for (const id of unseen.slice(0, MAX_ASKED)) {
        const found = await issue(id);
        if (found !== undefined) older.push(found);
      }
      return picked(recent, older, isIssueActive);
    },
    async modifiedSince(since) {
      const changed = picked(await incidents(), [], (row) => modifiedAt(row) >= since);
      return { ...changed, filtered: true };
    },
    issue,
    async report(id) {
      const link = (await listed()).read().rows.find((message) => message.id === id)?.reportUrl ?? null;
      return link === null ? undefined : api.document?.(link, REPORT_LIMIT);
    },
    history: async (since) => (await api.historicalStatus({ since })).read().rows,
  };
}

function overviewOf({ id, name, status }: Office365Status): Overview {
  return { id, service: name, status };
}

/** A row of Graph's issues. What Graph alone tells (origin, isResolved of an open one) is left open. */
function issueOf(message: Office365Message): Issue | undefined {
  if (!message.incident) return undefined;
  return readIssue({
    id: message.id,
    title: titleOf(message),
    startDateTime: message.startTime,
    endDateTime: message.endTime,
    lastModifiedDateTime: message.lastUpdatedTime,
    classification: message.classification,
    status: message.status,
    service: message.workloadName ?? message.workload,
    featureGroup: message.featureName,
    impactDescription: message.impact,
    isResolved: toIso(message.endTime) === null ? null : true,
    posts: message.posts.map(({ publishedTime, text }) => ({
      createdDateTime: publishedTime,
      description: { content: text },
    })),
  });
}

/** Old incidents have no title of their own: their posts may begin with one, and else their feature says what it is about. */
function titleOf({ title, posts, impact, featureName }: Office365Message): string | null {
  if (title !== null) return title;
  const told = posts.flatMap(({ text }) => /^\s*Title:\s*([^\r\n]+)/i.exec(text)?.[1] ?? []).at(-1);
  return told ?? impact ?? featureName;
}

function modifiedAt(issue: Issue): Instant {
  const at = toIso(issue.lastModifiedDateTime);
  return at === null ? Infinity : Date.parse(at);
}

/** Rows that are something else, as far as `map` knows, are left out and not broken. */
function mapped<A, B>(answer: Answer<A>, map: (row: A) => B | undefined): Answer<B> {
  const read = sync((): ReadRows<B> => {
    const found = answer.read();
    return { rows: found.rows.flatMap((row) => map(row) ?? []), broken: found.broken };
  });
  return { bodies: answer.bodies, read };
}

function picked(
  answer: Answer<Issue>,
  more: readonly Issue[],
  keep: (issue: Issue) => boolean,
): Answer<Issue> {
  return {
    bodies: more.length === 0 ? answer.bodies : [...answer.bodies, Buffer.from(JSON.stringify(more))],
    read() {
      const found = answer.read();
      return { rows: [...found.rows, ...more].filter(keep), broken: found.broken };
    },
  };
}

function sync<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** One poll asks for the same list more than once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  return sync(ask);
}
