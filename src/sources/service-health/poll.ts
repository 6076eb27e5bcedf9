import { Fault } from '../../lib/fault.js';
import type { Fact } from '../../model/source.js';
import { DAY, HOUR, MINUTE, type Instant } from '../../model/time.js';
import { toIso } from '../dates.js';
import { filterMemory, mayFilter, type Answer, type HashOf } from '../communications.js';
import type { HealthClient } from './client.js';
import { isIssueActive, issueFact, issueSubject, nameKey, serviceFact, type IssueContext } from './facts.js';
import type { Memory } from './memory.js';
import type { ReadRows } from '../rows.js';
import type { Issue, Overview } from './schema.js';
import { readStatus } from './words.js';

/** Issues may appear in a list a little after the time they carry. */
const OVERLAP = 10 * MINUTE;
/** Resolved issues and reviews of this time are read anew by a full poll. */
const RECENT = 7 * DAY;
/** Resolved issues that nobody has touched for so long are left out, even where the service lists them. */
const FORGOTTEN = 30 * DAY;
/** Complete answers that are the same are read anew after this, whatever else was missed. */
const READ_AGAIN = 6 * HOUR;
/** Open issues that vanished from the list are asked for one by one; more than this wait for the next poll. */
const MAX_ASKED = 20;

export interface PollPlan {
  readonly client: HealthClient;
  readonly memory: Memory | undefined;
  readonly now: Instant;
  readonly cloud: IssueContext['cloud'];
  readonly hashOf: HashOf;
}

/** What was found. The budget and the reports of the memory are the caller's. */
export interface Found {
  readonly coverage: 'full' | 'partial';
  readonly facts: readonly Fact[];
  readonly memory: Omit<Memory, 'budget' | 'reports'>;
  readonly unchanged: boolean;
}

/** Everything: what is absent from this is gone. */
export async function fullPoll({ client, memory, now, cloud, hashOf }: PollPlan): Promise<Found> {
  const services = await client.services();
  const unresolved = await client.unresolved();
  const recent = await client.modifiedSince(now - RECENT, mayFilter(memory?.noFilterSince ?? null, now));
  const noFilterSince = filterMemory(recent.filtered, memory?.noFilterSince ?? null, now);
  const servicesHash = hashOf('services', services);
  const fullHash = [servicesHash, hashOf('unresolved', unresolved), hashOf('recent', recent)].join(' ');
  if (memory?.fullHash === fullHash && memory.readAt <= now && now - memory.readAt < READ_AGAIN) {
    const next = { ...memory, polledAt: now, fullAt: now, noFilterSince, servicesHash, issuesHash: '' };
    return { coverage: 'partial', facts: [], memory: next, unchanged: true };
  }
  const overviews = readServices(services, memory);
  const lists = [unresolved.read(), recent.read()];
  const listed = newestOfEach(lists.flatMap((list) => list.rows));
  const missing = Object.keys(memory?.open ?? {}).filter((id) => !listed.has(id));
  const issues = new Map(listed);
  for (const id of missing.slice(0, MAX_ASKED)) {
    const issue = await client.issue(id);
    if (issue !== undefined) issues.set(issue.id, issue);
  }
  const waiting = missing.slice(MAX_ASKED);
  const open = openAfter(pick(memory?.open ?? {}, waiting), issues.values());
  const settled = await settledServices(overviews, { client, memory, open });
  const whole =
    waiting.length === 0 && settled.broken + lists.reduce((sum, list) => sum + list.broken, 0) === 0;
  const kept = [...issues.values()].filter((issue) => !isForgotten(issue, memory, now));
  return {
    coverage: whole ? 'full' : 'partial',
    facts: factsOf(settled.rows, kept, open, cloud),
    memory: {
      polledAt: now,
      // What still waits is asked for by the next poll, which is a full one again.
      fullAt: waiting.length === 0 ? now : (memory?.fullAt ?? 0),
      noFilterSince,
      servicesHash: settled === overviews ? servicesHash : '',
      issuesHash: '',
      // What these answers do not tell has to be asked for again.
      fullHash: whole && missing.length === 0 && settled === overviews ? fullHash : '',
      readAt: now,
      services: settled.rows.length,
      open,
    },
    unchanged: false,
  };
}

