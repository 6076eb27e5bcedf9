import { isDeepStrictEqual } from 'node:util';
import { span } from '../lib/duration.js';
import type { Alert } from '../model/alert.js';
import { ENGINE, incidentName, type Incident, type TimelineEntry } from '../model/incident.js';
import {
  leadOf,
  type CallsInsight,
  type EarlyInsight,
  type Insight,
  type IssueInsight,
} from '../model/insight.js';
import { sameAudience, tenantsIn } from '../model/sharing.js';
import { DAY, HOUR, type Instant } from '../model/time.js';
import { stamp } from './act.js';
import { instant, isFamily, issuesBeside, type TenantFact } from './issues-insight.js';
import { isBurst } from './severity.js';

export const NOTHING: Insight = { calls: [], issues: [], early: [], listed: false };

/** What an incident is joined with: failing calls with Microsoft's issues, an issue about Teams with the tenant's calls. */
export function joinedWith({ alerts }: Pick<Incident, 'alerts'>): 'issues' | 'calls' | undefined {
  if (alerts.some(({ kind }) => kind === 'direct-routing')) return 'issues';
  return alerts.some(({ values }) => values['type'] === 'issue' && isFamily(values)) ? 'calls' : undefined;
}

/** Since when the calls of an incident count: from what began it on, for a day at most. */
export function callsSince(incident: Incident, at: Instant): Instant {
  const began = incident.alerts.map((alert) =>
    alert.kind === 'direct-routing'
      ? alert.startsAt - HOUR
      : (instant(alert.values['startedAt']) ?? alert.startsAt),
  );
  return Math.max(Math.min(...began, incident.openedAt), at - DAY);
}

/** What is known now of one tenant of an incident; what was known of the others stays. */
export interface Sight {
  readonly tenant: string;
  readonly at: Instant;
  readonly calls: CallsInsight | undefined;
  /** The tenant's issues as Microsoft lists them. */
  readonly issues: readonly TenantFact[];
  /** Its service health is watched. */
  readonly listed: boolean;
  /** Incidents about bursts on Microsoft's side in this tenant, of the last day. */
  readonly bursts: readonly Incident[];
}

/** The insight of an incident after one more look at a tenant. */
export function insightOf(incident: Incident, sight: Sight): Insight {
  const before = incident.insight ?? NOTHING;
  const calls = joinedCalls(before.calls, sight);
  const listed = before.listed || sight.listed;
  if (joinedWith(incident) === 'calls')
    return { calls, issues: [], early: foretold(incident, before.early, sight), listed };
  const beside = issuesBeside(sight.issues, callsSince(incident, sight.at), incident.resolvedAt ?? sight.at);
  return {
    calls,
    issues: joinedIssues(before.issues, beside, sight.tenant),
    early: unexplained(incident, before.early, sight),
    listed,
  };
}

/** Figures move with every call: they are taken over when they say something else than before. */
function joinedCalls(before: readonly CallsInsight[], { tenant, calls }: Sight): readonly CallsInsight[] {
  const known = before.find((one) => one.tenant === tenant);
  if (calls === undefined || (known !== undefined && gistOf(known) === gistOf(calls))) return before;
  return [...before.filter((one) => one.tenant !== tenant), calls];
}

function gistOf({ effect, failed, microsoft, shares, trunks }: CallsInsight): string {
  const quiet = effect === 'none' || effect === 'no-calls';
  const [worst] = shares;
  return quiet ? effect : [effect, step(failed), step(microsoft), worst?.owner, trunks.length].join(' ');
}

/** 1, 2, 5, 10, 20, 50 … */
function step(count: number): number {
  if (count < 1) return 0;
  const power = 10 ** Math.floor(Math.log10(count));
  return (count >= 5 * power ? 5 : count >= 2 * power ? 2 : 1) * power;
}

function joinedIssues(
  before: readonly IssueInsight[],
  found: readonly IssueInsight[],
  tenant: string,
): readonly IssueInsight[] {
  const others = before.flatMap((issue) => {
    const tenants = issue.tenants.filter((name) => name !== tenant);
    return tenants.length === 0 ? [] : [{ ...issue, tenants }];
  });
  const merged = new Map(others.map((issue) => [issue.id, issue]));
  for (const issue of found) {
    const tenants = [...(merged.get(issue.id)?.tenants ?? []), tenant].sort();
    merged.set(issue.id, { ...issue, tenants });
  }
  return [...merged.values()].sort(
    (a, b) => Number(b.calling) - Number(a.calling) || b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1),
  );
}

/** A burst on Microsoft's side that no issue about calls had explained when it was seen, and the issue that came after it. */
function unexplained(
  incident: Incident,
  before: readonly EarlyInsight[],
  sight: Sight,
): readonly EarlyInsight[] {
  const burst = incident.alerts.find((alert) => isBurst(alert) && alert.tenant === sight.tenant);
  const known = before.find(({ tenant }) => tenant === sight.tenant);
  if (burst === undefined || !sight.listed || known?.postedAt !== undefined) return before;
  const seenAt = known?.seenAt ?? seenOf(burst);
  const calling = issuesBeside(sight.issues, seenAt, sight.at).filter((issue) => issue.calling);
  if (known === undefined && calling.some(({ postedAt }) => postedAt <= seenAt)) return before;
  const [after] = calling
    .filter(({ postedAt }) => postedAt > seenAt && postedAt <= seenAt + DAY)
    .sort((a, b) => a.postedAt - b.postedAt);
  const early: EarlyInsight = {
    tenant: sight.tenant,
    seenAt,
    ...(after === undefined ? {} : { issue: after.id, postedAt: after.postedAt }),
  };
  return [...before.filter(({ tenant }) => tenant !== sight.tenant), early];
}

