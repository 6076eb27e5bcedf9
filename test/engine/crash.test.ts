import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { pollOnce } from '../../src/engine/poll.js';
import { Fault } from '../../src/lib/fault.js';
import { silentLog } from '../../src/lib/log.js';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import type { RouteNode } from '../../src/model/route.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE, SECOND } from '../../src/model/time.js';
import type { Source } from '../../src/sources/source.js';
import type { Store } from '../../src/store/store.js';
import { T0 } from '../support/builders.js';
import { Death, mortal, type Doom } from '../support/mortal.js';
import { builtinRules, rulesOf } from '../support/pack.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aRoute, aService, recorder, type Recorder } from '../support/world.js';

let store: Store;
let runs = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());

const RULES = [
  ...builtinRules(),
  ...rulesOf(`
- name: teams-down
  source: service-health
  subject: 'service:'
  when: now.status == "serviceInterruption"
  for: 1m
  keep: 2m
  severity: warning
  summary: '{{name}} is down'
- name: review
  source: service-health
  subject: 'issue:'
  once: true
  when: now.pir
  severity: info
  summary: '{{id}} has its review'
`),
];

const ISSUE: Readonly<Record<string, Parameters<typeof anIssue>[1]>> = {
  advisory: { classification: 'advisory' },
  incident: {},
  interrupted: { status: 'serviceInterruption', latestPost: 'It got worse.' },
  over: { status: 'serviceRestored', active: false, level: 'ok' },
  reviewed: { status: 'postIncidentReviewPublished', active: false, level: 'ok', pir: true },
};

/** How often the API is asked within one minute, and where the process dies on the way, each time anew. */
interface Course {
  readonly repeats: number;
  readonly deaths: readonly Doom[];
}

/** What the API answers for one minute. */
interface Snapshot extends Course {
  readonly issues: readonly (string | null)[];
  readonly down: boolean;
  readonly fails: boolean;
}

const course = (calls: number) => ({
  repeats: fc.nat({ max: 2 }),
  deaths: fc.array(fc.record({ call: fc.integer({ min: 1, max: calls }), done: fc.boolean() }), {
    maxLength: 3,
  }),
});
const state = fc.constantFrom(null, ...Object.keys(ISSUE));
const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  issues: fc.array(state, { minLength: 2, maxLength: 2 }),
  down: fc.boolean(),
  fails: fc.nat({ max: 5 }).map((chance) => chance === 0),
  ...course(40),
});

/** The state of one issue in each of several tenants. */
interface Shared extends Course {
  readonly states: readonly (string | null)[];
}

const SHARERS = ['a', 'b', 'c'];
const shared: fc.Arbitrary<Shared> = fc.record({
  states: fc.array(state, { minLength: SHARERS.length, maxLength: SHARERS.length }),
  ...course(90),
});

/** Who is watched, where it is told, and what the API answers. `tag` keeps a run apart from all others on the record. */
interface Setting<S> {
  readonly tenants: readonly string[];
  readonly channels: readonly Recorder[];
  readonly root: RouteNode;
  readonly answer: (one: S, tenant: string) => readonly Fact[] | Error;
}

const alone = (tag: string): Setting<Snapshot> => {
  const noc = recorder(`noc${tag}`, { find: true });
  const hook = recorder(`hook${tag}`, { edit: false });
  return {
    tenants: [`contoso${tag}`],
    channels: [noc, hook],
    root: aRoute({
      channel: noc.channel.name,
      routes: [aRoute({ channel: noc.channel.name, continue: true }), aRoute({ channel: hook.channel.name })],
    }),
    answer: (one) => (one.fails ? new Fault('api.denied', 'the permission is missing') : factsOf(one)),
  };
};

/** The operator's channel counts the tenants, one customer has a channel of its own, and a webhook hears of all. */
const together = (tag: string): Setting<Shared> => {
  const tenants = SHARERS.map((name) => `${name}${tag}`);
  const channels = [
    recorder(`noc${tag}`, { find: true }),
    recorder(`own${tag}`, { find: true }),
    recorder(`hook${tag}`, { edit: false }),
  ];
  const [noc = '', own = '', hook = ''] = channels.map(({ channel }) => channel.name);
  const node = (over: Partial<RouteNode>) => aRoute({ acrossTenants: true, continue: true, ...over });
  return {
    tenants,
    channels,
    root: node({
      channel: noc,
      routes: [
        node({ channel: own, matchers: [parseMatcher(`tenant="${tenants[0]}"`)] }),
        node({ channel: noc }),
        node({ channel: hook }),
      ],
    }),
    answer: ({ states }, tenant) => {
      const known = states[tenants.indexOf(tenant)] ?? null;
      return known === null ? [] : [anIssue(`EX${tag}`, ISSUE[known])];
    },
  };
};

