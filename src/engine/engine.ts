import type { Clock } from '../lib/clock.js';
import { isFault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { OutboxRow } from '../model/telling.js';
import { HOUR, MINUTE, SECOND, type Instant } from '../model/time.js';
import type { Channel, Inbox } from '../notify/adapter.js';
import type { SourceKey } from '../model/source.js';
import { hearOfChannel } from './channel-word.js';
import { openGroups, type GroupDeps } from './groups.js';
import type { Source } from '../sources/source.js';
import type { Committed, Store } from '../store/store.js';
import type { ActDeps } from './act-deps.js';
import { drainChannel } from './announce.js';
import type { AnnounceDeps } from './announce-deps.js';
import { auditOnce } from './audit.js';
import { auditCalendars, type CalendarHealth } from './audit-calendars.js';
import { auditEscalations } from './audit-escalations.js';
import type { EscalateDeps } from './escalate/deps.js';
import { openEscalations } from './escalations.js';
import { joinTenant } from './join.js';
import { openPace } from './pace.js';
import { pollOnce, type PollDeps } from './poll.js';
import type { Queues } from './queues.js';
import { noteShiftChanges } from './shift-change.js';
import { passTime } from './step.js';
import { observeChannel } from './self.js';

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

const SWEEP = 5 * SECOND;
const SOON = MINUTE;

/** BullMQ around the steps: schedules polls, wakes announcers, sweeps what was left behind. Jobs carry ids, not data. */
export async function startEngine(deps: EngineDeps): Promise<Engine> {
  const { queues, store, clock, log } = deps;
  const polls = queues.queue<{ source: string; asked?: boolean }>('poll');
  const announces = queues.queue<{ channel: string }>('announce');
  const chores = queues.queue<{ chore: string }>('chore');
  // Nobody else can have an embedded queue: what was under way in it died with its process, and would hold up its channel
  // until its lock had run out.
  if (queues.kind === 'embedded')
    for (const queue of [polls, announces, chores]) await queue.obliterate({ force: true });

  const kick = async (channels: readonly string[]): Promise<void> => {
    for (const channel of new Set(channels))
      await announces.add('drain', { channel }, { deduplication: { id: channel, keepLastIfActive: true } });
  };
  const settleTurn = async (committed: Committed): Promise<void> => {
    if (committed.incidents.length > 0) deps.changed('incidents');
    await wake(committed.outbox);
    await escalations.look(committed.incidents.map(({ id }) => id));
  };
  const wake = async (rows: readonly OutboxRow[]): Promise<void> => {
    const now = clock.now();
    await kick(rows.filter((row) => row.dueAt <= now).map((row) => row.channel));
    for (const row of rows.filter((later) => later.dueAt > now)) await kickAt(row.channel, row.dueAt);
  };
  // Rows due much later are the sweep's: thousands of standing reminders need no jobs.
  const kickAt = async (channel: string, dueAt: number): Promise<void> => {
    const delay = Math.ceil(clock.real(dueAt - clock.now()));
    if (delay > SOON) return;
    await announces.add(
      'drain',
      { channel },
      { delay: Math.max(delay, 1), jobId: `${channel}@${Math.ceil(dueAt / 250)}` },
    );
  };

  const escalations = openEscalations({
    ...deps,
    wake,
    works: deps.does.work,
    guarded: (step) => guarded(log, step),
  });
  const follow: ActDeps['kick'] = async (channels, incidents) => {
    await kick(channels);
    await escalations.look(incidents);
  };
  const pace = openPace(clock, true);
  const announceDeps: AnnounceDeps = {
    ...deps,
    pace,
    fallback: { of: deps.fallbackOf, kick },
    shifts: { ...deps, tenants: deps.tenants ?? (() => []) },
    onHealth: async (health) => settleTurn(await observeChannel(health, deps)),
  };
  const polling = new Set<string>();
  const again = new Set<string>();

  const poll = async (key: string, asked: boolean): Promise<void> => {
    const source = deps.sources().find((known) => known.key === key);
    if (source === undefined) return;
    // A poll that outlasts its interval is not started twice; one that was asked for meanwhile follows it.
    if (polling.has(key)) {
      if (asked) again.add(key);
      return;
    }
    polling.add(key);
    try {
      do {
        again.delete(key);
        const committed = await pollOnce(source, deps);
        await settleTurn(committed);
        await join(source, committed);
        deps.changed(`source:${key}`);
      } while (again.has(key));
    } finally {
      again.delete(key);
      polling.delete(key);
    }
  };
  /** Calls move with each poll of their log; what Microsoft says of an issue with each change of it. */
  const join = async ({ kind, tenant }: Source, { incidents }: Committed): Promise<void> => {
    if (kind !== 'direct-routing' && (kind !== 'service-health' || incidents.length === 0)) return;
    const rows = await joinTenant(tenant, clock.now(), deps);
    if (rows.length > 0) deps.changed('incidents');
    await wake(rows);
  };
  const pollNow = async (source: SourceKey, delayMs = 0): Promise<void> => {
    await polls.add(
      'poll',
      { source, asked: true },
      { delay: delayMs, deduplication: { id: `now:${source}`, keepLastIfActive: true } },
    );
  };
  const drain = async (name: string): Promise<void> => {
    const channel = deps.channels().find((known) => known.name === name);
    if (channel === undefined) return;
    const next = await drainChannel(channel, announceDeps);
    deps.changed(`channel:${name}`);
    if (next !== undefined) await (next <= clock.now() ? kick([name]) : kickAt(name, next));
  };
  const keepGroups = openGroups(deps);
  const chore = async (name: string): Promise<void> => {
    if (name === 'sweep') {
      if (await passTime({ store, clock, kick: follow })) deps.changed('incidents');
      await escalations.sweep();
      await noteShiftChanges(deps);
      await kick((await store.waiting()).filter((row) => row.dueAt <= clock.now()).map((row) => row.channel));
    }
    if (name === 'escalations') {
      const { stuck, committed } = await auditEscalations({ ...deps, channelNames: deps.channelNames });
      if (stuck.length > 0)
        log.error(
          { incidents: stuck.length },
          'the audit found escalations that stand still; they are woken',
        );
      await escalations.look(stuck);
      if (committed !== undefined) await settleTurn(committed);
      const read = await auditCalendars(deps.calendars?.() ?? [], deps);
      if (read !== undefined) await settleTurn(read);
      await deps.beat?.(stuck.length);
    }
    if (name === 'groups') await keepGroups(clock.now());
    if (name === 'audit') await wake(await auditOnce(deps));
    if (name === 'tidy') await store.tidy(clock.now() - deps.historyMs(), clock.now() - deps.callsMs());
  };

  const schedulePolls = async (): Promise<void> => {
    const wanted = new Map(
      deps.sources().map((source) => [source.key, Math.max(200, Math.round(clock.real(source.everyMs)))]),
    );
    for (const scheduler of await polls.getJobSchedulers())
      if (!wanted.has(scheduler.key)) await polls.removeJobScheduler(scheduler.key);
    for (const [key, every] of wanted) {
      // Many tenants must not all be asked in the same second.
      await polls.upsertJobScheduler(
        key,
        { every, offset: Math.floor(deps.random() * every) },
        { name: 'poll', data: { source: key } },
      );
      await polls.add('poll', { source: key });
    }
  };

  if (deps.does.poll) {
    queues.worker<{ source: string; asked?: boolean }>(
      'poll',
      (job) => guarded(log, () => poll(job.data.source, job.data.asked === true)),
      { concurrency: 8 },
    );
    await schedulePolls();
  }
  if (deps.does.work) {
    queues.worker<{ channel: string }>('announce', (job) => guarded(log, () => drain(job.data.channel)), {
      // A channel that does not answer keeps its place for as long as its platform may take: there must be one for the next.
      concurrency: 100,
      // A channel waits for the worker that has it: when that one died, not for long.
      lockDuration: 12_000,
      stalledInterval: 6_000,
    });
    queues.worker<{ chore: string }>('chore', (job) => guarded(log, () => chore(job.data.chore)), {
      concurrency: 1,
    });
    await chores.upsertJobScheduler('sweep', { every: SWEEP }, { name: 'sweep', data: { chore: 'sweep' } });
    await chores.upsertJobScheduler(
      'audit',
      { every: 2 * MINUTE },
      { name: 'audit', data: { chore: 'audit' } },
    );
    await chores.upsertJobScheduler(
      'escalations',
      { every: MINUTE },
      { name: 'escalations', data: { chore: 'escalations' } },
    );
    await chores.upsertJobScheduler(
      'groups',
      { every: MINUTE },
      { name: 'groups', data: { chore: 'groups' } },
    );
    await chores.upsertJobScheduler('tidy', { every: HOUR }, { name: 'tidy', data: { chore: 'tidy' } });
    await kick((await store.waiting()).map((row) => row.channel));
    await escalations.sweep(true);
  }
  return {
    kick,
    escalate: (incidents) => escalations.look(incidents),
    pollNow,
    async channelIs(channel, trouble) {
      if ((await hearOfChannel(channel, trouble, announceDeps)) === undefined) return;
      deps.changed(`channel:${channel}`);
      await kick([channel]);
    },
    reschedule: schedulePolls,
    close() {
      pace.close();
      return queues.close();
    },
  };
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
