import { isFault } from '../lib/fault.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Incident, TimelineEntry } from '../model/incident.js';
import { pageTopic, personChannel, type EscalationState, type Page } from '../model/page.js';
import type { Person } from '../model/person.js';
import type { RouteNode } from '../model/route.js';
import { isShared } from '../model/sharing.js';
import type { Escalation, Schedule } from '../model/schedule.js';
import type { Inhibition, MatchLabels, MuteTime } from '../model/silence.js';
import type { OutboxRow } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import { hush, type Hush } from '../notify/mute.js';
import { pageDestination } from '../notify/decide-page.js';
import { escalationsOf } from '../notify/route.js';
import { acknowledgers } from '../oncall/acknowledgers.js';
import { pagesOf } from '../oncall/contact.js';
import { advance, begin, type Advance, type Call } from '../oncall/escalate.js';
import type { Roster } from '../oncall/on-call.js';
import { BY_HAND, escalationByHand } from '../oncall/by-hand.js';
import { contactOf, reachedBy, type Reached } from '../oncall/resolve-target.js';
import type { EscalationRow, EscalationTurn, Store } from '../store/store.js';
import { outboxOf } from './turn.js';

export interface EscalateDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly matches: MatchLabels;
  readonly root: () => RouteNode;
  readonly people: () => readonly Person[];
  readonly schedules: () => readonly Schedule[];
  readonly escalations: () => readonly Escalation[];
  /** Names of the channels that exist, people's own among them. */
  readonly reachable: () => ReadonlySet<string>;
  readonly roster: () => Promise<Roster>;
  readonly inhibitions: () => readonly Inhibition[];
  readonly muteTimes: () => readonly MuteTime[];
}

const TRIES = 6;
/** A step that reaches nobody is followed at once by the next; an escalation of such steps alone ends. */
const MOST_EMPTY = 64;
/** While an incident is silenced its escalation waits, and looks again so often. */
const LOOK_AGAIN = MINUTE;
const NEVER: Instant = Date.UTC(9999, 0);

/**
 * Takes every step that the escalations of one incident owe by now. Safe to run at any time and twice: a step is committed
 * with its pages in one transaction, and a page with a key that is there already is the same page. Resolves with the channels
 * that have something to say, and when to look again.
 */
export async function escalate(
  id: number,
  deps: EscalateDeps,
): Promise<{ readonly rows: readonly OutboxRow[]; readonly wakeAt: Instant | undefined }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(id, deps);
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
      deps.log.debug({ incident: id, attempt }, 'the escalation moved meanwhile; deciding again');
    }
  }
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

/** Those that its routes name now, that a call by hand asks for, and those that began already and still exist. */
export function policiesOf(
  incident: Incident,
  standing: readonly EscalationRow[],
  deps: EscalateDeps,
): readonly Escalation[] {
  const routed = incident.alerts
    .filter((alert) => alert.state === 'firing' && !UNROUTED.has(alert.rule))
    .flatMap((alert) => escalationsOf(deps.root(), alert.labels, deps.matches, ownChannels(incident)));
  const wanted = new Set([...routed, ...standing.map(({ state }) => state.escalation)]);
  const byHand = incident.alerts.flatMap((alert) => escalationByHand(alert, deps.escalations()) ?? []);
  return [...deps.escalations().filter(({ name }) => wanted.has(name)), ...byHand].filter(
    ({ name }, i, all) => all.findIndex((other) => other.name === name) === i,
  );
}

/** An escalation that stands still is no business of another one, and a call by hand says itself who is called. */
const UNROUTED: ReadonlySet<string> = new Set(['escalation-stuck', BY_HAND]);

/** What tenants share is an incident for each audience: each calls those of its own routes. Undefined: any route. */
function ownChannels(incident: Incident): ReadonlySet<string> | undefined {
  if (!isShared(incident)) return undefined;
  return new Set(incident.destinations.map(({ channel }) => channel));
}