/** All services, and the issues that changed since the last poll. */
export async function cheapPoll({
  client,
  memory,
  now,
  cloud,
  hashOf,
}: PollPlan & { readonly memory: Memory }): Promise<Found> {
  const services = await client.services();
  const changed = await client.modifiedSince(memory.polledAt - OVERLAP, mayFilter(memory.noFilterSince, now));
  const hashes = { servicesHash: hashOf('services', services), issuesHash: hashOf('changed', changed) };
  const next = {
    ...memory,
    polledAt: now,
    noFilterSince: filterMemory(changed.filtered, memory.noFilterSince, now),
    ...hashes,
  };
  if (hashes.servicesHash === memory.servicesHash && hashes.issuesHash === memory.issuesHash) {
    return { coverage: 'partial', facts: [], memory: next, unchanged: true };
  }
  const overviews = readServices(services, memory);
  const list = changed.read();
  const isQuiet = hashes.servicesHash === memory.servicesHash && list.rows.length + list.broken === 0;
  const issues = [...newestOfEach(list.rows).values()];
  const open = openAfter(memory.open, issues);
  const settled = await settledServices(overviews, { client, memory, open });
  const kept = issues.filter((issue) => !isForgotten(issue, memory, now));
  return {
    coverage: 'partial',
    facts: factsOf(settled.rows, kept, open, cloud),
    memory: {
      ...next,
      servicesHash: settled === overviews ? next.servicesHash : '',
      // What changed may change back before everything is compared again.
      fullHash: isQuiet ? memory.fullHash : '',
      services: settled.rows.length,
      open,
    },
    unchanged: false,
  };
}

/** No tenant loses all its services at once: an empty list after a full one is a failure in disguise. */
function readServices(
  answer: Answer<Overview>,
  memory: Memory | undefined,
): ReturnType<Answer<Overview>['read']> {
  const read = answer.read();
  if (read.rows.length === 0 && (memory?.services ?? 0) > 0) {
    throw new Fault(
      'api.unreadable',
      `The API listed no service at all, where it listed ${memory?.services ?? 0} before.`,
    );
  }
  return read;
}

interface Settling {
  readonly client: HealthClient;
  readonly memory: Memory | undefined;
  readonly open: Readonly<Record<string, string>>;
}

/**
 * Services are asked for before issues. One whose last issue ended in between would be told as degraded with no issue to it, which
 * alarms: where that may be so, the services are asked for once more.
 */
async function settledServices(
  overviews: ReadRows<Overview>,
  { client, memory, open }: Settling,
): Promise<ReadRows<Overview>> {
  const stillOpen = openByName(open);
  const ended = new Set(
    Object.entries(memory?.open ?? {})
      .filter(([id, service]) => !Object.hasOwn(open, id) && !stillOpen.has(nameKey(service)))
      .map(([, service]) => nameKey(service)),
  );
  const left = overviews.rows.some(
    ({ id, service, status }) => ended.has(nameKey(service ?? id)) && readStatus(status).active,
  );
  return left ? readServices(await client.services(), memory) : overviews;
}

export function factsOf(
  overviews: readonly Overview[],
  issues: readonly Issue[],
  open: Readonly<Record<string, string>>,
  cloud: IssueContext['cloud'],
): Fact[] {
  const byName = openByName(open);
  const context = { serviceIds: serviceIds(overviews), cloud };
  const facts = new Map<string, Fact>();
  for (const overview of overviews) facts.set(`service:${overview.id}`, serviceFact(overview, byName));
  for (const issue of issues) facts.set(issueSubject(issue.id), issueFact(issue, context));
  return [...facts.values()];
}

export function serviceIds(overviews: readonly Overview[]): Map<string, string> {
  return new Map(overviews.map((overview) => [nameKey(overview.service ?? overview.id), overview.id]));
}

/** The open issues of before, with those that were seen now as they are now. */
export function openAfter(
  before: Readonly<Record<string, string>>,
  seen: Iterable<Issue>,
): Readonly<Record<string, string>> {
  const open = new Map(Object.entries(before));
  for (const issue of seen) {
    if (isIssueActive(issue)) open.set(issue.id, issue.service ?? '');
    else open.delete(issue.id);
  }
  return Object.fromEntries(open);
}

function openByName(open: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const [id, service] of Object.entries(open)) {
    const key = nameKey(service);
    byName.set(key, [...(byName.get(key) ?? []), id]);
  }
  return byName;
}

/** Lists overlap and move while they are paged: of each issue the newest telling counts. */
function newestOfEach(issues: readonly Issue[]): ReadonlyMap<string, Issue> {
  const newest = new Map<string, Issue>();
  for (const issue of issues) {
    const known = newest.get(issue.id);
    if (known === undefined || modified(known) <= modified(issue)) newest.set(issue.id, issue);
  }
  return newest;
}

function modified(issue: Issue): Instant {
  return Date.parse(toIso(issue.lastModifiedDateTime) ?? toIso(issue.endDateTime) ?? '1970-01-01');
}

/** One that is known to be open is never forgotten: that it is over is news, however old. */
function isForgotten(issue: Issue, memory: Memory | undefined, now: Instant): boolean {
  return (
    !isIssueActive(issue) && !Object.hasOwn(memory?.open ?? {}, issue.id) && modified(issue) < now - FORGOTTEN
  );
}

function pick(record: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])));
}
