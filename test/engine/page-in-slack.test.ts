import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { slack } from '../../adapters/slack/index.js';
import { drainChannel } from '../../src/engine/announce.js';
import { escalate } from '../../src/engine/escalate.js';
import { openEars } from '../../src/engine/inbox.js';
import { silentLog } from '../../src/lib/log.js';
import { incidentName } from '../../src/model/incident.js';
import type { Person } from '../../src/model/person.js';
import { MINUTE } from '../../src/model/time.js';
import type { Adapter, Channel } from '../../src/notify/adapter.js';
import { BOT_TOKEN, CHANNEL, startEmulator, type Emulator } from '../adapters/slack/emulator.js';
import { openHouse, press, SECRET, type House } from '../adapters/slack/inbound.js';
import { escalating } from '../support/escalating.js';
import { aPerson } from '../support/on-call.js';
import { startSink, type Sink } from '../support/sink.js';
import { until } from '../support/until.js';
import { anIssue, aRoute, aService, aWorld, type World } from '../support/world.js';

let emulator: Emulator;
let house: House;
let sink: Sink;
let world: World;
let adapter: Adapter;
let channels: readonly Channel[];
let alice: Person;

beforeAll(async () => {
  [emulator, house, sink, world] = await Promise.all([startEmulator(), openHouse(), startSink(), aWorld()]);
  const { members } = (await emulator.call('users.list')) as {
    members: readonly { id: string; name: string }[];
  };
  const id = members.find(({ name }) => name === 'alice')?.id ?? '';
  alice = aPerson('alice', { slack: id });
  const ears = openEars({
    store: world.store,
    desk: world.desk,
    log: silentLog,
    url: 'https://tocsin.example',
    people: () => [alice],
    metrics: { commanded: () => undefined },
  });
  house.answer((ask) => ears.ask(ask));
  const settings = { botToken: BOT_TOKEN, signingSecret: SECRET, apiUrl: emulator.apiUrl };
  adapter = await slack.open(settings, { log: silentLog, now: () => world.now(), publicUrl: '' });
  const direct = adapter.person?.('@alice/slack', id);
  if (direct === undefined) throw new Error('Slack reaches people');
  channels = [adapter.channel('noc', { channel: CHANNEL }), direct];
  await adapter.listen?.(house.inbox);
});

afterAll(async () => {
  await adapter.close();
  await Promise.all([house.close(), emulator.close(), sink.close(), world.close()]);
});

it('whoever is on call is paged by direct message, acknowledges there, and the channel’s card says who has it', async () => {
  world.set.root = aRoute({ channel: 'noc', escalation: 'voice' });
  const incident = await trouble();
  await settle(incident);
  const [page] = await held(await chat());
  expect(page?.text).toMatch(/EX1|Exchange/);
  expect(JSON.stringify(page)).toContain(`ack ${incidentName(incident)}`);
  expect((await held(CHANNEL))[0]?.text).not.toContain('acknowledged');

  const place = await chat();
  const body = press(`ack ${incidentName(incident)}`, `${sink.url}/respond`, {
    user: { id: alice.slack, name: 'alice', team_id: 'T000000001' },
    channel: { id: place },
    container: { type: 'message', message_ts: page?.ts, channel_id: place, is_ephemeral: false },
  });
  expect((await house.send(body)).status).toBe(200);
  await until(async () => (await world.store.incident(incident))?.state === 'acknowledged');
  await settle(incident);

  const [card] = await held(CHANNEL);
  expect(card?.text).toContain('acknowledged by alice');
  expect(JSON.stringify(card)).toContain('ACKNOWLEDGED');
  // The page shows the same, in place.
  expect(await held(place)).toMatchObject([
    { ts: page?.ts, text: expect.stringContaining('alice') as unknown },
  ]);
});

/** A problem that Microsoft posts now; the poll before was well. */
async function trouble(): Promise<number> {
  world.answers([aService('Exchange')]);
  await world.poll();
  world.answers([aService('Exchange', { openIssues: ['EX1'] }), anIssue('EX1')]);
  await world.poll();
  const [incident] = await world.store.incidents({ subject: 'issue:EX1' });
  if (incident === undefined) throw new Error('no incident');
  return incident.id;
}

/** Everything that is due: the steps of the escalation, then cards and pages. */
async function settle(incident: number): Promise<void> {
  const deps = escalating(world, {
    people: () => [alice],
    escalations: [
      {
        name: 'voice',
        steps: [{ notify: [{ kind: 'person', name: 'alice' }], wait: 5 * MINUTE }],
        repeat: 1,
      },
    ],
    reachable: channels.map(({ name }) => name),
  });
  await escalate(incident, deps);
  for (const channel of channels) await drainChannel(channel, world.announceDeps);
}

async function chat(): Promise<string> {
  const opened = (await emulator.call('conversations.open', { users: alice.slack ?? '' })) as {
    channel: { id: string };
  };
  return opened.channel.id;
}

/** The messages of a conversation that are in no thread. */
async function held(channel: string): Promise<readonly { ts: string; text: string }[]> {
  const { messages } = (await emulator.call('conversations.history', { channel })) as {
    messages: readonly { ts: string; text: string; thread_ts?: string }[];
  };
  return messages.filter(({ ts, thread_ts: thread }) => thread === undefined || thread === ts);
}
