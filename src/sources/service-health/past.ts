import { faultLine } from '../../lib/fault.js';
import { MINUTE, type Instant } from '../../model/time.js';
import { toIso } from '../dates.js';
import type { Office365Status } from '../office365-schema.js';
import type { PastAsk, PastPoll, TenantConnection } from '../source.js';
import type { HealthClient } from './client.js';
import { factsOf, openAfter } from './poll.js';
import type { Issue, Overview } from './schema.js';

export interface PastDeps {
  readonly source: string;
  readonly client: HealthClient;
  readonly cloud: TenantConnection['cloud'];
}

/**
 * What the API still tells of the time before the record begins: each issue from its first post to its end, with the posts it had
 * by then. The API does not tell which status and classification an issue had in between: it is taken to have been degraded, and
 * classified as it is today.
 */
export async function* pastPolls(
  { source, client, cloud }: PastDeps,
  ask: PastAsk,
): AsyncGenerator<PastPoll> {
  const until = Math.min(ask.recordedFrom ?? ask.to, ask.to);
  if (until <= ask.from) return;
  const missing = `${source}: the record begins at ${new Date(until).toISOString().slice(0, 10)}`;
  if (!ask.fetch) {
    ask.note(`${missing}; nothing is known of it before.`);
    return;
  }
  let issues: readonly Issue[];
  let services: readonly Overview[];
  let told: readonly Office365Status[];
  try {
    services = (await client.services()).read().rows;
    issues = [
      ...(await client.modifiedSince(ask.from, true)).read().rows,
      ...(await client.unresolved()).read().rows,
    ];
    told = (await client.history?.(ask.from)) ?? [];
  } catch (error) {
    ask.note(`${missing}, and the API did not tell what was before: ${faultLine(error)}`);
    return;
  }
  ask.note(
    `${missing}; before, issues are known by their posts alone: taken as degraded while open, classified as today, and services as ${told.length > 0 ? 'the API told at each midnight' : 'well'}.`,
  );
  for (const at of momentsOf(issues, told, ask.from, until)) {
    const then = issues.flatMap((issue) => asOf(issue, at) ?? []);
    const states = services.map((service) => ({ ...service, status: statusAt(service.id, told, at) }));
    yield { at, facts: factsOf(states, then, openAfter({}, then), cloud) };
  }
}

/** What the API told of a service at the midnight before; where it tells none, it was well. */
function statusAt(id: string, told: readonly Office365Status[], at: Instant): string {
  const before = told
    .filter((row) => row.id === id && (instantOf(row.time) ?? Infinity) <= at)
    .sort((a, b) => (instantOf(b.time) ?? 0) - (instantOf(a.time) ?? 0));
  return before[0]?.status ?? 'serviceOperational';
}

/** When something about them changed: a post, the end. The beginning of the time is one in any case. */
function momentsOf(
  issues: readonly Issue[],
  told: readonly Office365Status[],
  from: Instant,
  until: Instant,
): readonly Instant[] {
  const moments = [
    ...told.map(({ time }) => instantOf(time)),
    ...issues.flatMap((issue) => [
      ...issue.posts.map(({ createdDateTime }) => instantOf(createdDateTime)),
      knownFrom(issue),
      instantOf(issue.endDateTime),
    ]),
  ];
  const within = moments.filter((at) => at !== undefined && at > from && at < until) as Instant[];
  // A poll sees what happened within its minute.
  const polls = within.map((at) => Math.ceil(at / MINUTE) * MINUTE);
  return [...new Set([from, ...polls])].filter((at) => at < until).sort((a, b) => a - b);
}

/** Told by its first post; without any, since it began. */
function knownFrom({ posts, startDateTime, lastModifiedDateTime }: Issue): Instant | undefined {
  const posted = posts.flatMap(({ createdDateTime }) => instantOf(createdDateTime) ?? []);
  return posted.length > 0
    ? Math.min(...posted)
    : (instantOf(startDateTime) ?? instantOf(lastModifiedDateTime));
}

function asOf(issue: Issue, at: Instant): Issue | undefined {
  const known = knownFrom(issue);
  if (known === undefined || known > at) return undefined;
  const ended = instantOf(issue.endDateTime);
  const posts = issue.posts.filter(({ createdDateTime }) => (instantOf(createdDateTime) ?? 0) <= at);
  const lastModifiedDateTime = new Date(
    Math.max(known, ...posts.flatMap(({ createdDateTime }) => instantOf(createdDateTime) ?? [])),
  ).toISOString();
  if (ended !== undefined && ended <= at) return { ...issue, posts, lastModifiedDateTime };
  return {
    ...issue,
    posts,
    lastModifiedDateTime,
    endDateTime: null,
    isResolved: false,
    status: issue.isResolved === true ? 'serviceDegradation' : issue.status,
  };
}

function instantOf(value: unknown): Instant | undefined {
  const iso = toIso(value);
  return iso === null ? undefined : Date.parse(iso);
}
