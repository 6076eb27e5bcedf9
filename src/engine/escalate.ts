import type { Incident } from '../model/incident.js';
import type { EscalationState } from '../model/page.js';
import type { Escalation } from '../model/schedule.js';
import type { OutboxRow } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import { acknowledgers } from '../oncall/acknowledgers.js';
import { begin } from '../oncall/escalate.js';
import { reachedBy } from '../oncall/resolve-target.js';
import type { EscalationRow } from '../store/store.js';
import { decideAgain } from './decide-again.js';
import type { EscalateDeps } from './escalate/deps.js';
import { hushOf } from './escalate/hush.js';
import { policiesOf } from './escalate/policies.js';
import { beginsAt } from './escalate/steps.js';
import { escalationTurn, NEVER } from './escalate/turn.js';

/** While an incident is silenced its escalation waits, and looks again so often. */
const LOOK_AGAIN = MINUTE;

/**
 * Takes every step that the escalations of one incident owe by now. Safe to run at any time and twice: a step is committed
 * with its pages in one transaction, and a page with a key that is there already is the same page. Resolves with the channels
 * that have something to say, and when to look again.
 */
export async function escalate(
  id: number,
  deps: EscalateDeps,
): Promise<{ readonly rows: readonly OutboxRow[]; readonly wakeAt: Instant | undefined }> {
  return decideAgain(
    () => once(id, deps),
    (attempt) => deps.log.debug({ incident: id, attempt }, 'the escalation moved meanwhile; deciding again'),
  );
}

async function once(id: number, deps: EscalateDeps): ReturnType<typeof escalate> {
  const { store, clock } = deps;
  const [incident, standing] = await Promise.all([store.incident(id), store.escalations(id)]);
  if (incident === undefined || incident.baselineOf !== undefined) return { rows: [], wakeAt: undefined };
  const now = clock.now();
  const rows: OutboxRow[] = [];
  let wakeAt = NEVER;
  for (const policy of policiesOf(incident, standing, deps)) {
    const known = standing.find(({ state }) => state.escalation === policy.name);
    const taken = await takeSteps(policy, known, incident, now, deps);
    rows.push(...taken.rows);
    wakeAt = Math.min(wakeAt, taken.wakeAt);
  }
  return { rows, wakeAt: wakeAt === NEVER ? undefined : wakeAt };
}

async function takeSteps(
  policy: Escalation,
  known: EscalationRow | undefined,
  incident: Incident,
  now: Instant,
  deps: EscalateDeps,
): Promise<{ rows: readonly OutboxRow[]; wakeAt: Instant }> {
  if (known === undefined && incident.state === 'resolved') return { rows: [], wakeAt: NEVER };
  const begins = beginsAt(incident);
  if (known === undefined && now < begins) return { rows: [], wakeAt: begins };
  // What is silenced calls nobody; what has begun goes on when the silence is over.
  if (incident.state === 'open' && (await hushOf(incident, now, deps)) !== undefined)
    return { rows: [], wakeAt: now + LOOK_AGAIN };
  const before = known?.state ?? begin(incident, policy.name, now);
  const acknowledged = await acknowledgedBy(policy, before, incident, deps);
  const roster = await deps.roster();
  const turn = escalationTurn({
    policy,
    before,
    version: known?.version ?? 0,
    incident,
    acknowledged,
    reach: ({ target }) => reachedBy(target, now, deps.schedules(), roster),
    people: deps.people(),
    reachable: deps.reachable(),
    now,
  });
  const moved = known === undefined || JSON.stringify(turn.state) !== JSON.stringify(known.state);
  if (moved) await deps.store.commitEscalation(turn);
  return { rows: turn.outbox, wakeAt: turn.wakeAt };
}

/** Who has acknowledged in this run; looked up only where one is not enough. */
async function acknowledgedBy(
  { acknowledgements = 1 }: Escalation,
  { startedAt }: EscalationState,
  incident: Incident,
  { store }: EscalateDeps,
): Promise<readonly string[]> {
  if (acknowledgements < 2 || incident.state !== 'acknowledged') return [];
  return acknowledgers(await store.timeline(incident.id), startedAt);
}
