import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { drainChannel } from '../../src/engine/announce.js';
import { Fault } from '../../src/lib/fault.js';
import { parseMatcher } from '../../src/lib/matchers.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/model/time.js';
import { pollOnce } from '../../src/engine/poll.js';
import type { Fact } from '../../src/model/source.js';
import type { Channel } from '../../src/notify/adapter.js';
import type { Source } from '../../src/sources/source.js';
import type { Store } from '../../src/store/store.js';
import { memoryStore } from '../support/record.js';
import { anIssue, aRoute, aService, aWorld, forgetEarlier, post, type World } from '../support/world.js';

let store: Store;
let world: World;
let n = 0;

beforeAll(async () => {
  store = await memoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  // One record, another tenant's source each: tests do not see each other's incidents.
  n += 1;
  world = await aWorld({ store, key: `contoso/service-health/${n}` });
  await forgetEarlier(store);
});

const well = [aService('Exchange')];
const issue = (over = {}) => [aService('Exchange', { openIssues: [`EX${n}`] }), anIssue(`EX${n}`, over)];
const theIncident = async () => (await store.incidents({ subject: `issue:EX${n}` }))[0];

describe('the life of an issue', () => {
  it('is one card, edited each time, with its history in its thread and no re-opening by the late report', async () => {
    world.answers(well);
    await world.turn();
    world.answers(issue({ classification: 'advisory' }));
    await world.turn();
    for (const [minutes, change] of [
      [30, { ...post('Traffic is being moved.', world.now() + 30 * MINUTE), classification: 'advisory' }],
      [30, { ...post('Half of it is moved.', world.now() + 60 * MINUTE), classification: 'advisory' }],
      [10, { ...post('Half of it is moved.', world.now() + 60 * MINUTE), classification: 'incident' }],
      [
        60,
        {
          ...post('It works again.', world.now() + 130 * MINUTE),
          classification: 'incident',
          status: 'serviceRestored',
          statusText: 'Service restored',
          active: false,
          level: 'ok',
        },
      ],
      [
        2880,
        {
          ...post('A report has been published.', world.now() + 50 * HOUR),
          classification: 'incident',
          status: 'postIncidentReviewPublished',
          statusText: 'Post-incident review published',
          active: false,
          level: 'ok',
          pir: true,
        },
      ],
    ] as const) {
      world.wait(minutes * MINUTE);
      world.answers(issue(change));
      await world.turn();
    }
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(1);
    expect(world.noc.cards()).toHaveLength(1);
    const [card = ''] = world.noc.cards();
    expect(card).toMatch(/^resolved resolved/);
    expect(card.split(' | ').slice(1)).toEqual([
      'Traffic is being moved.',
      'Half of it is moved.',
      'Classification changed from advisory to incident.',
      'Severity raised from warning to major.',
      expect.stringMatching(/^INC-\d+ is major now and nobody has it: /),
      'Status: Service degradation → Service restored',
      'It works again.',
      expect.stringMatching(/^Resolved: Exchange Online/),
      'Status: Service restored → Post-incident review published',
      'Microsoft published the post-incident report.',
    ]);
    expect((await theIncident())?.state).toBe('resolved');
    // The webhook is told again when what it is told has changed: opened, two posts, promoted, resolved.
    expect(world.hook.calls).toEqual(['post', 'post', 'post', 'post', 'post']);
    expect(world.hook.cards().at(-1)).toMatch(/^resolved/);
  });

  it('stays one card when Microsoft moves its beginning back', async () => {
    world.answers(well);
    await world.turn();
    world.answers(issue());
    await world.turn();
    world.answers(issue({ startedAt: new Date(world.now() - 9 * HOUR).toISOString() }));
    world.wait(MINUTE);
    await world.turn();
    expect(world.noc.calls.filter((call) => call === 'post')).toEqual(['post']);
    expect(await store.incidents({ subject: `issue:EX${n}` })).toHaveLength(1);
  });

  it('of many tenants is one card where the route groups by subject alone, until it is over for all', async () => {
    const root = aRoute({ groupBy: ['subject'] });
    world.set.root = root;
    const other: Source = { ...world.source, tenant: 'fabrikam', key: `fabrikam/service-health/${n}` };
    const both = async (facts: readonly Fact[], otherFacts: readonly Fact[] = facts): Promise<void> => {
      world.answers(facts);
      await world.poll();
      world.answers(otherFacts);
      await pollOnce(other, world.pollDeps);
      await world.announce();
      world.wait(MINUTE);
    };
    await both(well);
    await both(issue());
    const [incident, ...more] = await store.incidents({ subject: `issue:EX${n}` });
    expect(more).toEqual([]);
    expect(incident?.alerts.map(({ tenant }) => tenant).sort()).toEqual(['contoso', 'fabrikam']);
    expect(world.noc.calls.filter((call) => call === 'post')).toEqual(['post']);
    await both(well, issue());
    expect((await theIncident())?.state).toBe('open');
    await both(well);
    expect((await theIncident())?.state).toBe('resolved');
    expect(world.noc.cards()).toHaveLength(1);
  });

  it('makes no sound the second time, and exactly two from A to B to A', async () => {
    for (const facts of [well, well, issue(), issue(), issue(), well, well]) {
      world.answers(facts);
      await world.turn();
      world.wait(MINUTE);
    }
    expect(world.noc.calls.filter((call) => call !== 'thread')).toEqual(['post', 'edit']);
    expect(world.hook.calls).toEqual(['post', 'post']);
  });
});

