import { createHash } from 'node:crypto';
import { Fault } from '../lib/fault.js';
import type { PagedByHand, PageOrder } from '../commands/command.js';
import type { Clock } from '../lib/clock.js';
import type { Alert } from '../model/alert.js';
import type { Actor, Incident } from '../model/incident.js';
import { channelOfWay } from '../model/page.js';
import type { Person } from '../model/person.js';
import type { RouteNode } from '../model/route.js';
import type { Schedule } from '../model/schedule.js';
import type { MatchLabels } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import { route } from '../notify/route.js';
import { BY_HAND, targetText, targetWords } from '../oncall/by-hand.js';
import type { Roster } from '../oncall/on-call.js';
import { contactOf, reachedBy, type Reached } from '../oncall/resolve-target.js';
import type { Known, Store, TurnRecord } from '../store/store.js';
import { decideAgain } from './decide-again.js';
import { HEALTHY } from './health.js';
import { outboxOf } from './outbox-rows.js';
import { SELF } from './self.js';

export interface PagingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly matches: MatchLabels;
  readonly root: () => RouteNode;
  readonly people: () => readonly Person[];
  readonly schedules: () => readonly Schedule[];
  readonly roster: () => Promise<Roster>;
  /** Names of the channels that exist, people's own among them. */
  readonly reachable: () => ReadonlySet<string>;
  readonly kick: (channels: readonly string[], incidents: readonly number[]) => Promise<void>;
}

const SOURCE = `${SELF}/pages`;

/**
 * Somebody calls somebody: an incident of its own, whose escalation begins at once. The same call again while it is not over is
 * the same incident. Throws `command.not-found` when the call would reach nobody.
 */
export async function pageByHand(order: PageOrder, actor: Actor, deps: PagingDeps): Promise<PagedByHand> {
  const now = deps.clock.now();
  const reached = reachedBy(order.target, now, deps.schedules(), await deps.roster());
  const called = reached.people.map((one) => ({ ...one, ways: waysOf(one.name, deps) }));
  const dumb = called.filter(({ ways }) => ways.length === 0).map(({ name }) => name);
  if (called.length === 0) throw nobody(reached);
  if (dumb.length === called.length)
    throw new Fault('command.not-found', `${dumb.join(', ')} cannot be reached in any way.`, {
      advice: 'Give them slack, teams or email under people, or a way under notify.',
    });
  return { ...(await decideAgain(() => make(order, actor, now, deps))), called };
}

function nobody({ nobody: why }: Reached): Fault {
  return new Fault('command.not-found', `Nobody would be called: ${why ?? 'nobody is meant'}.`, {
    advice: 'See `oncall`.',
  });
}

function waysOf(name: string, { people, reachable }: PagingDeps): PagedByHand['called'][number]['ways'] {
  const person = people().find((known) => known.name === name);
  if (person === undefined) return [];
  const there = reachable();
  return contactOf(person)
    .notify.filter(({ via, severities }) => {
      return (
        there.has(channelOfWay(name, via)) && (severities.length === 0 || severities.includes('critical'))
      );
    })
    .map(({ via, after }) => ({ via, after }));
}

async function make(
  order: PageOrder,
  actor: Actor,
  now: Instant,
  deps: PagingDeps,
): Promise<{ incident: Incident; again: boolean }> {
  const { store } = deps;
  const incident = incidentOf(order, actor, now, deps);
  const standing = await store.affected({
    source: SOURCE,
    groupKeys: [incident.groupKey],
    fingerprints: [],
    subjects: [],
  });
  const same = standing.find(({ state, groupKey }) => state !== 'resolved' && groupKey === incident.groupKey);
  if (same !== undefined) return { incident: same, again: true };
  const committed = await store.commit(turnOf(incident, order, actor, now, await store.known(SOURCE)));
  const [made] = committed.incidents;
  if (made === undefined) throw new Error('a commit returned no incident');
  await deps.kick(
    committed.outbox.map(({ channel }) => channel),
    [made.id],
  );
  return { incident: made, again: false };
}

/** It lives in its incident alone: no rule holds it open, and whoever resolves it ends it. */
function turnOf(
  incident: Incident,
  order: PageOrder,
  actor: Actor,
  now: Instant,
  { version, health }: Pick<Known, 'version' | 'health'>,
): TurnRecord {
  return {
    source: SOURCE,
    tenant: incident.tenant,
    kind: 'tocsin',
    at: now,
    version,
    good: true,
    health: health ?? HEALTHY,
    memory: undefined,
    put: [],
    gone: [],
    changes: [],
    alerts: [],
    dropped: [],
    incidents: [incident],
    timeline: [
      {
        incident: incident.id,
        seq: 0,
        at: now,
        kind: 'opened',
        actor,
        text: `${actor.name} called ${targetWords(order.target)}: ${order.text}`,
        thread: false,
      },
    ],
    outbox: outboxOf(incident, now),
    evaluations: [],
    decisions: [],
  };
}

function incidentOf(order: PageOrder, actor: Actor, now: Instant, { root, matches }: PagingDeps): Incident {
  const alert = alertOf(order, actor, now);
  const { groupLabels, destinations } = route(root(), alert.labels, matches);
  return {
    id: -1,
    groupKey: `{page}:${alert.fingerprint}`,
    groupLabels: { ...groupLabels, alertname: BY_HAND, subject: alert.subject },
    tenant: alert.tenant,
    title: alert.summary,
    severity: alert.severity,
    peak: alert.severity,
    state: 'open',
    openedAt: now,
    updatedAt: now,
    alerts: [alert],
    // Whoever calls does not want to wait for more of the same.
    destinations: destinations.map((destination) => ({ ...destination, groupWait: 0 })),
    revision: 1,
  };
}

/** Critical: quiet hours are for what is not urgent, and somebody has decided that this is. */
function alertOf({ target, text, tenant = SELF }: PageOrder, { name }: Actor, at: Instant): Alert {
  const page = targetText(target);
  const subject = `page:${target.name}`;
  return {
    fingerprint: createHash('sha256')
      .update(JSON.stringify([page, name, text, tenant]))
      .digest('hex')
      .slice(0, 16),
    rule: BY_HAND,
    tenant,
    sourceKey: SOURCE,
    kind: 'tocsin',
    subject,
    state: 'firing',
    severity: 'critical',
    labels: { alertname: BY_HAND, severity: 'critical', tenant, source: 'tocsin', subject, page },
    summary: text,
    description: `${name} called ${targetWords(target)}.`,
    runbook: '',
    startsAt: at,
    firingAt: at,
    values: { type: 'page', to: page, by: name, text },
    because: `${name} called by hand`,
    baseline: false,
    once: false,
  };
}