/** Of an issue: what was seen of it in a tenant's calls before Microsoft posted it. */
function foretold(
  incident: Incident,
  before: readonly EarlyInsight[],
  sight: Sight,
): readonly EarlyInsight[] {
  if (before.some(({ tenant }) => tenant === sight.tenant)) return before;
  const found = sight.bursts.flatMap((burst) => {
    const early = burst.insight?.early.find(({ tenant }) => tenant === sight.tenant);
    const about = incident.alerts.some(({ values }) => values['id'] === early?.issue);
    if (early?.issue === undefined || !about) return [];
    return [{ ...early, ...(sameAudience(burst, incident) ? { incident: burst.id } : {}) }];
  });
  return [...before, ...found.slice(0, 1)];
}

function seenOf({ firingAt, startsAt }: Alert): Instant {
  return firingAt ?? startsAt;
}

export interface Noticed {
  readonly lines: readonly TimelineEntry[];
  /** Only figures or the count of tenants changed: cards wait for more. */
  readonly gathering: boolean;
}

/** What a person should read about a new insight; undefined when it says the same as before. */
export function noticed(incident: Incident, after: Insight, sight: Sight): Noticed | undefined {
  const before = incident.insight ?? NOTHING;
  if (isDeepStrictEqual(before, after)) return undefined;
  const line = (text: string, thread: boolean): TimelineEntry => ({
    incident: incident.id,
    seq: 0,
    at: sight.at,
    kind: 'changed',
    actor: ENGINE,
    text,
    thread,
  });
  const lines = [
    ...issueWords(before.issues, after.issues).map((text) => line(text, true)),
    ...earlyWords(before.early, after.early, incident).map((text) => line(text, true)),
    ...callWords(before.calls, after.calls, incident, sight.tenant).map(({ text, thread }) =>
      line(text, thread),
    ),
  ];
  return { lines, gathering: !lines.some(({ thread }) => thread) };
}

function issueWords(before: readonly IssueInsight[], after: readonly IssueInsight[]): readonly string[] {
  return after.flatMap((issue) => {
    const known = before.find(({ id }) => id === issue.id);
    if (known === undefined && issue.endedAt === undefined)
      return [`Microsoft lists ${issue.id} “${issue.title}” since ${stamp(issue.startedAt)}.`];
    return known !== undefined && known.endedAt === undefined && issue.endedAt !== undefined
      ? [`Microsoft says that ${issue.id} is over.`]
      : [];
  });
}

function earlyWords(
  before: readonly EarlyInsight[],
  after: readonly EarlyInsight[],
  incident: Incident,
): readonly string[] {
  if (after.length > 0 && before.length === 0 && after.every(({ issue }) => issue === undefined))
    return [
      'Probably a fault on Microsoft’s side that is not posted yet: no issue of Microsoft’s explains it.',
    ];
  const known = new Set(before.map(({ issue }) => issue));
  const told = after.filter(({ issue }) => issue !== undefined && !known.has(issue));
  const [first] = [...told].sort((a, b) => (leadOf(b) ?? 0) - (leadOf(a) ?? 0));
  const lead = first === undefined ? undefined : leadOf(first);
  if (first === undefined || lead === undefined) return [];
  const where =
    first.incident === undefined || first.incident === incident.id ? '' : `: ${incidentName(first.incident)}`;
  return [`Seen ${span(lead)} before Microsoft posted ${first.issue ?? 'it'}${where}.`];
}

/** The calls beside an issue of Microsoft's; those of a trunk's own incident speak for themselves. */
function callWords(
  before: readonly CallsInsight[],
  after: readonly CallsInsight[],
  incident: Incident,
  tenant: string,
): readonly { readonly text: string; readonly thread: boolean }[] {
  if (joinedWith(incident) !== 'calls') return [];
  const [was, is] = [before, after].map((list) => list.find((one) => one.tenant === tenant));
  if (is === undefined || was?.effect === is.effect) return [];
  const felt = is.effect === 'some' || is.effect === 'heavy';
  // Of many tenants the first that feels it is news, and the others are counted on the card.
  const first = !before.some(({ effect }) => effect === is.effect || effect === 'heavy');
  const who = tenantsIn(incident).length > 1 ? `${tenant}: ` : '';
  return [{ text: `${who}${effectWords(is)}.`, thread: felt && first }];
}

function effectWords({ effect, attempts, failed, microsoft, ner, from }: CallsInsight): string {
  if (effect === 'no-calls') return `No calls since ${stamp(from)}`;
  if (effect === 'none') return `No effect seen on the calls, NER ${percent(ner)}`;
  const share = failed === 0 ? 0 : microsoft / failed;
  return `${failed} of ${attempts} calls failed since ${stamp(from)}, ${percent(share)} on Microsoft’s side`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.9 && share < 1 ? 1 : 0)} %`;
}