interface Run {
  /** What each channel shows after each snapshot: the visible cards, and the messages of a channel that cannot edit. */
  readonly seen: readonly (readonly (readonly string[])[])[];
  readonly died: number;
}

async function run<S extends Course>(
  snapshots: readonly S[],
  smooth: boolean,
  setting: (tag: string) => Setting<S>,
): Promise<Run> {
  const tag = `-${(runs += 1)}x`;
  const life = mortal();
  const { tenants, channels, root, answer } = setting(tag);
  let now = T0;
  let answers: (tenant: string) => readonly Fact[] | Error = () => [];
  const clock = { now: () => now, real: (ms: number) => ms };
  const shared = {
    store: life.wrap(store),
    clock,
    log: silentLog,
    matches,
    rules: () => RULES,
    root: () => root,
    tenants: () => tenants,
  };
  const deps: AnnounceDeps = {
    ...shared,
    owner: 'test',
    url: 'https://tocsin.example',
    inhibitions: () => [],
    muteTimes: () => [],
    random: () => 0,
    measure: { delivered: () => undefined },
    onHealth: async () => undefined,
  };
  const sources = tenants.map((tenant): Source => ({
    key: `${tenant}/service-health`,
    tenant,
    kind: 'service-health',
    everyMs: MINUTE,
    poll: async (_memory, at) => {
      const facts = answers(tenant);
      if (facts instanceof Error) throw facts;
      return {
        observation: { kind: 'service-health', at, coverage: 'full', facts },
        memory: null,
        unchanged: false,
      };
    },
    look: async () => [],
    recall: async () => [],
    check: async () => [],
    budget: () => ({ left: 800, freeAt: now }),
    close: async () => undefined,
  }));

  let died = 0;
  async function turn(death?: Doom): Promise<void> {
    life.live(death);
    try {
      for (const source of sources)
        await pollOnce(source, { ...shared, measure: { polled: () => undefined } });
      for (const { channel } of channels) await drainChannel(life.wrap(channel), deps);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      died += 1;
      // What held the channel is gone with its process.
      await store.releaseAll();
    }
  }

  const seen = [];
  for (const [minute, one] of snapshots.entries()) {
    now = T0 + minute * MINUTE;
    answers = (tenant) => answer(one, tenant);
    if (!smooth) for (const death of one.deaths) await turn(death);
    await turn();
    for (let i = 0; i < (smooth ? 0 : one.repeats); i += 1) {
      now += SECOND;
      await turn();
    }
    // A message that cannot be looked for may come again as well.
    seen.push(
      channels.map((one) => (one.channel.update === undefined ? once(shown(one, tag)) : shown(one, tag))),
    );
  }
  return { seen, died };
}

function factsOf({ issues, down }: Snapshot): Fact[] {
  return [
    ...issues.flatMap((state, i) => (state === null ? [] : [anIssue(`EX${i}`, ISSUE[state])])),
    aService('Teams', down ? { status: 'serviceInterruption', active: true } : {}),
  ];
}

/** The cards that stand there, each once whatever happened. A line may come again when nobody knows whether it arrived. */
function shown(channel: Recorder, tag: string): string[] {
  return channel.cards().map((card) =>
    once(card.split(' | '))
      .join(' | ')
      .replaceAll(tag, '')
      .replace(/INC-\d+/g, 'INC'),
  );
}

function once(list: readonly string[]): string[] {
  return list.filter((item, i) => item !== list[i - 1]);
}

describe('any sequence of snapshots', () => {
  it('is announced as without its repetitions, and as if the process had never died on the way', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(snapshot, { minLength: 2, maxLength: 6 }), async (snapshots) => {
        const smooth = await run(snapshots, true, alone);
        const rough = await run(snapshots, false, alone);
        deaths += rough.died;
        expect(rough.seen).toEqual(smooth.seen);
      }),
      { numRuns: 12, seed: 20261121 },
    );
    expect(deaths).toBeGreaterThan(10);
  });

  it('of an issue that several tenants share, each audience hears the same whatever dies', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(shared, { minLength: 2, maxLength: 5 }), async (snapshots) => {
        const smooth = await run(snapshots, true, together);
        const rough = await run(snapshots, false, together);
        deaths += rough.died;
        expect(rough.seen).toEqual(smooth.seen);
        for (const [, own = []] of rough.seen) for (const card of own) expect(card).not.toContain('tenants');
      }),
      { numRuns: 8, seed: 20261121 },
    );
    expect(deaths).toBeGreaterThan(10);
  });
});
