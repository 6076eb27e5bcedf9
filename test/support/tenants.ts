import { actOn } from '../../src/engine/act.js';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { auditOnce } from '../../src/engine/audit.js';
import { openBacktester } from '../../src/engine/backtest/door.js';
import { openDesk } from '../../src/engine/desk.js';
import { openEars } from '../../src/engine/inbox.js';
import { joinTenant } from '../../src/engine/join.js';
import { pollOnce, type PollDeps } from '../../src/engine/poll.js';
import type { IncidentAct } from '../../src/commands/command.js';
import { silentLog } from '../../src/lib/log.js';
import { matches } from '../../src/lib/matchers.js';
import type { Incident } from '../../src/model/incident.js';
import type { RouteNode } from '../../src/model/route.js';
import type { Person } from '../../src/model/person.js';
import type { Fact, SourceKind } from '../../src/model/source.js';
import { HOUR, SECOND } from '../../src/model/time.js';
import { heardBy, inPlaceOf, scopesOf } from '../../src/notify/scope.js';
import type { Source } from '../../src/sources/source.js';
import type { Store } from '../../src/store/store.js';
import { cardToText } from '../../src/http/text.js';
import { T0 } from './builders.js';
import { aPerson, aRoster } from './on-call.js';
import { builtinRules } from './pack.js';
import { recorder, type Recorder } from './world.js';

/** Many tenants and the channels of several customers, from their polls to their cards on the real store. */
export interface Tenants {
  readonly store: Store;
  readonly names: readonly string[];
  now(): number;
  wait(ms: number): void;
  /** What a tenant's source (of the first kind) answers from now on. */
  answers(tenant: string, facts: readonly Fact[], kind?: SourceKind): void;
  /** What its call log says of a window, out of its record. */
  recalls(tenant: string, facts: readonly Fact[]): void;
  /** One poll of each of these tenants, all at once; all of them when left out. */
  poll(names?: readonly string[]): Promise<void>;
  announce(): Promise<void>;
  channel(name: string): Recorder;
  act(id: number, act: IncidentAct): Promise<Incident>;
  /** What an admin hears who types this in a channel, or where no channel is, with all that the card holds. */
  /** `near`: outside of all channels, in the workspace that has these. */
  ask(text: string, channel?: string, near?: readonly string[]): Promise<string>;
  audit(): Promise<number>;
}

export interface TenantsSetup {
  readonly store: Store;
  readonly names: readonly string[];
  readonly root: RouteNode;
  readonly channels: readonly string[];
  readonly kinds?: readonly SourceKind[];
  /** Only these rules of the pack. */
  readonly rules?: readonly string[];
  /** These channels cannot edit. */
  readonly hooks?: readonly string[];
}

