import type { IssueInsight } from '../model/insight.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';

/** Microsoft's service that carries the calls, under its names in both APIs (`microsoftteams`, `Lync`). */
const FAMILY = /\b(?:teams|skype)\b|^(?:microsoftteams|lync)$/i;
const CALLING =
  /\bcall(?:s|ing|ed|ers?)?\b|\bpstn\b|\bphones?\b|\bvoice\b|\bdial|direct routing|operator connect/i;

export interface TenantFact extends Fact {
  readonly tenant: string;
}

/** Whether an issue is about Teams or Skype for Business. */
export function isFamily({ service, serviceId }: JsonObject): boolean {
  return FAMILY.test(text(service)) || FAMILY.test(text(serviceId));
}

/** Microsoft's issues of that family which lie between `from` and `to`, one each, those about calls and the newest first. */
export function issuesBeside(
  facts: readonly TenantFact[],
  from: Instant,
  to: Instant,
): readonly IssueInsight[] {
  const found = new Map<string, IssueInsight>();
  for (const { tenant, values } of facts) {
    const issue = issueOf(values, tenant);
    if (issue === undefined || issue.startedAt > to || (issue.endedAt ?? Infinity) < from) continue;
    const known = found.get(issue.id);
    found.set(issue.id, { ...issue, tenants: [...(known?.tenants ?? []), tenant] });
  }
  return [...found.values()].sort(
    (a, b) => Number(b.calling) - Number(a.calling) || b.startedAt - a.startedAt,
  );
}

function issueOf(values: JsonObject, tenant: string): IssueInsight | undefined {
  const id = text(values['id']);
  const startedAt = instant(values['startedAt']) ?? instant(values['postedAt']);
  if (values['type'] !== 'issue' || id === '' || startedAt === undefined || !isFamily(values))
    return undefined;
  const endedAt =
    values['active'] === true ? undefined : (instant(values['endedAt']) ?? instant(values['lastModified']));
  return {
    id,
    title: text(values['title']),
    tenants: [tenant],
    startedAt,
    postedAt: instant(values['postedAt']) ?? startedAt,
    ...(values['active'] === true ? {} : { endedAt: endedAt ?? startedAt }),
    calling: CALLING.test(
      ['title', 'feature', 'featureGroup', 'impact'].map((name) => text(values[name])).join(' '),
    ),
  };
}

export function instant(value: Json | undefined): Instant | undefined {
  const at = Date.parse(text(value));
  return Number.isFinite(at) ? at : undefined;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