async function takeSteps(
  policy: Escalation,
  known: EscalationRow | undefined,
  incident: Incident,
  now: Instant,
  deps: EscalateDeps,
): Promise<{ rows: readonly OutboxRow[]; wakeAt: Instant }> {
  if (known === undefined && incident.state === 'resolved') return { rows: [], wakeAt: NEVER };
  const starts = incident.openedAt + groupWaitOf(incident);
  if (known === undefined && now < starts) return { rows: [], wakeAt: starts };
  // What is silenced calls nobody; what has begun goes on when the silence is over.
  if (incident.state === 'open' && (await hushOf(incident, now, deps)) !== undefined)
    return { rows: [], wakeAt: now + LOOK_AGAIN };
  const before = known?.state ?? begin(incident, policy.name, now);
  const acknowledged = await acknowledgedBy(policy, before, incident, deps);
  const roster = await deps.roster();
  const taken: { call: Call; reached: Reached }[] = [];
  let step: Advance = { state: before, calls: [], detail: '' };
  for (let empty = 0; empty < MOST_EMPTY; empty += 1) {
    step = advance(policy, step.state, incident, now, acknowledged);
    const reached = step.calls.map((call) => ({
      call,
      reached: reachedBy(call.target, now, deps.schedules(), roster),
    }));
    taken.push(...reached);
    const somebody = reached.some(
      ({ reached: { people, channel } }) => people.length > 0 || channel !== undefined,
    );
    if (step.calls.length === 0 || somebody || step.state.state !== 'running') break;
    step = { ...step, state: { ...step.state, dueAt: now } };
  }
  const turn = turnOf(policy, step.state, known?.version ?? 0, incident, taken, now, deps);
  const count = countLine(before, step.state, acknowledged, incident, now);
  const moved = known === undefined || JSON.stringify(turn.state) !== JSON.stringify(known.state);
  if (moved) await deps.store.commitEscalation({ ...turn, timeline: [...count, ...turn.timeline] });
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

/** One more has acknowledged, and more have to. */
function countLine(
  before: EscalationState,
  { state, needed, acknowledgedBy: by, escalation }: EscalationState,
  acknowledged: readonly string[],
  incident: Incident,
  at: Instant,
): readonly TimelineEntry[] {
  if (needed === undefined || state === 'acknowledged' || by === '' || by === before.acknowledgedBy)
    return [];
  return [
    {
      incident: incident.id,
      seq: 0,
      at,
      kind: 'called',
      actor: { name: 'tocsin', via: 'engine' },
      text: `${acknowledged.length} of ${needed} have acknowledged (${by}): ${escalation} goes on.`,
      thread: true,
    },
  ];
}

/** Silenced, inhibited, or muted wherever it would be shown. */
export async function hushOf(
  incident: Incident,
  now: Instant,
  deps: EscalateDeps,
): Promise<Hush | undefined> {
  const inhibitions = deps.inhibitions();
  return hush({
    incident,
    destination: incident.destinations[0] ?? pageDestination(''),
    silences: await deps.store.silences(now),
    inhibitions,
    muteTimes: deps.muteTimes(),
    firing: inhibitions.length === 0 ? [] : await deps.store.alerts(),
    matches: deps.matches,
    now,
  });
}

export function groupWaitOf({ destinations }: Incident): number {
  return destinations.length === 0 ? 0 : Math.min(...destinations.map(({ groupWait }) => groupWait));
}

function turnOf(
  policy: Escalation,
  state: EscalationState,
  version: number,
  incident: Incident,
  taken: readonly { readonly call: Call; readonly reached: Reached }[],
  now: Instant,
  deps: EscalateDeps,
): EscalationTurn {
  const pages = taken.flatMap(({ call, reached }) => pagesFor(policy, call, reached, incident, deps));
  return {
    state,
    version,
    wakeAt: wakeOf(policy, state, incident),
    pages,
    timeline: taken.map(({ call, reached }) => lineFor(policy, call, reached, incident, now)),
    outbox: [
      ...pages
        .filter((page) => page.state === 'waiting')
        .map((page) => ({
          topic: pageTopic(page.key),
          channel: page.channel,
          dueAt: page.dueAt,
          changedAt: page.dueAt,
          priority: 0,
          attempts: 0,
        })),
      // Whoever looks at the card's thread sees who is being called.
      ...(taken.length === 0 ? [] : outboxOf(incident, now)),
    ],
  };
}

function wakeOf({ renotify }: Escalation, state: EscalationState, { snoozedUntil }: Incident): Instant {
  if (state.state === 'running') return state.dueAt;
  if (state.state === 'acknowledged' && renotify !== undefined)
    return Math.max((state.remindedAt ?? state.startedAt) + renotify, snoozedUntil ?? 0);
  return NEVER;
}

function pagesFor(
  policy: Escalation,
  call: Call,
  reached: Reached,
  incident: Incident,
  deps: EscalateDeps,
): readonly Page[] {
  const common = {
    incident: incident.id,
    escalation: policy.name,
    run: runOf(call),
    forHolder: call.reason === 'still-unresolved',
    at: call.at,
  };
  if (reached.channel !== undefined)
    return [
      standing(
        {
          ...common,
          key: call.key,
          channel: reached.channel,
          dueAt: call.at,
          reason: stepWords(policy, call),
        },
        deps,
      ),
    ];
  return reached.people.flatMap(({ name, why }) => {
    const person = deps.people().find((known) => known.name === name);
    if (person === undefined) return [];
    return pagesOf(contactOf(person), incident.severity, call).map(({ key, via, dueAt, reason }) =>
      standing(
        {
          ...common,
          key,
          person: name,
          channel: ['slack', 'teams', 'email'].includes(via) ? personChannel(name, via) : via,
          dueAt,
          reason: `${stepWords(policy, call)}: ${why}, ${reason}`,
        },
        deps,
      ),
    );
  });
}

/** A way that leads nowhere is said at once, and not found out at night. */
function standing(page: Omit<Page, 'state'>, deps: EscalateDeps): Page {
  return deps.reachable().has(page.channel)
    ? { ...page, state: 'waiting' }
    : { ...page, state: 'dropped', dropped: `there is no channel ${page.channel}` };
}

function runOf({ key }: Call): number {
  return Number(key.split('/')[1]);
}

function stepWords(policy: Escalation, call: Call): string {
  if (call.reason === 'still-unresolved') return 'still not resolved';
  const round = call.round === 0 ? '' : `, round ${call.round + 1}`;
  return `step ${call.step + 1} of ${policy.steps.length} of ${policy.name}${round}`;
}

function lineFor(
  policy: Escalation,
  call: Call,
  { people, channel, nobody }: Reached,
  incident: Incident,
  at: Instant,
): TimelineEntry {
  const who =
    channel === undefined
      ? people.map(({ name, why }) => `${name} (${why})`).join(', ')
      : `the channel ${channel}`;
  const words =
    call.reason === 'still-unresolved'
      ? {
          done: `Reminded ${who}: still not resolved.`,
          vain: 'Nobody was reminded that it is still not resolved',
        }
      : {
          done: `Called ${who}: ${stepWords(policy, call)}.`,
          vain: `Nobody was called at ${stepWords(policy, call)}`,
        };
  const text = nobody === undefined ? words.done : `${words.vain}: ${nobody}.`;
  return {
    incident: incident.id,
    seq: 0,
    at,
    kind: nobody === undefined ? 'called' : 'not-called',
    actor: { name: 'tocsin', via: 'engine' },
    text,
    thread: true,
  };
}