export function openTenants({
  store,
  names,
  root,
  channels,
  kinds = ['service-health'],
  hooks = [],
  rules: only,
}: TenantsSetup): Tenants {
  let now = T0;
  const clock = { now: () => now, real: (ms: number) => ms };
  const told = new Map<string, readonly Fact[]>();
  const recorders = new Map(
    channels.map((name) => [name, recorder(name, { find: true, edit: !hooks.includes(name) })]),
  );
  const shared = {
    store,
    clock,
    log: silentLog,
    matches,
    rules: () => rules,
    root: () => root,
    tenants: () => names,
  };
  const rules = builtinRules().filter(({ definition }) => only?.includes(definition.name) ?? true);
  const pollDeps: PollDeps = { ...shared, measure: { polled: () => undefined } };
  const announceDeps: AnnounceDeps = {
    ...shared,
    owner: 'test',
    url: 'https://tocsin.example',
    inhibitions: () => [],
    muteTimes: () => [],
    random: () => 0.5,
    measure: { delivered: () => undefined },
    onHealth: async () => undefined,
  };
  const calls = new Map<string, readonly Fact[]>();
  const sources = names.flatMap((tenant) =>
    kinds.map((kind) =>
      sourceOf(tenant, kind, {
        poll: () => told.get(`${tenant}/${kind}`) ?? [],
        recall: () => calls.get(tenant) ?? [],
      }),
    ),
  );
  const channel = (name: string): Recorder => {
    const found = recorders.get(name);
    if (found === undefined) throw new Error(`no channel ${name}`);
    return found;
  };
  const ears = openEars({
    store,
    desk: openDesk({
      ...shared,
      tenants: () => names.map((name) => ({ name, tenantId: `${name}.example`, cloud: 'global' })),
      sources: () => sources,
      channels: () => [...recorders.values()].map((one) => one.channel),
      backtest: openBacktester(
        () => ({
          store,
          sources,
          channels: channels.map((name) => ({ name, living: !hooks.includes(name) })),
          root,
          inhibitions: [],
          muteTimes: [],
          present: rules,
        }),
        clock,
      ),
      schedules: () => [],
      roster: async () => aRoster([]),
      kick: async () => undefined,
    }),
    log: silentLog,
    url: 'https://tocsin.example',
    people: () => [ADMIN],
    audience: (name) =>
      heardBy(
        name,
        scopesOf(root, names, matches),
        channels.map((known) => ({ name: known })),
        scopesOf(inPlaceOf(root), names, matches),
      ),
    metrics: { commanded: () => undefined },
  });
  return {
    store,
    names,
    now: () => now,
    wait: (ms) => void (now += ms),
    answers: (tenant, facts, kind = kinds[0] ?? 'service-health') =>
      void told.set(`${tenant}/${kind}`, facts),
    recalls: (tenant, facts) => void calls.set(tenant, facts),
    poll: async (some = names) => {
      const asked = sources.filter(({ tenant }) => some.includes(tenant));
      await Promise.all(
        asked.map(async (source) => {
          await pollOnce(source, pollDeps);
          if (kinds.includes('direct-routing'))
            await joinTenant(source.tenant, now, { store, sources: () => sources, log: silentLog });
        }),
      );
    },
    announce: async () => {
      for (const { channel: known } of recorders.values()) await drainChannel(known, announceDeps);
    },
    channel,
    act: (id, act) =>
      actOn(id, act, { name: 'alice', via: 'slack' }, { ...shared, kick: async () => undefined }),
    ask: async (text, name, near) => {
      const reply = await ears.ask({
        text,
        speaker: { platform: 'slack', id: 'U1', name: 'Alice' },
        button: false,
        ...(name === undefined ? {} : { channel: name }),
        ...(near === undefined ? {} : { near }),
      });
      return reply === undefined ? '' : `${cardToText(reply.card)}\n${JSON.stringify(reply.card)}`;
    },
    audit: async () => (await auditOnce(shared)).length,
  };
}

const ADMIN: Person = aPerson('alice', { role: 'admin', slack: 'U1' });

interface Answers {
  poll(): readonly Fact[];
  recall(): readonly Fact[];
}

function sourceOf(tenant: string, kind: SourceKind, answers: Answers): Source {
  return {
    key: `${tenant}/${kind}`,
    tenant,
    kind,
    everyMs: 60 * SECOND,
    poll: async (_memory, at) => ({
      observation: { kind, at, coverage: 'full', facts: answers.poll() },
      memory: null,
      unchanged: false,
    }),
    look: async () => answers.poll(),
    recall: async () => answers.recall(),
    check: async () => [],
    budget: (at) => ({ left: 800, freeAt: at }),
    close: async () => undefined,
  };
}

/** A route of the settings in which nobody wrote a groupBy. */
export function aDefaultRoute(over: Partial<RouteNode> = {}): RouteNode {
  return {
    matchers: [],
    channel: 'noc',
    groupBy: ['tenant', 'subject'],
    acrossTenants: true,
    groupWait: 30 * SECOND,
    groupInterval: 300 * SECOND,
    repeatInterval: 4 * HOUR,
    muteTimes: [],
    activeTimes: [],
    continue: false,
    routes: [],
    ...over,
  };
}
