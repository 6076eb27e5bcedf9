import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Told } from '../../../src/engine/replay/channel.js';
import { openReplay, type Replay, type ReplaySource } from '../../../src/engine/replay/replay.js';
import type { IncidentAct } from '../../../src/commands/command.js';
import { Fault } from '../../../src/lib/fault.js';
import { parseMatcher } from '../../../src/lib/matchers.js';
import type { Fact } from '../../../src/model/source.js';
import { MINUTE, SECOND } from '../../../src/model/time.js';
import type { Poll } from '../../../src/sources/source.js';
import type { DecidingStore, Store } from '../../../src/store/store.js';
import { T0 } from '../../support/builders.js';
import { builtinRules, rulesOf } from '../../support/pack.js';
import { memoryStore } from '../../support/record.js';
import { anIssue, aRoute, aService } from '../../support/world.js';

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
  for: 2m
  keep: 3m
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

/** Things that may happen; what they are about is among few, so that they meet. */
type Deed =
  | { readonly do: 'poll'; readonly issues: readonly (string | null)[]; readonly down: boolean }
  | { readonly do: 'fail'; readonly code: 'api.denied' | 'api.unreachable' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'ack' | 'unack' | 'resolve' | 'note'; readonly issue: number }
  | { readonly do: 'silence' | 'snooze'; readonly issue: number; readonly ms: number };

const STATES: Readonly<Record<string, Parameters<typeof anIssue>[1]>> = {
  advisory: { classification: 'advisory' },
  incident: {},
  interrupted: { status: 'serviceInterruption' },
  over: { status: 'serviceRestored', active: false, level: 'ok' },
  reviewed: { status: 'postIncidentReviewPublished', active: false, level: 'ok', pir: true },
};

const issue = fc.nat({ max: 2 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      issues: fc.array(fc.constantFrom(null, ...Object.keys(STATES)), { minLength: 3, maxLength: 3 }),
      down: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('fail' as const), code: fc.constantFrom('api.denied', 'api.unreachable') }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(20 * SECOND, MINUTE, 3 * MINUTE, 12 * MINUTE),
    }),
  },
  fc.record({ do: fc.constantFrom('ack', 'unack', 'resolve', 'note'), issue }),
  fc.record({
    do: fc.constantFrom('silence', 'snooze'),
    issue,
    ms: fc.constantFrom(5 * MINUTE, 20 * MINUTE),
  }),
);

/** Everything that could be seen of a replay, with the numbers of its incidents in its own order. */
async function play(deeds: readonly Deed[], tag: string, kept?: DecidingStore): Promise<object> {
  const tenant = `contoso${tag}`;
  const names = { noc: `noc${tag}`, hook: `hook${tag}` };
  const source: ReplaySource = { key: `${tenant}/service-health`, tenant, kind: 'service-health' };
  const route = { groupWait: 30 * SECOND, groupInterval: 2 * MINUTE, repeatInterval: 10 * MINUTE };
  const replay = openReplay({
    start: T0,
    rules: RULES,
    root: aRoute({
      channel: names.noc,
      routes: [
        aRoute({ ...route, channel: names.noc, continue: true }),
        aRoute({ ...route, channel: names.hook, groupBy: ['tenant', 'alertname'] }),
      ],
    }),
    inhibitions: [
      {
        source: [parseMatcher('severity="critical"')],
        target: [parseMatcher('severity="warning"')],
        equal: ['tenant'],
      },
    ],
    muteTimes: [],
    channels: [
      { name: names.noc, living: true },
      { name: names.hook, living: false },
    ],
    ...(kept === undefined ? {} : { store: kept }),
  });
  for (const one of deeds) await act(one, replay, source);
  await replay.until(replay.now() + 5 * MINUTE);
  const incidents = [...(await replay.store.incidents({ tenant }))].sort((a, b) => a.id - b.id);
  const timelines = await Promise.all(incidents.map(({ id }) => replay.store.timeline(id)));
  const seen = {
    transitions: replay.transitions,
    told: [...replay.told].sort(byTopic),
    alerts: await replay.store.alerts({ tenant }),
    incidents,
    timelines,
  };
  return JSON.parse(
    plain(
      seen,
      tag,
      incidents.map(({ id }) => id),
    ),
  ) as object;
}