describe('the first poll', () => {
  it('is a baseline: one summary of what is open, pages nobody, and a card of its own at the first change', async () => {
    world.answers([
      aService('Teams', { status: 'serviceDegradation', active: true, level: 'major' }),
      ...issue(),
    ]);
    await world.turn();
    await world.turn();
    expect(world.noc.cards()).toHaveLength(1);
    expect(world.noc.cards()[0]).toMatch(/2/);
    world.wait(MINUTE);
    world.answers([
      aService('Teams', { status: 'serviceDegradation', active: true, level: 'major' }),
      ...issue(post('News.', world.now())),
    ]);
    await world.turn();
    expect(world.noc.cards()).toHaveLength(2);
  });

  it('says nothing when nothing is open, and when it fails opens an incident about the source alone', async () => {
    world.answers(
      new Fault('api.denied', 'Graph refused: ServiceHealth.Read.All is missing.', { status: 403 }),
    );
    await world.turn();
    expect(world.noc.cards()).toEqual([expect.stringMatching(/blind.*ServiceHealth.Read.All/)]);
    world.answers(well);
    await world.turn();
    expect(world.noc.cards()).toEqual([expect.stringMatching(/^resolved/)]);
  });
});

describe('a failed poll', () => {
  it('neither opens nor closes anything about the service, and tells the blindness once', async () => {
    world.answers(well);
    await world.turn();
    world.answers(issue());
    await world.turn();
    world.answers(new Fault('api.unreachable', 'graph did not answer'));
    for (let i = 0; i < 6; i += 1) {
      world.wait(MINUTE);
      await world.turn();
    }
    expect(world.noc.calls.filter((call) => call === 'post')).toHaveLength(2);
    expect((await theIncident())?.state).toBe('open');
    world.answers(issue());
    await world.turn();
    expect(world.noc.cards().map((card) => card.split(' ')[0])).toEqual(['firing', 'resolved']);
  });
});

