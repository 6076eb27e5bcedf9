import type { Card, Tone } from '../model/card.js';
import type { SourceHealth, SourceKind } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { bold, heading, listSection, paragraph, say, type ListItem } from './parts.js';
import { age, plural } from './words.js';

/** A tenant and how each of its sources is doing. */
export interface TenantView {
  readonly name: string;
  readonly tenantId: string;
  readonly cloud: string;
  readonly sources: readonly TenantSource[];
}

interface TenantSource {
  readonly key: string;
  readonly kind: SourceKind;
  readonly health: SourceHealth | undefined;
  readonly polledAt: Instant | undefined;
  readonly budgetLeft: number | undefined;
}

export interface TenantsView {
  readonly tenants: readonly TenantView[];
  readonly now: Instant;
}

/** With more tenants than this, each is one line. */
const DETAILED_MAX = 6;

export function tenantsCard({ tenants, now }: TenantsView): Card {
  const blind = tenants.flatMap((tenant) => tenant.sources).filter(isBlind).length;
  const title = `${plural(tenants.length, 'tenant')} watched${blind === 0 ? '' : `, ${plural(blind, 'source')} blind`}`;
  return {
    topic: 'tenants',
    tone: blind === 0 ? 'ok' : 'major',
    title,
    fallback: `${title}: ${tenants
      .slice(0, 10)
      .map(({ name }) => name)
      .join(', ')}`,
    sections:
      tenants.length > DETAILED_MAX
        ? listSection(
            undefined,
            [...tenants].sort((a, b) => trouble(b) - trouble(a)).map((tenant) => shortLine(tenant, now)),
            40,
          )
        : tenants.flatMap((tenant) => detailed(tenant, now)),
    actions: [],
    at: now,
  };
}

function isBlind({ health }: TenantSource): boolean {
  return health !== undefined && health.state !== 'ok' && health.state !== 'throttled';
}

function trouble(tenant: TenantView): number {
  return tenant.sources.filter(isBlind).length;
}

function detailed(tenant: TenantView, now: Instant): Card['sections'] {
  const sources = listSection(
    undefined,
    tenant.sources.map((source) => sourceLine(source, now)),
  );
  return [
    heading(tenant.name),
    paragraph(say(`${tenant.tenantId} · ${tenant.cloud} cloud`)),
    ...(sources.length === 0 ? [paragraph(say('No source is configured.'))] : sources),
  ];
}

function shortLine(tenant: TenantView, now: Instant): ListItem {
  const bad = tenant.sources.filter(isBlind);
  const words =
    bad.length === 0
      ? `${plural(tenant.sources.length, 'source')} well`
      : bad.map((source) => `${source.kind}: ${healthWords(source, now)}`).join('; ');
  return { tone: bad.length === 0 ? 'ok' : 'major', line: [bold(tenant.name), say(` · ${words}`)] };
}

function sourceLine(source: TenantSource, now: Instant): ListItem {
  const polled = source.polledAt === undefined ? '' : `, polled ${age(now - source.polledAt)} ago`;
  const left = source.budgetLeft === undefined ? '' : `, ${plural(source.budgetLeft, 'request')} left`;
  return {
    tone: sourceTone(source),
    line: [bold(source.key), say(`: ${healthWords(source, now)}${polled}${left}`)],
  };
}

function sourceTone({ health }: TenantSource): Tone {
  if (health === undefined) return 'neutral';
  if (health.state === 'ok') return 'ok';
  return health.state === 'throttled' ? 'warning' : 'major';
}

function healthWords({ health }: TenantSource, now: Instant): string {
  if (health === undefined) return 'not polled yet';
  if (health.state === 'ok') return 'ok';
  const since = health.blindSince === null ? '' : ` for ${age(now - Date.parse(health.blindSince))}`;
  const next = health.advice === '' ? '' : ` (${health.advice.replace(/\.$/, '')})`;
  return `${health.state}${since}${health.message === '' ? '' : `: ${health.message.replace(/\.$/, '')}`}${next}`;
}
