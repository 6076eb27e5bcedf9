import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { incidentMessage } from '../../src/engine/compose.js';
import type { Fault } from '../../src/lib/fault.js';
import { isFault, type FaultCode } from '../../src/lib/fault.js';
import type { Incident } from '../../src/model/incident.js';
import { plain } from '../../src/model/rich.js';
import type { MessageRef } from '../../src/model/telling.js';
import { MINUTE } from '../../src/model/time.js';
import type { Adapter, Channel, Message } from '../../src/notify/adapter.js';
import { anAlert, anIncident, T0 } from '../support/builders.js';

/** One message as people (or the receiver's program) have it before them. */
export interface Seen {
  /** All of its words, in whatever markup the platform keeps them. */
  readonly words: string;
  readonly thread: readonly string[];
}

/** What becomes of the next request that the adapter sends. */
export type Trouble =
  /** 429 with a wait of seven seconds, or what the platform says in its stead. */
  | 'throttled'
  /** A refusal that only a person can lift. */
  | 'refused'
  /** The far end says that it failed. */
  | 'failed'
  /** The far end takes it, and its answer never arrives. */
  | 'unanswered';

/** A real server on loopback that stands for the platform, and the adapter that talks to it. */
export interface FarEnd {
  /** A new adapter each time, as after a restart. `nowhere`: nothing listens at its address. */
  adapter(where: 'here' | 'nowhere'): Promise<Adapter>;
  /** The checked settings of the one channel that the far end has, for this adapter. */
  channelSettings(where: 'here' | 'nowhere'): unknown;
  /** The messages that are there now, oldest first. */
  seen(): Promise<readonly Seen[]>;
  next(trouble: Trouble): void;
  /** Somebody deletes every message. */
  clear(): Promise<void>;
  /** What must never show in an error. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** What the platform lets an adapter do beside posting. */
export interface Abilities {
  readonly edits: boolean;
  readonly threads: boolean;
  readonly finds: boolean;
  /** A throttled request is told for how long. Otherwise the adapter waits as long as it thinks right. */
  readonly saysHowLong?: boolean;
  /** `known`: the same post again is shown once. `merged`: all posts of a topic become one message. */
  readonly repeats?: 'known' | 'merged';
  /** Whoever edits a message that is no more is told so. */
  readonly noticesLoss?: boolean;
}

/** What `src/notify/adapter.ts` promises, run against every adapter. */
export function channelContract(kind: string, can: Abilities, open: () => Promise<FarEnd>): void {
  const ifEdits = can.edits ? it : none;
  const ifThreads = can.threads ? it : none;
  const { saysHowLong = true, repeats, noticesLoss = can.edits } = can;
  const ifNotices = noticesLoss ? it : none;
  const wait: unknown = saysHowLong ? 7_000 : expect.any(Number);
  describe(`the channel port, kept by ${kind}`, () => {
    let far: FarEnd;
    let channel: Channel;
    const adapters: Adapter[] = [];

    const openChannel = async (where: 'here' | 'nowhere' = 'here'): Promise<Channel> => {
      const adapter = await far.adapter(where);
      adapters.push(adapter);
      return adapter.channel('noc', far.channelSettings(where));
    };

    beforeAll(async () => {
      far = await open();
      channel = await openChannel();
    });
    beforeEach(() => far.clear());
    afterAll(async () => {
      await Promise.all(adapters.map((adapter) => adapter.close()));
      await far.close();
    });

    const edit = (ref: MessageRef, message: Message): Promise<MessageRef> =>
      channel.update?.(ref, message) ?? Promise.reject(new Error(`${kind} cannot edit`));
    const resolvedOnes = async (): Promise<boolean[]> =>
      (await far.seen()).map(({ words }) => words.includes('RESOLVED'));
    const troubled = async (trouble: Trouble, work: () => Promise<unknown>): Promise<Fault> => {
      far.next(trouble);
      return faultOf(work(), far.secrets);
    };

    it('says its name and kind, and leaves out what it cannot do', () => {
      expect([channel.name, channel.kind]).toEqual(['noc', kind]);
      const { update, thread, find } = channel;
      expect([update, thread, find].map((ability) => ability !== undefined)).toEqual([
        can.edits,
        can.threads,
        can.finds,
      ]);
    });

    it('delivers one message, and what it says', async () => {
      const ref = await channel.post(opened(1));
      expect(JSON.parse(JSON.stringify(ref))).toEqual(ref);
      const seen = await far.seen();
      expect(seen).toHaveLength(1);
      expect(seen[0]?.words).toContain('mail of 1 is late');
      expect(seen[0]?.thread).toEqual([]);
    });

    it('keeps two topics apart', async () => {
      await channel.post(opened(1));
      await channel.post(opened(2));
      expect((await far.seen()).map(({ words }) => /mail of \d is late/.exec(words)?.[0])).toEqual([
        'mail of 1 is late',
        'mail of 2 is late',
      ]);
    });

    ifEdits('changes its message in place', async () => {
      const ref = await channel.post(opened(1));
      await edit(ref, acknowledged(1));
      expect(await edit(ref, over(1))).toEqual(ref);
      expect(await resolvedOnes()).toEqual([true]);
    });

    it('says that it is over when it is asked to post again: in a second message, or in the one it merges them into', async () => {
      const ref = await channel.post(opened(1));
      await channel.post(over(1), ref);
      const seen = await far.seen();
      if (repeats === 'merged') {
        expect(await resolvedOnes()).toEqual([true]);
        return;
      }
      const [first, second, ...more] = seen;
      expect(more).toEqual([]);
      expect(first?.words).not.toMatch(/resolved/i);
      expect(second?.words).toMatch(/resolved/i);
    });

    ifThreads('edits and threads with an address that was kept over a restart', async () => {
      const ref = JSON.parse(JSON.stringify(await channel.post(opened(1)))) as MessageRef;
      const restarted = await openChannel();
      await restarted.update?.(ref, acknowledged(1));
      await restarted.thread?.(ref, line('after the restart'));
      const [seen, ...more] = await far.seen();
      expect(more).toEqual([]);
      expect(seen?.words).toContain('ACKNOWLEDGED');
      expect(seen?.thread).toEqual([expect.stringContaining('after the restart')]);
    });

    ifThreads('writes history under the message, in order, and leaves the message as it is', async () => {
      const ref = await channel.post(opened(1));
      const [before] = await far.seen();
      await channel.thread?.(ref, line('first'));
      await channel.thread?.(ref, { ...line('second'), broadcast: true });
      const [seen, ...more] = await far.seen();
      expect(more).toEqual([]);
      expect(seen?.words).toBe(before?.words);
      expect(seen?.thread).toEqual([expect.stringContaining('first'), expect.stringContaining('second')]);
      expect(seen?.thread[0]).toContain('alice');
    });

    it('throttled: says for how long, has done nothing, and works again', async () => {
      const fault = await troubled('throttled', () => channel.post(opened(1)));
      expect(fault).toMatchObject({ code: 'channel.throttled', retryAfterMs: wait, retry: true });
      expect(await far.seen()).toEqual([]);
      await channel.post(opened(1));
      expect(await far.seen()).toHaveLength(1);
    });

    ifEdits('throttled while it edits: the message stays as it was until the wait is over', async () => {
      const ref = await channel.post(opened(1));
      const fault = await troubled('throttled', () => edit(ref, over(1)));
      expect(fault).toMatchObject({ code: 'channel.throttled', retryAfterMs: wait });
      expect(await resolvedOnes()).toEqual([false]);
      await edit(ref, over(1));
      expect(await resolvedOnes()).toEqual([true]);
    });

    it('refused: is dead until somebody acts, says what to do, and works once they have', async () => {
      const fault = await troubled('refused', () => channel.post(opened(1)));
      expect(['channel.refused', 'channel.unauthorized']).toContain(fault.code);
      expect(fault.retry).toBe(false);
      expect(fault.advice).not.toBe('');
      expect(await far.seen()).toEqual([]);
      await channel.post(opened(1));
      expect(await far.seen()).toHaveLength(1);
    });

    it('sent again after an unknown outcome: one message where it can be told to be the same', async () => {
      await troubled('unanswered', () => channel.post(opened(1)));
      await channel.post(opened(1));
      expect(await far.seen()).toHaveLength(repeats === undefined ? 2 : 1);
    });

    it('failed: a trouble of the far end is tried again later', async () => {
      const fault = await troubled('failed', () => channel.post(opened(1)));
      const codes: readonly FaultCode[] = ['channel.failed', 'channel.unknown-outcome'];
      expect(codes).toContain(fault.code);
      expect(fault.retry).toBe(true);
      await channel.post(opened(1));
      expect(await far.seen()).toHaveLength(1);
    });

    it('unreachable: knows that nothing left', async () => {
      const nowhere = await openChannel('nowhere');
      const fault = await faultOf(nowhere.post(opened(1)), far.secrets);
      expect(fault).toMatchObject({ code: 'channel.unreachable', retry: true });
      expect(await far.seen()).toEqual([]);
    });

    it('unanswered: does not know the outcome, and finds the message where it can', async () => {
      const since = Date.now();
      const fault = await troubled('unanswered', () => channel.post(opened(1)));
      expect(fault).toMatchObject({ code: 'channel.unknown-outcome', retry: true });
      // It did arrive: taking it for lost would make a second card.
      expect(await far.seen()).toHaveLength(1);
      if (channel.find === undefined) return;
      const found = await channel.find(opened(1), since);
      expect(found).toBeDefined();
      expect(await channel.find(opened(2), since)).toBeUndefined();
      if (found === undefined) return;
      await edit(found, over(1));
      expect(await resolvedOnes()).toEqual([true]);
    });

    ifEdits('unanswered: an edit may be made again without a second message', async () => {
      const ref = await channel.post(opened(1));
      const fault = await troubled('unanswered', () => edit(ref, acknowledged(1)));
      expect(fault.retry).toBe(true);
      await edit(ref, over(1));
      expect(await resolvedOnes()).toEqual([true]);
    });

    ifNotices('gone: says that the message to edit is no more, and can post anew', async () => {
      const ref = await channel.post(opened(1));
      await far.clear();
      for (const lost of [ref, 'nonsense', { id: 'm1' }, null] satisfies MessageRef[])
        expect((await faultOf(edit(lost, over(1)), far.secrets)).code).toBe('channel.message-gone');
      expect(await far.seen()).toEqual([]);
      await channel.post(opened(1));
      expect(await far.seen()).toHaveLength(1);
    });

    ifThreads(
      'gone: a line for the thread of a message that is no more is not shown to the channel',
      async () => {
        const ref = await channel.post(opened(1));
        await far.clear();
        // Slack takes such a line and shows it nowhere.
        const error = await channel.thread?.(ref, line('late')).catch((reason: unknown) => reason);
        if (error !== undefined) expect(error).toMatchObject({ code: 'channel.message-gone' });
        expect(await far.seen()).toEqual([]);
      },
    );

    it('checks itself in words and changes nothing', async () => {
      await channel.post(opened(1));
      const before = await far.seen();
      const words = await channel.check();
      expect(words).toMatch(/\.$/);
      for (const secret of far.secrets) expect(words).not.toContain(secret);
      expect(await far.seen()).toEqual(before);
    });
  });
}

/** Not an ability of this platform: no test of it. */
function none(): void {
  return;
}

const opened = (id: number): Message => messageOf(incidentOf(id));

const acknowledged = (id: number): Message =>
  messageOf({ ...incidentOf(id), state: 'acknowledged', acknowledgedBy: 'alice', revision: 2 });

function over(id: number): Message {
  const open = incidentOf(id);
  const endsAt = T0 + 30 * MINUTE;
  const alerts = open.alerts.map((alert) => ({ ...alert, state: 'resolved' as const, endsAt }));
  return messageOf({
    ...open,
    state: 'resolved',
    alerts,
    resolvedAt: endsAt,
    updatedAt: endsAt,
    revision: 3,
  });
}

function incidentOf(id: number): Incident {
  const subject = `service:Exchange${id}`;
  return { ...anIncident({ alerts: [anAlert({ subject, summary: `The mail of ${id} is late` })] }), id };
}

function messageOf(incident: Incident): Message {
  return incidentMessage({
    incident,
    timeline: [],
    silences: [],
    url: 'https://tocsin.example',
    now: incident.updatedAt,
  });
}

function line(text: string) {
  return { at: T0 + MINUTE, who: 'alice', text: plain(text) };
}

async function faultOf(work: Promise<unknown>, secrets: readonly string[]): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isFault(error)) throw new Error(`no fault but ${String(error)}`);
  for (const secret of secrets) expect(`${error.message} ${error.advice}`).not.toContain(secret);
  return error;
}