describe('the record of deliveries', () => {
  const told = async (channel = 'noc') =>
    [...(await store.deliveries({ topic: `incident:${(await theIncident())?.id}`, channel }))].reverse();
  const open = async (root = aRoute()): Promise<void> => {
    world.set.root = root;
    world.answers(well);
    await world.poll();
    world.answers(issue());
    await world.turn();
  };

  it('has why it was told, what the platform said, and when it is tried again', async () => {
    world.noc.fail.push({
      error: new Fault('channel.throttled', 'slow down', { retryAfterMs: 200 * SECOND }),
    });
    await open();
    world.wait(200 * SECOND);
    await world.announce();
    expect(await told()).toMatchObject([
      { outcome: 'throttled', action: 'post', reason: 'first', answer: 'slow down', until: world.now() },
      { outcome: 'accepted', action: 'post', reason: 'first', lateMs: 200 * SECOND },
    ]);
    expect((await told())[1]).not.toHaveProperty('answer');
  });

  it('has why it was held, and until when that is looked at again', async () => {
    const days = [1, 2, 3, 4, 5, 6, 7];
    world.set.muteTimes.push({ name: 'always', timeZone: 'UTC', times: [{ days, from: 0, to: 1440 }] });
    await open(aRoute({ muteTimes: ['always'] }));
    expect(await told()).toMatchObject([
      { outcome: 'held', reason: 'muted: mute time always', until: world.now() + MINUTE },
    ]);
  });

  it('has that it was over before anybody was to be told', async () => {
    await open(aRoute({ groupWait: 30 * SECOND }));
    world.wait(30 * SECOND);
    world.answers(well);
    await world.turn();
    expect(await told()).toMatchObject([
      {
        outcome: 'not-told',
        reason: 'never-announced: it was over after 30 s, before anybody was to be told',
      },
    ]);
  });

  it('has why nobody was reminded', async () => {
    await open();
    await world.act((await theIncident())?.id ?? 0, { do: 'ack' });
    await world.announce();
    world.wait(DAY);
    await world.announce();
    expect((await told()).at(-1)).toMatchObject({
      outcome: 'not-told',
      reason: 'acknowledged: no reminder, alice has it',
    });
  });

  it('has the way through the routes with the incident', async () => {
    await open(aRoute({ routes: [aRoute({ matchers: [parseMatcher('severity=~"major|critical"')] })] }));
    expect((await theIncident())?.destinations).toMatchObject([
      {
        channel: 'noc',
        via: [
          { node: 'route', matchers: [] },
          { node: 'routes[0]', matchers: ['severity=~"major|critical"'] },
        ],
      },
    ]);
  });
});

describe('what each rule decided', () => {
  it('is on record with its values, for what fired and for what stayed silent, and not while the source fails', async () => {
    world.answers(well);
    await world.poll();
    world.answers(issue({ nextUpdateBy: new Date(world.now() + HOUR).toISOString() }));
    await world.poll();
    const subject = `issue:EX${n}`;
    const key = world.source.key;
    const kept = async () =>
      (await store.evaluations({ subject, source: key })).map(({ rule, state, trace }) => [
        rule,
        state,
        trace?.holds,
      ]);
    expect(await kept()).toEqual([
      ['next-update-missed', 'silent', false],
      ['service-issue', 'firing', true],
    ]);
    world.wait(2 * HOUR);
    world.answers(new Error('gone'));
    await world.poll();
    expect(await kept()).toEqual([
      ['next-update-missed', 'silent', false],
      ['service-issue', 'firing', true],
    ]);
    world.answers(issue({ nextUpdateBy: new Date(world.now() - HOUR).toISOString() }));
    await world.poll();
    const [fired] = await store.decisions({ subject, rule: 'next-update-missed' });
    expect(fired).toMatchObject({
      outcome: 'firing',
      source: key,
      evaluation: { at: world.now(), state: 'firing' },
    });
    expect(JSON.stringify(fired?.evaluation?.trace)).toContain('timestamp(now.nextUpdateBy) + duration');
  });
});

