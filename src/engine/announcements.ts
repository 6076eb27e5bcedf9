import type { Clock } from '../lib/clock.js';
import type { OutboxRow } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import type { Store } from '../store/store.js';
import { drainChannel } from './announce.js';
import type { AnnounceDeps } from './announce-deps.js';
import type { Queues } from './queues.js';

export interface Announcements {
  /** These channels have rows that are due. */
  readonly kick: (channels: readonly string[]) => Promise<void>;
  /** These rows are in the outbox: whoever tells them is woken when they are due. */
  readonly wake: (rows: readonly OutboxRow[]) => Promise<void>;
  /** What is due by now: what wakes its channel may have been lost. `all`: and what is due later, whose jobs may be lost too. */
  sweep(all?: boolean): Promise<void>;
  /** Takes the jobs, in this process too. */
  work(tell: AnnounceDeps): void;
  /** Forgets all jobs. */
  clear(): Promise<void>;
}

export interface AnnouncementsDeps {
  readonly queues: Queues;
  readonly clock: Clock;
  readonly store: Store;
  readonly channels: () => readonly Channel[];
  /** Something that a watcher shows has changed. */
  readonly changed: (topic: string) => void;
  readonly guarded: (step: () => Promise<void>) => Promise<void>;
}

/** Rows due later than this are the sweep's: thousands of standing reminders need no jobs. */
const SOON = MINUTE;

/** BullMQ around `drainChannel`: jobs carry the channel's name, and the outbox says what is due. */
export function openAnnouncements(deps: AnnouncementsDeps): Announcements {
  const { queues, clock, store } = deps;
  const queue = queues.queue<{ channel: string }>('announce');

  async function kick(channels: readonly string[]): Promise<void> {
    for (const channel of new Set(channels))
      await queue.add('drain', { channel }, { deduplication: { id: channel, keepLastIfActive: true } });
  }

  async function kickAt(channel: string, dueAt: Instant): Promise<void> {
    const delay = Math.ceil(clock.real(dueAt - clock.now()));
    if (delay > SOON) return;
    const jobId = `${channel}@${Math.ceil(dueAt / 250)}`;
    await queue.add('drain', { channel }, { delay: Math.max(delay, 1), jobId });
  }

  async function drain(name: string, tell: AnnounceDeps): Promise<void> {
    const channel = deps.channels().find((known) => known.name === name);
    if (channel === undefined) return;
    const next = await drainChannel(channel, tell);
    deps.changed(`channel:${name}`);
    if (next !== undefined) await (next <= clock.now() ? kick([name]) : kickAt(name, next));
  }

  return {
    kick,
    async wake(rows) {
      const now = clock.now();
      await kick(rows.filter((row) => row.dueAt <= now).map((row) => row.channel));
      for (const row of rows.filter((later) => later.dueAt > now)) await kickAt(row.channel, row.dueAt);
    },
    async sweep(all = false) {
      const waiting = await store.waiting();
      await kick(waiting.filter((row) => all || row.dueAt <= clock.now()).map((row) => row.channel));
    },
    work(tell) {
      queues.worker<{ channel: string }>(
        'announce',
        (job) => deps.guarded(() => drain(job.data.channel, tell)),
        {
          // A channel that does not answer keeps its place for as long as its platform may take: there must be one for the next.
          concurrency: 100,
          // A channel waits for the worker that has it: when that one died, not for long.
          lockDuration: 12_000,
          stalledInterval: 6_000,
        },
      );
    },
    clear: () => queue.obliterate({ force: true }),
  };
}
