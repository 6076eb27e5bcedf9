import type { IncidentAct } from '../../commands/command.js';
import { silentLog } from '../../lib/log.js';
import { matches } from '../../lib/matchers.js';
import type { Transition } from '../../model/alert.js';
import { nextStepAt, type Actor, type Incident } from '../../model/incident.js';
import type { RouteNode } from '../../model/route.js';
import type { Inhibition, MuteTime, Silence } from '../../model/silence.js';
import type { SourceKey, SourceKind } from '../../model/source.js';
import type { Delivery } from '../../model/telling.js';
import type { Instant } from '../../model/time.js';
import type { Rule } from '../../rules/compile.js';
import type { Poll } from '../../sources/source.js';
import type { DecidingStore, Known } from '../../store/store.js';
import { actOn } from '../act.js';
import { drainChannel } from '../announce.js';
import type { AnnounceDeps } from '../announce-deps.js';
import { passTime } from '../pass-time.js';
import { takeTurn } from '../take-turn.js';
import type { Judged } from '../turn.js';
import { openListener, toldOf, type Listener, type ReplayChannel, type Told } from './channel.js';
import { openRecord } from './record.js';

export interface ReplaySetup {
  readonly start: Instant;
  readonly rules: readonly Rule[];
  readonly root: RouteNode;
  readonly inhibitions: readonly Inhibition[];
  readonly muteTimes: readonly MuteTime[];
  readonly channels: readonly ReplayChannel[];
  /** Whether it is kept what was decided on which values; true when left out. */
  readonly explain?: boolean;
  /** The memory when left out; a test hands in the real record. */
  readonly store?: DecidingStore;
}

export interface ReplaySource {
  readonly key: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
}

/**
 * The engine on a clock that is moved by hand and a record in memory: judging, folding, routing and the decision what each
 * channel is told are production's own (take-turn, announce, act). Nothing is asked of anybody, nothing is sent.
 */
export interface Replay {
  readonly store: DecidingStore;
  now(): Instant;
  /** Time passes: what comes due on the way is told at its time. Never backwards. */
  until(at: Instant): Promise<void>;
  known(source: SourceKey): Promise<Known>;
  /** One turn of a source now, and what follows from it at once. An error is a failed poll. */
  take(source: ReplaySource, answer: Poll | { readonly error: unknown }): Promise<Judged>;
  act(incident: number, act: IncidentAct, actor: Actor): Promise<Incident>;
  silence(silence: Omit<Silence, 'id'>): Promise<Silence>;
  /** Everything that any alert did, in order. */
  readonly transitions: readonly Transition[];
  /** Everything that any channel would have seen or was spared, in order. */
  readonly told: readonly Told[];
}

export function openReplay(setup: ReplaySetup): Replay {
  const store = setup.store ?? openRecord();
  const transitions: Transition[] = [];
  const told: Told[] = [];
  let now = setup.start;
  const clock = { now: () => now, real: (ms: number) => ms };
  const listeners = new Map(setup.channels.map((channel) => [channel.name, openListener(channel)]));
  const delivered: { readonly delivery: Delivery; readonly lines: readonly string[] }[] = [];
  const deps: AnnounceDeps = {
    store,
    clock,
    log: silentLog,
    owner: 'replay',
    url: 'https://tocsin.invalid',
    matches,
    inhibitions: () => setup.inhibitions,
    muteTimes: () => setup.muteTimes,
    random: () => 0,
    measure: {
      delivered: (delivery) =>
        void delivered.push({ delivery, lines: listeners.get(delivery.channel)?.lines() ?? [] }),
    },
    onHealth: async () => undefined,
  };

  async function tell(): Promise<void> {
    for (const { channel, dueAt } of await store.waiting()) {
      const listener = listeners.get(channel);
      if (listener === undefined || dueAt > now) continue;
      const next = await drainChannel(listener.channel, deps);
      // A row that stays due would be told for ever, and time would never pass.
      if (next !== undefined && next <= now)
        throw new Error(`${channel} has something due after it was told`);
      for (const { delivery, lines } of delivered.splice(0)) told.push(await toldOf(delivery, lines, store));
    }
  }

  return {
    store,
    now: clock.now,
    async until(at) {
      for (;;) {
        const next = earliest(await nextDue(listeners, store), await nextStep(now, store));
        if (next === undefined || next > at) break;
        now = Math.max(now, next);
        await passTime({ store, clock, kick: async () => undefined });
        await tell();
      }
      now = Math.max(now, at);
    },
    known: (source) => store.known(source),
    async take({ key, tenant, kind }, answer) {
      const failed = 'error' in answer;
      const { judged } = await takeTurn(store, {
        context: {
          source: key,
          tenant,
          kind,
          rules: setup.rules,
          root: setup.root,
          matches,
          at: now,
          explain: setup.explain ?? true,
        },
        poll: failed ? undefined : answer,
        outcome: failed ? { ok: false, error: answer.error } : { ok: true },
      });
      transitions.push(...judged.transitions);
      await tell();
      return judged;
    },
    async act(incident, act, actor) {
      const after = await actOn(incident, act, actor, { store, clock, kick: async () => undefined });
      await tell();
      return after;
    },
    silence: (silence) => store.addSilence(silence),
    transitions,
    told,
  };
}

async function nextDue(
  listeners: ReadonlyMap<string, Listener>,
  store: DecidingStore,
): Promise<Instant | undefined> {
  const rows = (await store.waiting()).filter(({ channel }) => listeners.has(channel));
  return rows.length === 0 ? undefined : Math.min(...rows.map(({ dueAt }) => dueAt));
}

/** Later than anything that can be waited for. */
const FAR: Instant = Date.UTC(9999, 0);

/** When time alone will change something: a snooze or a silence ends, what flapped has calmed down. */
async function nextStep(now: Instant, store: DecidingStore): Promise<Instant | undefined> {
  const restless = await store.incidents({ dueBy: FAR });
  const [silence] = await store.silences(now);
  return earliest(...restless.map(nextStepAt), silence?.endsAt);
}

function earliest(...times: readonly (Instant | undefined)[]): Instant | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
