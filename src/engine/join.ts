import { callsInsight } from '../incidents/calls-insight.js';
import { callsSince, insightOf, joinedWith, noticed, type Sight } from '../incidents/insight.js';
import { isBurst } from '../incidents/severity.js';
import { faultLine } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Incident } from '../model/incident.js';
import type { OutboxRow } from '../model/telling.js';
import { DAY, HOUR, type Instant } from '../model/time.js';
import type { Source } from '../sources/source.js';
import type { DecidingStore, Store } from '../store/store.js';
import { editIncident } from './edit.js';

export interface JoinDeps {
  readonly store: Pick<Store, 'incidents' | 'subjects'> & Pick<DecidingStore, 'incident' | 'editIncident'>;
  readonly sources: () => readonly Source[];
  readonly log: Log;
}

/** A burst may be over before Microsoft posts it: what ended within this time is looked at as well. */
const PAST = 6 * HOUR;
const RECENT = 30;

/**
 * Joins the incidents of a tenant with what its calls and Microsoft's issues say of each other, out of the record alone. Safe to
 * run at any time and twice: what says the same as before changes nothing. Resolves with the rows of cards that changed.
 */
export async function joinTenant(tenant: string, at: Instant, deps: JoinDeps): Promise<readonly OutboxRow[]> {
  const { store } = deps;
  const open = await store.incidents({ states: ['open', 'acknowledged'], tenant });
  const recent = await store.incidents({ states: ['resolved'], tenant, limit: RECENT });
  const past = recent.filter(({ resolvedAt = 0 }) => at - resolvedAt <= PAST);
  const wanted = [...open, ...past.filter(isEarly)].filter((incident) => joinedWith(incident) !== undefined);
  if (wanted.length === 0) return [];
  const issues = await store.subjects({ tenant, kind: 'service-health', prefix: 'issue:' });
  const listed = deps
    .sources()
    .some((source) => source.kind === 'service-health' && source.tenant === tenant);
  const rows: OutboxRow[] = [];
  // Bursts first: what they found out is what an issue was foretold by.
  for (const { id } of [...wanted].sort(burstsFirst)) {
    const edited = await editIncident(store, id, at, async (incident) => {
      const sight: Sight = {
        tenant,
        at,
        issues,
        listed,
        calls: await callsOf(incident, tenant, at, deps),
        bursts: await burstsOf(tenant, at, deps),
      };
      const insight = insightOf(incident, sight);
      const news = noticed(incident, insight, sight);
      return news === undefined
        ? undefined
        : {
            incident: withInsight(incident, insight, at),
            lines: news.lines,
            gathering: news.gathering,
          };
    });
    rows.push(...(edited?.outbox ?? []));
  }
  return rows;
}

function withInsight(incident: Incident, insight: NonNullable<Incident['insight']>, at: Instant): Incident {
  const { shown: _, ...rest } = incident;
  return { ...rest, insight, updatedAt: at, revision: incident.revision + 1 };
}

async function callsOf(
  incident: Incident,
  tenant: string,
  at: Instant,
  { sources, log }: JoinDeps,
): Promise<Sight['calls']> {
  const source = sources().find((known) => known.kind === 'direct-routing' && known.tenant === tenant);
  if (source === undefined) return undefined;
  const windowMs = Math.max(0, at - callsSince(incident, at));
  try {
    return callsInsight(
      tenant,
      await source.recall({ about: 'calls', ...trunkOf(incident), windowMs }, [], at),
    );
  } catch (error) {
    log.warn(
      { source: source.key, reason: faultLine(error) },
      'the calls beside an incident could not be read',
    );
    return undefined;
  }
}

/** The calls of the one trunk that an incident is about; of all of them where it is about several. */
function trunkOf({ alerts }: Incident): { readonly trunk?: string } {
  const trunks = new Set(
    alerts.filter(({ kind }) => kind === 'direct-routing').map(({ values }) => values['trunk']),
  );
  const [trunk] = trunks;
  return trunks.size === 1 && typeof trunk === 'string' ? { trunk } : {};
}

async function burstsOf(tenant: string, at: Instant, { store }: JoinDeps): Promise<readonly Incident[]> {
  const found = await store.incidents({ subject: `tenant:${tenant}`, limit: RECENT });
  return found.filter((incident) => incident.alerts.some(isBurst) && at - incident.openedAt <= DAY);
}

function isEarly({ alerts, insight }: Incident): boolean {
  return alerts.some(isBurst) && (insight?.early ?? []).some(({ postedAt }) => postedAt === undefined);
}

function burstsFirst(a: Incident, b: Incident): number {
  return Number(b.alerts.some(isBurst)) - Number(a.alerts.some(isBurst));
}
