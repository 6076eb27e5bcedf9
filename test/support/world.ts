import type { Store } from '../../src/store/store.js';
import { actOn } from '../../src/engine/act.js';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { auditOnce } from '../../src/engine/audit.js';
import { openDesk } from '../../src/engine/desk.js';
import { pollOnce, type PollDeps } from '../../src/engine/poll.js';
import { passTime } from '../../src/engine/pass-time.js';
import { observeChannel } from '../../src/engine/self.js';
import type { Desk, IncidentAct } from '../../src/commands/command.js';
import { inlinesToText, richToText } from '../../src/model/rich.js';
import { silentLog } from '../../src/lib/log.js';
import { matches } from '../../src/lib/matchers.js';
import type { Incident } from '../../src/model/incident.js';
import type { JsonObject } from '../../src/model/json.js';
import type { RouteNode } from '../../src/model/route.js';
import type { Inhibition, MuteTime } from '../../src/model/silence.js';
import type { Fact } from '../../src/model/source.js';
import { SECOND } from '../../src/model/time.js';
import { cardToText } from '../../src/http/text.js';
import type { Channel, Message } from '../../src/notify/adapter.js';
import type { Rule } from '../../src/rules/compile.js';
import type { Source } from '../../src/sources/source.js';
import { aFact, T0 } from './builders.js';
import { aRoster } from './on-call.js';
import { builtinRules } from './pack.js';
import { noBacktests } from './no-backtests.js';
import { memoryStore } from './record.js';

/** A channel that keeps what it was told, and fails when it is asked to. */
export interface Recorder {
  readonly channel: Channel;
  /** The visible messages as they are now, oldest first: `firing major … | thread line | …`. */
  cards(): string[];
  /** Every call in order: `post`, `edit`, `thread`. */
  readonly calls: string[];
  /** The next calls end so, one each: an error is thrown before the message is kept, or after it (`lost`). */
  readonly fail: { error: Error; lost?: boolean }[];
  /** All messages as they were posted. */
  readonly messages: readonly Message[];
  /** The cards as they are now, as plain text. */
  shown(): string;
  delete(): void;
}

export function recorder(name: string, can: { edit?: boolean; find?: boolean } = {}): Recorder {
  const shown = new Map<number, { key: string; card: string; text: string; thread: string[] }>();
  const messages: Message[] = [];
  const calls: string[] = [];
  const fail: { error: Error; lost?: boolean }[] = [];
  let next = 1;
  const attempt = (call: string, keep: () => void): void => {
    calls.push(call);
    const failure = fail.shift();
    if (failure !== undefined && failure.lost !== true) throw failure.error;
    keep();
    if (failure !== undefined) throw failure.error;
  };
  const channel: Channel = {
    name,
    kind: 'recorder',
    post: async (message) => {
      const id = next++;
      messages.push(message);
      attempt(
        'post',
        () =>
          void shown.set(id, {
            key: message.key,
            card: tell(message),
            text: cardToText(message.card),
            thread: [],
          }),
      );
      return { id };
    },
    check: async () => 'records',
    ...(can.edit === false
      ? {}
      : {
          update: async (ref, message) => {
            const { id } = ref as { id: number };
            attempt('edit', () => {
              const before = shown.get(id);
              if (before === undefined) throw new Error('no such message');
              shown.set(id, { ...before, card: tell(message), text: cardToText(message.card) });
            });
            return ref;
          },
          thread: async (ref, line) => {
            const { id } = ref as { id: number };
            attempt('thread', () => void shown.get(id)?.thread.push(richToText(line.text)));
          },
        }),
    ...(can.find === true
      ? {
          find: async (message: Message) => {
            calls.push('find');
            const found = [...shown].find(([, kept]) => kept.key === message.key);
            return found === undefined ? undefined : { id: found[0] };
          },
        }
      : {}),
  };
  return {
    channel,
    calls,
    fail,
    messages,
    shown: () => [...shown.values()].map(({ text }) => text).join('\n'),
    cards: () => [...shown.values()].map(({ card, thread }) => [card, ...thread].join(' | ')),
    delete: () => shown.clear(),
  };
}

function tell({ card, status }: Message): string {
  const late = inlinesToText(card.footer ?? [])
    .match(/[^·]*\blate\b[^·]*/i)?.[0]
    ?.trim();
  return `${status} ${card.badge?.toLowerCase() ?? ''} ${card.title}${late === undefined ? '' : ` [${late}]`}`;
}

export interface World {
  readonly store: Store;
  readonly noc: Recorder;
  readonly hook: Recorder;
  now(): number;
  /** Moves our clock. */
  wait(ms: number): void;
  /** What the source answers from now on: facts, or the error it fails with. */
  answers(facts: readonly Fact[] | Error): void;
  poll(): Promise<void>;
  /** Drains both channels until nothing is due. */
  announce(): Promise<void>;
  /** Poll, then announce. */
  turn(): Promise<void>;
  act(id: number, act: IncidentAct): Promise<Incident>;
  /** What commands may read and do. */
  readonly desk: Desk;
  /** What time alone changes. */
  sweep(): Promise<void>;
  audit(): Promise<number>;
  /** Decided otherwise from now on. */
  readonly set: { rules: readonly Rule[]; root: RouteNode; inhibitions: Inhibition[]; muteTimes: MuteTime[] };
  readonly announceDeps: AnnounceDeps;
  readonly pollDeps: PollDeps;
  readonly source: Source;
  close(): Promise<void>;
}

