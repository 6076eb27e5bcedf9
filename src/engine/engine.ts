import type { Clock } from '../lib/clock.js';
import { isFault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Channel, Inbox } from '../notify/adapter.js';
import { routedElsewhere } from '../notify/fallback.js';
import type { Source } from '../sources/source.js';
import type { Committed, Store } from '../store/store.js';
import type { ActDeps } from './act-deps.js';
import type { AnnounceDeps } from './announce-deps.js';
import { openAnnouncements, type Announcements } from './announcements.js';
import { auditOnce } from './audit.js';
import { auditCalendars, type CalendarHealth } from './audit-calendars.js';
import { auditEscalations } from './audit-escalations.js';
import { hearOfChannel } from './channel-word.js';
import { openChores, type Chores } from './chores.js';
import type { EscalateDeps } from './escalate/deps.js';
import { openEscalations, type Escalations } from './escalations.js';
import { openGroups, type GroupDeps } from './groups.js';
import { joinTenant } from './join.js';
import { openPace } from './pace.js';
import { passTime } from './pass-time.js';
import type { PollDeps } from './poll.js';
import { openPolls } from './polls.js';
import type { Queues } from './queues.js';
import { observeChannel } from './self.js';
import { noteShiftChanges } from './shift-change.js';

export interface EngineDeps
  extends Omit<PollDeps, 'measure'>, Omit<AnnounceDeps, 'onHealth' | 'measure' | 'random'> {
  readonly people: EscalateDeps['people'];
  readonly schedules: EscalateDeps['schedules'];
  readonly escalations: EscalateDeps['escalations'];
  readonly reachable: EscalateDeps['reachable'];
  readonly roster: (since?: Instant) => ReturnType<EscalateDeps['roster']>;
  readonly store: Store;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: PollDeps['measure'] & AnnounceDeps['measure'];
  readonly random: () => number;
  readonly groups: GroupDeps['groups'];
  readonly sources: () => readonly Source[];
  readonly channels: () => readonly Channel[];
  /** The channel that stands in for another one. */
  readonly fallbackOf: (channel: string) => string | undefined;
  readonly channelNames: () => readonly string[];
  readonly historyMs: () => number;
  /** How long calls are kept. */
  readonly callsMs: () => number;
  /** Something that a watcher shows has changed. */
  readonly changed: (topic: string) => void;
  /** The calendars that say who is on call, and how reading them goes. */
  readonly calendars?: () => readonly CalendarHealth[];
  /** Tells those who wait for a sign of life, where somebody does; `stuck` escalations stand still. */
  readonly beat?: (stuck: number) => Promise<void>;
  /** `poll` schedules and polls, `work` announces and sweeps. */
  readonly does: { readonly poll: boolean; readonly work: boolean };
}

export interface Engine {
  /** These channels have rows that are due. */
  kick(channels: readonly string[]): Promise<void>;
  /** Something about these incidents changed: their escalations follow. */
  escalate(incidents: readonly number[]): Promise<void>;
  /** Asks this source soon, whatever its interval: several wishes at once are one. */
  pollNow(source: SourceKey, delayMs?: number): Promise<void>;
  /** A platform says that this channel can be told nothing any more, or that it can again. */
  channelIs: Inbox['channelIs'];
  /** The sources have changed: schedulers follow. */
  reschedule(): Promise<void>;
  /** Stops taking jobs and waits for those at work. */
  close(): Promise<void>;
}

