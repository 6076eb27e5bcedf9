import type { Tone } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Answered } from './parts.js';
import { isTrue, textOf } from './values.js';
import { compareTone, statusText, toneOf } from './words.js';

/** A tenant's answer: facts of `service:` or `issue:` subjects. */
export interface LookView extends Answered {
  readonly facts: readonly Fact[];
}

/** One service as it is in one or several tenants. */
export interface ServiceRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly tone: Tone;
  readonly tenants: readonly string[];
  readonly fact: Fact;
}

/** One issue of Microsoft's as one or several tenants see it. */
export interface IssueRow {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  readonly status: string;
  readonly active: boolean;
  readonly tone: Tone;
  readonly tenants: readonly string[];
  readonly fact: Fact;
}

/** Equal states of one service in several tenants are one row; worst first, then by name. */
export function serviceRows(looks: readonly LookView[]): readonly ServiceRow[] {
  const rows = new Map<string, ServiceRow>();
  for (const { tenant, fact } of factsOf(looks, 'service:')) {
    const row = serviceRow(fact, tenant);
    const key = `${row.id.toLowerCase()} ${row.status}`;
    const there = rows.get(key);
    rows.set(key, there === undefined ? row : { ...there, tenants: withTenant(there.tenants, tenant) });
  }
  return [...rows.values()].sort((a, b) => compareTone(a.tone, b.tone) || a.name.localeCompare(b.name));
}

/** A tenant may be watched through more than one API. */
function withTenant(tenants: readonly string[], tenant: string): readonly string[] {
  return tenants.includes(tenant) ? tenants : [...tenants, tenant];
}

function serviceRow(fact: Fact, tenant: string): ServiceRow {
  const id = textOf(fact.values, 'id') ?? fact.subject.slice('service:'.length);
  const status = textOf(fact.values, 'status') ?? 'unknown';
  return {
    id,
    name: textOf(fact.values, 'name') ?? id,
    status: statusText(status, textOf(fact.values, 'statusText')),
    tone: toneOf(textOf(fact.values, 'level'), status),
    tenants: [tenant],
    fact,
  };
}

/** One row an issue; the newest telling of it speaks; active and worst first. */
export function issueRows(looks: readonly LookView[]): readonly IssueRow[] {
  const rows = new Map<string, IssueRow>();
  for (const { tenant, fact } of factsOf(looks, 'issue:')) {
    const row = issueRow(fact, tenant);
    const there = rows.get(row.id);
    const tenants = withTenant(there?.tenants ?? [], tenant);
    rows.set(row.id, {
      ...(there === undefined || modified(fact) > modified(there.fact) ? row : there),
      tenants,
    });
  }
  return [...rows.values()].sort(
    (a, b) => Number(b.active) - Number(a.active) || compareTone(a.tone, b.tone) || a.id.localeCompare(b.id),
  );
}

function issueRow(fact: Fact, tenant: string): IssueRow {
  const status = textOf(fact.values, 'status') ?? 'unknown';
  const active = isTrue(fact.values, 'active');
  const id = textOf(fact.values, 'id') ?? fact.subject.slice('issue:'.length);
  return {
    id,
    title: (textOf(fact.values, 'title') ?? id).replace(/\.$/, ''),
    service: textOf(fact.values, 'service') ?? '',
    status: statusText(status, textOf(fact.values, 'statusText')),
    active,
    tone: active ? toneOf(textOf(fact.values, 'level'), status) : 'ok',
    tenants: [tenant],
    fact,
  };
}

function modified(fact: Fact): string {
  return textOf(fact.values, 'lastModified') ?? '';
}

function factsOf(
  looks: readonly LookView[],
  prefix: string,
): readonly { readonly tenant: string; readonly fact: Fact }[] {
  return looks.flatMap(({ tenant, facts }) =>
    facts.filter((fact) => fact.subject.startsWith(prefix)).map((fact) => ({ tenant, fact })),
  );
}

/** ` · contoso, fabrikam` where more than one tenant was asked; a count where there are many. */
export function tenantWords(tenants: readonly string[], asked: number): string {
  if (asked < 2) return '';
  return tenants.length <= 3 ? ` · ${tenants.join(', ')}` : ` · ${tenants.length} tenants`;
}
