import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { pollOnce } from '../../src/engine/poll.js';
import { Fault } from '../../src/lib/fault.js';
import { silentLog } from '../../src/lib/log.js';
import { matches } from '../../src/lib/matchers.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE, SECOND } from '../../src/model/time.js';
import type { Source } from '../../src/sources/source.js';
import { openEmbedded } from '../../src/store/pglite.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { T0 } from '../support/builders.js';
import { Death, mortal, type Doom } from '../support/mortal.js';
import { builtinRules, rulesOf } from '../support/pack.js';
import { anIssue, aRoute, aService, recorder, type Recorder } from '../support/world.js';

let store: Store;
let runs = 0;

beforeAll(async () => {
  store = await openStore(await openEmbedded('memory://', { thread: false }));
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

/** What the API answers for one minute, how often it is asked, and where the process dies on the way, each time anew. */
interface Snapshot {
  readonly issues: readonly (string | null)[];
  readonly down: boolean;
  readonly fails: boolean;
  readonly repeats: number;
  readonly deaths: readonly Doom[];
}

const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  issues: fc.array(fc.constantFrom(null, ...Object.keys(ISSUE)), { minLength: 2, maxLength: 2 }),
  down: fc.boolean(),
  fails: fc.nat({ max: 5 }).map((chance) => chance === 0),
  repeats: fc.nat({ max: 2 }),
  deaths: fc.array(fc.record({ call: fc.integer({ min: 1, max: 40 }), done: fc.boolean() }), {
    maxLength: 3,
  }),
});

interface Run {
  /** The visible cards of the channel that edits, and the messages of the one that does not, after each snapshot. */
  readonly seen: readonly { readonly noc: readonly string[]; readonly hook: readonly string[] }[];
  readonly died: number;
}

async function run(snapshots: readonly Snapshot[], smooth: boolean): Promise<Run> {
  const tag = `-${(runs += 1)}x`;
  const key = `contoso${tag}/service-health`;
  const life = mortal();
  const noc = recorder(`noc${tag}`, { find: true });
  const hook = recorder(`hook${tag}`, { edit: false });
  let now = T0;
  let answer: readonly Fact[] | Error = [];
  const clock = { now: () => now, real: (ms: number) => ms };
  const root = aRoute({
    channel: noc.channel.name,
    routes: [aRoute({ channel: noc.channel.name, continue: true }), aRoute({ channel: hook.channel.name })],
  });
  const shared = {
    store: life.wrap(store),
    clock,
    log: silentLog,
    matches,
    rules: () => RULES,
    root: () => root,
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
  const source: Source = {
    key,
    tenant: `contoso${tag}`,
    kind: 'service-health',
    everyMs: MINUTE,
    poll: async (_memory, at) => {
      if (answer instanceof Error) throw answer;
      return {
        observation: { kind: 'service-health', at, coverage: 'full', facts: answer },
        memory: null,
        unchanged: false,
      };
    },
    look: async () => [],
    recall: async () => [],
    check: async () => [],
    budget: () => ({ left: 800, freeAt: now }),
    close: async () => undefined,
  };

  let died = 0;
  async function turn(death?: Doom): Promise<void> {
    life.live(death);
    try {
      await pollOnce(source, { ...shared, measure: { polled: () => undefined } });
      for (const { channel } of [noc, hook]) await drainChannel(life.wrap(channel), deps);
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
    answer = one.fails ? new Fault('api.denied', 'the permission is missing') : factsOf(one);
    if (!smooth) for (const death of one.deaths) await turn(death);
    await turn();
    for (let i = 0; i < (smooth ? 0 : one.repeats); i += 1) {
      now += SECOND;
      await turn();
    }
    seen.push({
      noc: shown(noc, tag), // A message that cannot be looked for may come again as well.
      hook: once(shown(hook, tag)),
    });
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
  return channel.cards().map((card) => once(card.split(' | ')).join(' | ').replaceAll(tag, ''));
}

function once(list: readonly string[]): string[] {
  return list.filter((item, i) => item !== list[i - 1]);
}

describe('any sequence of snapshots', () => {
  it('is announced as without its repetitions, and as if the process had never died on the way', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(snapshot, { minLength: 2, maxLength: 6 }), async (snapshots) => {
        const smooth = await run(snapshots, true);
        const rough = await run(snapshots, false);
        deaths += rough.died;
        expect(rough.seen).toEqual(smooth.seen);
      }),
      { numRuns: 12, seed: 20261121 },
    );
    expect(deaths).toBeGreaterThan(10);
  });
});