describe('delivery', () => {
  const open = async (): Promise<void> => {
    world.answers(well);
    await world.poll();
    world.answers(issue());
    await world.poll();
  };

  it('waits for the group, then tells the newest state', async () => {
    world.set.root = aRoute({ groupWait: 30 * SECOND });
    await open();
    await world.announce();
    expect(world.noc.cards()).toEqual([]);
    world.wait(30 * SECOND);
    await world.announce();
    expect(world.noc.cards()).toHaveLength(1);
  });

  it('never tells what was over before its time came', async () => {
    world.set.root = aRoute({ groupWait: 30 * SECOND });
    await open();
    world.answers(well);
    await world.poll();
    world.wait(MINUTE);
    await world.announce();
    expect(world.noc.calls).toEqual([]);
  });

  it('loses nothing while the channel is away, keeps the order, and says that it is late', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.unreachable', 'connection refused') });
    await world.announce();
    expect(world.noc.cards()).toEqual([]);
    world.wait(10 * MINUTE);
    await world.announce();
    expect(world.noc.cards()).toEqual([expect.stringMatching(/late.*connection refused/i)]);
  });

  it('waits as long as the platform asks and leaves the channel alone until then', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.throttled', 'slow down', { retryAfterMs: 20_000 }) });
    await world.announce();
    world.wait(19 * SECOND);
    await world.announce();
    expect(world.noc.calls).toEqual(['post']);
    world.wait(SECOND);
    await world.announce();
    expect(world.noc.cards()).toHaveLength(1);
    expect((await store.channels()).find(({ channel }) => channel === 'noc')?.state).toBe('ok');
  });

  it('resolves an unknown outcome by looking: the message is found and edited', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.unknown-outcome', 'no answer in 10 s'), lost: true });
    await world.announce();
    world.wait(10 * SECOND);
    await world.announce();
    expect(world.noc.calls).toEqual(['post', 'find', 'edit']);
    expect(world.noc.cards()).toHaveLength(1);
  });

  it('posts anew when the message with the unknown outcome is not there', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.unknown-outcome', 'no answer in 10 s') });
    await world.announce();
    world.wait(10 * SECOND);
    await world.announce();
    expect(world.noc.calls).toEqual(['post', 'find', 'post']);
    expect(world.noc.cards()).toHaveLength(1);
  });

  it('posts a card anew when somebody deleted it', async () => {
    await open();
    await world.announce();
    world.noc.delete();
    const [incident] = await store.incidents({ subject: `issue:EX${n}` });
    await world.act(incident?.id ?? 0, { do: 'note', text: 'looking' });
    world.noc.fail.push({ error: new Fault('channel.message-gone', 'message_not_found') });
    await world.announce();
    await world.announce();
    expect(world.noc.calls).toEqual(['post', 'edit', 'post', 'thread']);
    expect(world.noc.cards()).toEqual([expect.stringMatching(/ \| looking$/)]);
  });

  it('puts what happened before the card could be posted into its thread', async () => {
    world.set.root = aRoute({ groupWait: 30 * SECOND });
    await open();
    for (const news of ['First news.', 'Second news.']) {
      world.wait(10 * SECOND);
      world.answers(issue(post(news, world.now())));
      await world.turn();
    }
    world.wait(10 * SECOND);
    await world.announce();
    expect(world.noc.cards()).toEqual([expect.stringMatching(/ \| First news\. \| Second news\.$/)]);
    expect(world.noc.calls).toEqual(['post', 'thread', 'thread']);
  });

  it('tells the thread what happened while the outcome of the card was unknown', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.unknown-outcome', 'no answer in 10 s'), lost: true });
    await world.announce();
    world.wait(10 * SECOND);
    world.answers(issue(post('News meanwhile.', world.now())));
    await world.turn();
    expect(world.noc.calls).toEqual(['post', 'find', 'edit', 'thread']);
    expect(world.noc.cards()).toEqual([expect.stringMatching(/ \| News meanwhile\.$/)]);
  });

  it('posts no second card when the thread of a new one fails', async () => {
    world.set.root = aRoute({ groupWait: 30 * SECOND });
    await open();
    world.wait(10 * SECOND);
    world.answers(issue(post('News.', world.now())));
    await world.poll();
    world.wait(20 * SECOND);
    const real = world.noc.channel.thread;
    let failures = 0;
    const shaky: Channel = {
      ...world.noc.channel,
      thread: async (ref, line) => {
        if (failures++ === 0) throw new Fault('channel.failed', 'internal_error');
        await real?.(ref, line);
      },
    };
    await drainChannel(shaky, world.announceDeps);
    world.wait(10 * SECOND);
    await drainChannel(shaky, world.announceDeps);
    expect(world.noc.calls).toEqual(['post', 'thread']);
    expect(world.noc.cards()).toEqual([expect.stringMatching(/ \| News\.$/)]);
  });

  it('tells late what was over before the channel came back', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.unreachable', 'connection refused') });
    await world.announce();
    world.wait(10 * MINUTE);
    world.answers(well);
    await world.turn();
    world.wait(10 * MINUTE);
    await world.announce();
    expect(world.noc.cards()).toEqual([expect.stringMatching(/^resolved .*late/)]);
  });

  it('tells another channel that one refuses, and that it is well again', async () => {
    await open();
    world.noc.fail.push({ error: new Fault('channel.refused', 'not_in_channel') });
    await world.announce();
    expect(world.hook.cards().some((card) => /noc.*not_in_channel/.test(card))).toBe(true);
    world.wait(5 * MINUTE);
    await world.announce();
    await world.announce();
    expect(world.noc.cards().filter((card) => card.startsWith('firing'))).toHaveLength(1);
  });

  it('reminds as long as nobody has it', async () => {
    await open();
    await world.announce();
    world.wait(4 * HOUR);
    await world.announce();
    expect(world.noc.cards()[0]).toMatch(/still major and nobody has it/);
    const incident = await theIncident();
    await world.act(incident?.id ?? 0, { do: 'ack' });
    await world.announce();
    world.wait(DAY);
    await world.announce();
    expect(world.noc.calls).toEqual(['post', 'thread', 'edit', 'thread']);
  });

  it('is quiet while silenced, but the card there shows the truth', async () => {
    await open();
    await world.announce();
    const incident = await theIncident();
    await world.act(incident?.id ?? 0, { do: 'silence', durationMs: 6 * HOUR, comment: 'known' });
    await world.announce();
    world.wait(5 * HOUR);
    await world.announce();
    world.answers(issue({ ...post('More.', world.now()), status: 'serviceInterruption' }));
    await world.turn();
    expect(world.noc.calls).toEqual(['post', 'edit', 'thread', 'edit', 'thread', 'thread']);
    expect(world.noc.cards()[0]).toMatch(/critical/i);
    expect(world.hook.calls).toEqual(['post']);
    world.wait(2 * HOUR);
    await world.announce();
    expect(world.hook.calls).toEqual(['post', 'post']);
  });

  it('is inhibited by the blindness of its own source when the settings say so', async () => {
    world.set.inhibitions.push({
      source: [parseMatcher('severity="major"')],
      target: [parseMatcher('severity="warning"')],
      equal: ['tenant'],
    });
    await open();
    world.answers([...issue(), anIssue(`TM${n}`, { classification: 'advisory' })]);
    await world.turn();
    expect(world.noc.cards()).toHaveLength(1);
  });

  it('the audit finds a card that nobody was about to send', async () => {
    await open();
    for (const row of await store.due('noc', world.now(), 10)) await store.settle(row, { deliveries: [] });
    world.wait(10 * MINUTE);
    expect(await world.audit()).toBeGreaterThan(0);
    await world.announce();
    expect(world.noc.cards().filter((card) => card.includes(`EX${n}`))).toHaveLength(1);
    expect(await world.audit()).toBe(0);
  });

  it('two workers at one channel tell it once', async () => {
    await open();
    await Promise.all([world.announce(), world.announce(), world.announce()]);
    expect(world.noc.calls).toEqual(['post']);
  });

  it('two polls at once commit one turn', async () => {
    world.answers(well);
    await world.poll();
    world.answers(issue());
    await Promise.all([world.poll(), world.poll(), world.poll()]);
    expect(await store.incidents({ subject: `issue:EX${n}` })).toHaveLength(1);
  });
});
