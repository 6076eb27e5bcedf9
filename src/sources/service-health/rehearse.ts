import { Fault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Instant } from '../../model/time.js';
import type { Answer } from '../communications.js';
import { toIso } from '../dates.js';
import { givenOffice365, isOffice365Message, isOffice365Status } from '../office365-rehearse.js';
import { givenAnswer, newestIn, readGiven, type GivenBody, type GivenRow } from '../rehearse.js';
import type { HealthClient } from './client.js';
import { isIssueActive } from './facts.js';
import { openOffice365Client } from './office365.js';
import { readIssue, readIssues, readOverviews, type Issue } from './schema.js';

type Part = 'services' | 'issues' | 'status' | 'messages';

/** What the API was said to know: `services` and `issues` of Graph, `status` and `messages` of the retired API. */
export interface GivenHealth {
  give(bodies: readonly string[]): void;
  client(now: Instant): HealthClient;
  newest(): Instant | undefined;
}

const PASSED = new Set(
  'startdatetime enddatetime lastmodifieddatetime createddatetime starttime endtime lastupdatedtime publishedtime'.split(
    ' ',
  ),
);

export function openGiven(log: Log): GivenHealth {
  let known = new Map<Part, readonly GivenRow[]>();
  const rowsOf = (part: Part): readonly GivenRow[] => known.get(part) ?? [];

  return {
    give(bodies) {
      const after = new Map(known);
      const whole = new Set<Part>();
      for (const body of bodies.map(readGiven))
        for (const [part, rows] of partsOf(body)) {
          // Several bodies of one kind are pages of one answer; one thing alone changes only itself.
          const before = whole.has(part) || body.single ? (after.get(part) ?? []) : [];
          const ids = new Set(rows.map(({ id }) => id));
          after.set(part, [...before.filter(({ id }) => !ids.has(id)), ...rows]);
          if (!body.single) whole.add(part);
        }
      known = after;
    },
    client: (now) =>
      known.has('status') || known.has('messages')
        ? openOffice365Client(
            givenOffice365({ status: rowsOf('status'), messages: rowsOf('messages') }, log),
            now,
            log,
          )
        : graphClient(rowsOf('services'), rowsOf('issues'), log),
    newest: () => newestIn([...known.values()], PASSED),
  };
}

function partsOf({ rows, context }: GivenBody): readonly (readonly [Part, readonly GivenRow[]])[] {
  if (rows.length === 0) return [[/healthOverviews/i.test(context) ? 'services' : 'issues', []]];
  const found = new Map<Part, GivenRow[]>();
  for (const row of rows) {
    const part = partOf(row);
    if (part === undefined)
      throw new Fault('api.unreadable', 'A row is neither a service, an issue, nor a message of either API.');
    found.set(part, [...(found.get(part) ?? []), row]);
    const { issues } = row;
    // healthOverviews?$expand=issues
    if (part === 'services' && Array.isArray(issues) && issues.length > 0)
      found.set('issues', [...(found.get('issues') ?? []), ...(issues as GivenRow[])]);
  }
  return [...found];
}

function partOf(row: GivenRow): Part | undefined {
  if (isOffice365Status(row)) return 'status';
  if (isOffice365Message(row)) return 'messages';
  if ('title' in row || 'startDateTime' in row || 'classification' in row) return 'issues';
  return 'status' in row && 'id' in row ? 'services' : undefined;
}

function graphClient(services: readonly GivenRow[], issues: readonly GivenRow[], log: Log): HealthClient {
  const answer = (keep: (issue: Issue) => boolean): Answer<Issue> =>
    givenAnswer(
      issues.filter((row) => {
        const issue = readIssue(row);
        return issue === undefined || keep(issue);
      }),
      readIssues,
      log,
    );
  return {
    services: async () => givenAnswer(services, readOverviews, log),
    unresolved: async () => answer(isIssueActive),
    modifiedSince: async (since) => ({ ...answer((issue) => modifiedAt(issue) >= since), filtered: true }),
    issue: async (id) => readIssues(issues).rows.find((issue) => issue.id === id),
    report: async () => undefined,
  };
}

function modifiedAt({ lastModifiedDateTime }: Issue): Instant {
  const at = toIso(lastModifiedDateTime);
  return at === null ? Infinity : Date.parse(at);
}
