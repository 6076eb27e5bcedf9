import { applyAct, stamp, type Act } from '../incidents/act.js';
import { heldBack, inForce, sameMatchers } from '../incidents/silence.js';
import type { SilenceOrder } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import { ENGINE, type Actor, type Incident, type TimelineEntry } from '../model/incident.js';
import type { Silence } from '../model/silence.js';
import { tenantsIn } from '../model/sharing.js';
import { MINUTE, type Instant } from '../model/time.js';
import type { ActDeps } from './act-deps.js';
import { editIncident } from './edit.js';

/** Two ends nearer than this are one wish, told twice. */
const TWICE = MINUTE;
/** A silence over more incidents than this is not told in the thread of each. */
const TOLD_IN = 20;

interface SilenceAct {
  readonly do: Extract<Act['do'], 'silence' | 'unsilence'>;
  /** `said` is the comment, or nothing where it may be about others. */
  readonly text: (said: string) => string;
}

/**
 * From now on. One with the same matchers that is in force is changed instead of a second one made, and stays as it is when
 * it was asked for twice.
 */
export async function setSilence(order: SilenceOrder, actor: Actor, deps: ActDeps): Promise<Silence> {
  const { store, clock } = deps;
  const startsAt = clock.now();
  const endsAt = startsAt + order.durationMs;
  const standing = (await store.silences(startsAt)).find(
    (silence) => inForce(silence, startsAt) && sameMatchers(silence.matchers, order.matchers),
  );
  if (standing !== undefined) {
    const comment = order.comment === '' ? standing.comment : order.comment;
    return changeSilence(standing.id, { endsAt, comment }, actor, deps);
  }
  const { matchers, comment } = order;
  const silence = await store.addSilence({ matchers, startsAt, endsAt, author: actor, comment });
  await tell(
    silence,
    { do: 'silence', text: (said) => `Silenced ${words(silence, actor, said)}` },
    actor,
    deps,
  );
  return silence;
}

/** Another end or comment. Throws `command.not-found`, also for one that is over. */
export async function changeSilence(
  id: number,
  change: Pick<Silence, 'endsAt' | 'comment'>,
  actor: Actor,
  deps: ActDeps,
): Promise<Silence> {
  const before = await standingSilence(id, deps);
  const moved = Math.abs(before.endsAt - change.endsAt) >= TWICE;
  if (!moved && before.comment === change.comment) return before;
  const after = await deps.store.changeSilence(id, {
    endsAt: moved ? change.endsAt : before.endsAt,
    comment: change.comment,
  });
  if (after === undefined) throw missing(id);
  await tell(
    after,
    { do: 'silence', text: (said) => `Silence changed ${words(after, actor, said)}` },
    actor,
    deps,
  );
  return after;
}

/** What it holds back is told from now on. Throws `command.not-found`, also for one that is over. */
export async function endSilence(id: number, actor: Actor, deps: ActDeps): Promise<Silence> {
  const { comment, ...before } = await standingSilence(id, deps);
  const after = await deps.store.changeSilence(id, { endsAt: deps.clock.now(), comment });
  if (after === undefined) throw missing(id);
  // Its end is told here, in the name of who ended it.
  await deps.store.noteSilencesOver([id]);
  const text = `Silence ended by ${actor.name} (#${after.id}).`;
  await tell({ ...after, endsAt: before.endsAt }, { do: 'unsilence', text: () => text }, actor, deps);
  return after;
}

/** Silences whose time is over are said so in the incidents that they held back. Safe to run at any time and twice. */
export async function noteOver(deps: ActDeps): Promise<void> {
  const over = await deps.store.silencesOver(deps.clock.now());
  for (const silence of over) {
    const text = `The silence of ${silence.author.name} is over (#${silence.id}, ended ${stamp(silence.endsAt)}).`;
    await tell(silence, { do: 'unsilence', text: () => text }, ENGINE, deps, true);
  }
  if (over.length > 0) await deps.store.noteSilencesOver(over.map((silence) => silence.id));
}

async function standingSilence(id: number, { store, clock }: ActDeps): Promise<Silence> {
  const silence = await store.silence(id);
  if (silence === undefined) throw missing(id);
  if (silence.endsAt <= clock.now())
    throw new Fault('command.not-found', `Silence #${id} is over since ${stamp(silence.endsAt)}.`, {
      advice: 'Set a new one.',
    });
  return silence;
}

function missing(id: number): Fault {
  return new Fault('command.not-found', `There is no silence #${id}.`, {
    advice: '`silences` lists those in force.',
  });
}

/** `by alice until 2026-11-21 04:00 UTC: carrier (#3).` */
function words({ endsAt, id }: Silence, actor: Actor, said: string): string {
  return `by ${actor.name} until ${stamp(endsAt)}${said === '' ? '' : `: ${said}`} (#${id}).`;
}

/**
 * A line for each unresolved incident that it concerns; its cards follow, unless there are very many. With `once` an
 * incident that has the line already gets no second one.
 */
async function tell(
  silence: Silence,
  act: SilenceAct,
  actor: Actor,
  deps: ActDeps,
  once = false,
): Promise<void> {
  const { store, clock, kick } = deps;
  const unresolved = await store.incidents({ states: ['open', 'acknowledged'], limit: 10_000 });
  const held = heldBack(silence.matchers, unresolved).map(({ incident }) => incident);
  const at = clock.now();
  // What is said of a silence over several tenants is not for the history of one of them.
  const tenants = new Set(held.flatMap(tenantsIn));
  const textOf = (incident: Incident): string =>
    act.text(new Set(tenantsIn(incident)).size === tenants.size ? silence.comment : '');
  const untold: Incident[] = [];
  for (const incident of held)
    if (!once || !(await hasLine(incident.id, textOf(incident), deps))) untold.push(incident);
  if (untold.length > TOLD_IN) {
    await store.appendTimeline(
      untold.map((incident) => quietLine(incident, act.do, textOf(incident), actor, at)),
    );
    return;
  }
  const channels = new Set<string>();
  for (const { id } of untold) {
    const edited = await editIncident(store, id, at, (incident) => {
      const acted = applyAct(incident, { do: act.do, text: textOf(incident) }, actor, at);
      return acted === undefined ? undefined : { incident: acted.incident, lines: [acted.line] };
    });
    for (const channel of edited?.channels ?? []) channels.add(channel);
  }
  await kick(
    [...channels],
    untold.map(({ id }) => id),
  );
}

async function hasLine(id: number, text: string, { store }: ActDeps): Promise<boolean> {
  return (await store.timeline(id)).some((line) => line.text === text);
}

function quietLine(
  { id }: Incident,
  does: SilenceAct['do'],
  text: string,
  actor: Actor,
  at: Instant,
): TimelineEntry {
  const kind = does === 'silence' ? 'silenced' : 'unsilenced';
  return { incident: id, seq: 0, at, kind, actor, text, thread: false };
}