/** BullMQ around the steps: schedules polls, wakes announcers, sweeps what was left behind. Jobs carry ids, not data. */
export async function startEngine(deps: EngineDeps): Promise<Engine> {
  const { queues, clock, log, does } = deps;
  const shared = { ...deps, guarded: (step: () => Promise<void>) => guarded(log, step) };
  const announcements = openAnnouncements(shared);
  const { kick, wake } = announcements;
  const polls = openPolls({ ...shared, settle: (source, committed) => settlePoll(source, committed) });
  const chores = openChores(shared);
  // Nobody else can have an embedded queue: what was under way in it died with its process, and would hold up its channel
  // until its lock had run out.
  if (queues.kind === 'embedded') for (const jobs of [polls, announcements, chores]) await jobs.clear();
  const escalations = openEscalations({ ...shared, wake, works: does.work });
  const pace = openPace(clock, true);
  const telling: AnnounceDeps = {
    ...deps,
    pace,
    fallback: { of: deps.fallbackOf, routed: (channel) => routedElsewhere(deps.root(), channel), kick },
    shifts: { ...deps, tenants: deps.tenants ?? (() => []) },
    onHealth: async (health) => settleTurn(await observeChannel(health, deps)),
  };

  async function settleTurn(committed: Committed): Promise<void> {
    if (committed.incidents.length > 0) deps.changed('incidents');
    await wake(committed.outbox);
    await escalations.look(committed.incidents.map(({ id }) => id));
  }

  async function settlePoll(source: Source, committed: Committed): Promise<void> {
    await settleTurn(committed);
    await join(source, committed);
    deps.changed(`source:${source.key}`);
  }

  /** Calls move with each poll of their log; what Microsoft says of an issue with each change of it. */
  async function join({ kind, tenant }: Source, { incidents }: Committed): Promise<void> {
    if (kind !== 'direct-routing' && (kind !== 'service-health' || incidents.length === 0)) return;
    const rows = await joinTenant(tenant, clock.now(), deps);
    if (rows.length > 0) deps.changed('incidents');
    await wake(rows);
  }

  if (does.poll) {
    polls.work();
    await polls.schedule();
  }
  if (does.work) {
    announcements.work(telling);
    await chores.work(choresOf(deps, announcements, escalations, settleTurn));
    await announcements.sweep(true);
    await escalations.sweep(true);
  }
  return {
    kick,
    escalate: (incidents) => escalations.look(incidents),
    pollNow: (source, delayMs) => polls.pollNow(source, delayMs),
    async channelIs(channel, trouble) {
      if ((await hearOfChannel(channel, trouble, telling)) === undefined) return;
      deps.changed(`channel:${channel}`);
      await kick([channel]);
    },
    reschedule: () => polls.schedule(),
    close() {
      pace.close();
      return queues.close();
    },
  };
}

function choresOf(
  deps: EngineDeps,
  announcements: Announcements,
  escalations: Escalations,
  settleTurn: (committed: Committed) => Promise<void>,
): Parameters<Chores['work']>[0] {
  const { store, clock } = deps;
  const keepGroups = openGroups(deps);
  const kick: ActDeps['kick'] = async (channels, incidents) => {
    await announcements.kick(channels);
    await escalations.look(incidents);
  };
  return {
    async sweep() {
      if (await passTime({ store, clock, kick })) deps.changed('incidents');
      await escalations.sweep();
      await noteShiftChanges(deps);
      await announcements.sweep();
    },
    audit: async () => announcements.wake(await auditOnce(deps)),
    async escalations() {
      const stuck = await proveEscalations(deps, escalations, settleTurn);
      const read = await auditCalendars(deps.calendars?.() ?? [], deps);
      if (read !== undefined) await settleTurn(read);
      await deps.beat?.(stuck);
    },
    groups: () => keepGroups(clock.now()),
    tidy: () => store.tidy(clock.now() - deps.historyMs(), clock.now() - deps.callsMs()),
  };
}

/** Wakes what stands still and says so; resolves with how many did. */
async function proveEscalations(
  deps: EngineDeps,
  escalations: Escalations,
  settleTurn: (committed: Committed) => Promise<void>,
): Promise<number> {
  const { stuck, committed } = await auditEscalations(deps);
  if (stuck.length > 0)
    deps.log.error(
      { incidents: stuck.length },
      'the audit found escalations that stand still; they are woken',
    );
  await escalations.look(stuck);
  if (committed !== undefined) await settleTurn(committed);
  return stuck.length;
}

/** A step that failed is tried again by the next tick, sweep or audit: the truth is in the record, not in the job. */
async function guarded(log: Log, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (isFault(error)) log.warn({ code: error.code }, error.message);
    else log.error({ err: error }, 'a step failed; it will be tried again');
  }
}