/** Of what is told at one moment to one channel about several incidents, nothing has to come first. */
function byTopic(a: Told, b: Told): number {
  const numberOf = ({ topic }: Told): number => Number(/\d+$/.exec(topic)?.[0] ?? 0);
  return a.at - b.at || a.channel.localeCompare(b.channel) || numberOf(a) - numberOf(b);
}

async function act(one: Deed, replay: Replay, source: ReplaySource): Promise<void> {
  const who = { name: 'alice', via: 'slack' } as const;
  switch (one.do) {
    case 'poll':
      await replay.take(source, pollOf(one, replay.now()));
      return;
    case 'fail':
      await replay.take(source, { error: new Fault(one.code, 'it did not work') });
      return;
    case 'wait':
      return replay.until(replay.now() + one.ms);
    case 'silence':
      await replay.silence({
        matchers: [parseMatcher(`subject="issue:EX${one.issue}"`), parseMatcher(`tenant="${source.tenant}"`)],
        startsAt: replay.now(),
        endsAt: replay.now() + one.ms,
        author: who,
        comment: '',
      });
      return;
    default: {
      const [incident] = await replay.store.incidents({
        subject: `issue:EX${one.issue}`,
        tenant: source.tenant,
      });
      if (incident !== undefined) await replay.act(incident.id, actOf(one), who);
    }
  }
}

function actOf(one: Exclude<Deed, { do: 'poll' | 'fail' | 'wait' | 'silence' }>): IncidentAct {
  if (one.do === 'note') return { do: 'note', text: 'hm' };
  return 'ms' in one ? { do: 'snooze', durationMs: one.ms } : { do: one.do };
}

function pollOf({ issues, down }: Extract<Deed, { do: 'poll' }>, at: number): Poll {
  const facts: Fact[] = issues.flatMap((state, i) =>
    state === null ? [] : [anIssue(`EX${i}`, STATES[state])],
  );
  const status = down ? { status: 'serviceInterruption', active: true } : {};
  return {
    observation: {
      kind: 'service-health',
      at,
      coverage: 'full',
      facts: [...facts, aService('Teams', status)],
    },
    memory: null,
    unchanged: false,
  };
}

/** Names of this run and numbers of its incidents as those of any run; fingerprints hold the tenant's name. */
function plain(value: unknown, tag: string, ids: readonly number[]): string {
  const prints = new Map<string, string>();
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'id' || key === 'incident')
      return ids.includes(Number(inner)) ? ids.indexOf(Number(inner)) : inner;
    if (typeof inner !== 'string') return inner;
    const topic = /^incident:(\d+)$/.exec(inner)?.[1];
    if (topic !== undefined) return `incident ${ids.indexOf(Number(topic))}`;
    if (/^[0-9a-f]{16}$/.test(inner)) {
      const name = prints.get(inner) ?? `print ${prints.size}`;
      prints.set(inner, name);
      return name;
    }
    const words = inner.replace(/(#|INC-)\d+/g, '$1n');
    return tag === '' ? words : words.replaceAll(tag, '');
  });
}

describe('the record in memory', () => {
  it('decides and tells, whatever happens, as the one on Postgres does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 10 }), async (deeds) => {
        const tag = `-${(runs += 1)}x`;
        expect(await play(deeds, tag)).toEqual(await play(deeds, tag, store));
      }),
      { numRuns: 12, seed: 20261121 },
    );
  });

  it('has something to say in such a run', async () => {
    const seen = (await play(
      [
        { do: 'poll', issues: [null, null, null], down: false },
        { do: 'poll', issues: ['incident', 'interrupted', 'advisory'], down: true },
        { do: 'wait', ms: 3 * MINUTE },
        { do: 'ack', issue: 0 },
        { do: 'poll', issues: ['over', 'interrupted', 'advisory'], down: true },
        { do: 'wait', ms: 12 * MINUTE },
      ],
      '',
    )) as { readonly told: readonly { readonly do: string }[] };
    expect(new Set(seen.told.map((one) => one.do))).toEqual(new Set(['hold', 'post', 'edit', 'remind']));
  });
});
