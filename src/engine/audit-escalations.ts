import { incidentName, type Incident } from '../model/incident.js';
import type { Escalation } from '../model/schedule.js';
import type { Fact } from '../model/source.js';
import { MINUTE, type Duration, type Instant } from '../model/time.js';
import { elsewhere } from '../notify/route.js';
import { BY_HAND } from '../oncall/by-hand.js';
import { overdueBy, reminderOverdueBy } from '../oncall/escalate.js';
import type { Committed, EscalationRow } from '../store/store.js';
import type { EscalateDeps } from './escalate/deps.js';
import { hushOf } from './escalate/hush.js';
import { policiesOf } from './escalate/policies.js';
import { beginsAt } from './escalate/steps.js';
import { observeSelf } from './self.js';
import type { TurnDeps } from './turn-deps.js';

export interface EscalationAuditDeps extends EscalateDeps, Omit<TurnDeps, 'store'> {
  /** The configured channels, those of single people left out. */
  readonly channelNames: () => readonly string[];
}

/** A step may be this late before somebody has to know. */
const GRACE: Duration = 90_000;
const SOURCE = 'tocsin/escalations';

/** What the audit found, and what came of saying so. */
export interface EscalationAudit {
  /** Incidents whose escalation does not do what it should have done by now. */
  readonly stuck: readonly number[];
  readonly committed: Committed | undefined;
}

/**
 * Proves that the escalation of each open incident has done by now what it should. One that has not is an alarm of its own,
 * told in the channels that the incident does not use; whoever calls this wakes it again.
 */
export async function auditEscalations(deps: EscalationAuditDeps): Promise<EscalationAudit> {
  const now = deps.clock.now();
  const found: { readonly incident: Incident; readonly late: Duration; readonly why: string }[] = [];
  for (const incident of await deps.store.incidents({
    states: ['open', 'acknowledged'],
    limit: 10_000,
  })) {
    const behind = await behindOf(incident, now, deps);
    if (behind !== undefined) found.push({ incident, ...behind });
  }
  const known = await deps.store.known(SOURCE);
  const facts = [
    ...found.map((each) => factOf(each.incident, each.why, Math.floor(each.late / MINUTE))),
    ...recovered(known.facts, new Set(found.map(({ incident }) => subjectOf(incident.id)))),
  ];
  if (facts.length === 0) return { stuck: [], committed: undefined };
  const used = new Set(found.flatMap(({ incident }) => incident.destinations.map(({ channel }) => channel)));
  const others = deps.channelNames().filter((name) => !used.has(name));
  return {
    stuck: found.map(({ incident }) => incident.id),
    committed: await observeSelf(SOURCE, facts, {
      ...deps,
      root: () => elsewhere(deps.root(), 'escalation-stuck', others),
    }),
  };
}

async function behindOf(
  incident: Incident,
  now: Instant,
  deps: EscalationAuditDeps,
): Promise<{ late: Duration; why: string } | undefined> {
  if (incident.baselineOf !== undefined) return undefined;
  if (deps.escalations().length === 0 && !incident.alerts.some(({ rule }) => rule === BY_HAND))
    return undefined;
  const rows = await deps.store.escalations(incident.id);
  for (const policy of policiesOf(incident, rows, deps)) {
    const row = rows.find(({ state }) => state.escalation === policy.name);
    const behind =
      incident.state === 'open' ? lateness(incident, row, now) : heldLateness(policy, incident, row, now);
    if (behind.late < GRACE) continue;
    return (await hushOf(incident, now, deps)) === undefined ? behind : undefined;
  }
  return undefined;
}

function lateness(
  incident: Incident,
  row: EscalationRow | undefined,
  now: Instant,
): { late: Duration; why: string } {
  if (row === undefined) return { late: now - beginsAt(incident), why: 'it has not begun' };
  const { state, step } = row.state;
  if (state === 'acknowledged' || state === 'over')
    return { late: now - incident.updatedAt, why: 'it has not begun anew' };
  return { late: overdueBy(row.state, incident, now), why: `step ${step + 1} has not run` };
}

/** Somebody has it: more may have to acknowledge, and whoever has it may have to be reminded. */
function heldLateness(
  policy: Escalation,
  incident: Incident,
  row: EscalationRow | undefined,
  now: Instant,
): { late: Duration; why: string } {
  // Taken before anybody was to be called.
  if (row === undefined) return { late: 0, why: '' };
  const { state } = row;
  const reminder = reminderOverdueBy(policy, state, incident, now);
  return reminder > 0
    ? { late: reminder, why: 'whoever has it was not reminded' }
    : { late: overdueBy(state, incident, now), why: `step ${state.step + 1} has not run` };
}

function subjectOf(id: number): string {
  return `escalation:${incidentName(id)}`;
}

function factOf(incident: Incident, why: string, minutesLate: number): Fact {
  return {
    subject: subjectOf(incident.id),
    kind: 'tocsin',
    values: {
      type: 'escalation',
      incident: incidentName(incident.id),
      title: incident.title,
      stuck: true,
      why,
      minutesLate,
    },
  };
}

function recovered(known: ReadonlyMap<string, Fact>, stuck: ReadonlySet<string>): Fact[] {
  return [...known.values()]
    .filter(({ subject, values }) => values['stuck'] === true && !stuck.has(subject))
    .map((fact) => ({ ...fact, values: { ...fact.values, stuck: false, why: '', minutesLate: 0 } }));
}