export function aRoute(over: Partial<RouteNode> = {}): RouteNode {
  return {
    matchers: [],
    channel: 'noc',
    groupBy: ['tenant', 'subject'],
    groupWait: 0,
    groupInterval: 0,
    repeatInterval: 4 * 3600 * SECOND,
    muteTimes: [],
    activeTimes: [],
    continue: false,
    routes: [],
    ...over,
  };
}

/** The whole way from a poll to a channel on the real store and our own clock. */
export async function aWorld(options: { store?: Store; find?: boolean; key?: string } = {}): Promise<World> {
  const store = options.store ?? (await memoryStore());
  const noc = recorder('noc', { find: options.find ?? true });
  const hook = recorder('hook', { edit: false });
  let now = T0;
  let answer: readonly Fact[] | Error = [];
  const clock = { now: () => now, real: (ms: number) => ms };
  const set = {
    rules: builtinRules(),
    root: aRoute({ routes: [aRoute({ channel: 'noc', continue: true }), aRoute({ channel: 'hook' })] }),
    inhibitions: [] as Inhibition[],
    muteTimes: [] as MuteTime[],
  };
  const source: Source = {
    key: options.key ?? 'contoso/service-health',
    tenant: 'contoso',
    kind: 'service-health',
    everyMs: 60 * SECOND,
    poll: async (_memory, at) => {
      if (answer instanceof Error) throw answer;
      return {
        observation: { kind: 'service-health', at, coverage: 'full', facts: answer },
        memory: null,
        unchanged: false,
      };
    },
    look: async () => (answer instanceof Error ? Promise.reject(answer) : answer),
    recall: async (_question, known) => known,
    check: async () => [],
    budget: () => ({ left: 800, freeAt: now }),
    close: async () => undefined,
  };
  const shared = { store, clock, log: silentLog, matches, rules: () => set.rules, root: () => set.root };
  const pollDeps: PollDeps = { ...shared, measure: { polled: () => undefined } };
  const announceDeps: AnnounceDeps = {
    ...shared,
    owner: 'test',
    url: 'https://tocsin.example',
    inhibitions: () => set.inhibitions,
    muteTimes: () => set.muteTimes,
    random: () => 0.5,
    measure: { delivered: () => undefined },
    onHealth: async (health) => {
      await observeChannel(health, shared);
    },
  };
  const world: World = {
    store,
    noc,
    hook,
    set,
    source,
    pollDeps,
    announceDeps,
    now: () => now,
    wait(ms) {
      now += ms;
    },
    answers(facts) {
      answer = facts;
    },
    poll: async () => {
      await pollOnce(source, pollDeps);
    },
    announce: async () => {
      for (const { channel } of [noc, hook]) await drainChannel(channel, announceDeps);
    },
    turn: async () => {
      await world.poll();
      await world.announce();
    },
    act: (id, act) =>
      actOn(id, act, { name: 'alice', via: 'slack' }, { ...shared, kick: async () => undefined }),
    desk: openDesk({
      ...shared,
      tenants: () => [],
      sources: () => [source],
      schedules: () => [],
      roster: async () => aRoster([]),
      channels: () => [noc.channel, hook.channel],
      backtest: noBacktests,
      kick: async () => undefined,
    }),
    sweep: async () => {
      await passTime({ ...shared, kick: async () => undefined });
    },
    audit: async () => (await auditOnce(shared)).length,
    close: () => store.close(),
  };
  return world;
}

/** One record for many cases: what an earlier one left to be said is not said in the next, and the channels are well. */
export async function forgetEarlier(store: Store): Promise<void> {
  for (const { channel } of await store.waiting())
    for (const row of await store.due(channel, Date.UTC(2100, 0), 1000))
      await store.settle(row, { deliveries: [] });
  for (const channel of ['noc', 'hook'])
    await store.putChannel({ channel, state: 'ok', since: 0, reason: '', failures: 0 });
}

/** An issue as the service-health source tells it. */
export function anIssue(id: string, over: JsonObject = {}): Fact {
  return aFact(`issue:${id}`, {
    type: 'issue',
    id,
    title: 'Some users cannot open their mailboxes',
    service: 'Exchange Online',
    serviceId: 'Exchange',
    status: 'serviceDegradation',
    statusText: 'Service degradation',
    classification: 'incident',
    origin: 'microsoft',
    feature: 'Access',
    featureGroup: 'E-mail and calendar access',
    impact: 'Users see an error when they open a mailbox.',
    active: true,
    level: 'major',
    startedAt: new Date(T0).toISOString(),
    endedAt: null,
    lastModified: new Date(T0).toISOString(),
    posts: 1,
    latestPostAt: new Date(T0).toISOString(),
    latestPost: 'We are looking into it.',
    latestPostRich: [{ kind: 'paragraph', inlines: [{ text: 'We are looking into it.' }] }],
    nextUpdateBy: null,
    pir: false,
    highImpact: null,
    url: `https://admin.microsoft.com/Adminportal/Home#/servicehealth/:/alerts/${id}`,
    ...over,
  });
}

/** A service's tile. */
export function aService(id: string, over: JsonObject = {}): Fact {
  return aFact(`service:${id}`, {
    type: 'service',
    id,
    name: id,
    status: 'serviceOperational',
    statusText: 'Operational',
    active: false,
    level: 'ok',
    openIssues: [],
    explained: false,
    ...over,
  });
}

export const post = (text: string, at: number): JsonObject => ({
  latestPost: text,
  latestPostAt: new Date(at).toISOString(),
  lastModified: new Date(at).toISOString(),
});
