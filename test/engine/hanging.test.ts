import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { slack } from '../../adapters/slack/index.js';
import { teams } from '../../adapters/teams/index.js';
import { webhook } from '../../adapters/webhook/index.js';
import { drainChannel } from '../../src/engine/announce.js';
import type { AnnounceDeps } from '../../src/engine/announce-deps.js';
import { openPace } from '../../src/engine/pace.js';
import { silentLog } from '../../src/lib/log.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE } from '../../src/model/time.js';
import type { AdapterPlug, Channel } from '../../src/notify/adapter.js';
import { startConnector } from '../support/connector.js';
import { startGate, type Gate } from '../support/gate.js';
import { startSink } from '../support/sink.js';
import { until } from '../support/until.js';
import { anIssue, aRoute, aService, aWorld, type World } from '../support/world.js';

const KINDS = ['slack', 'teams', 'webhook'] as const;
type Kind = (typeof KINDS)[number];

/** A real adapter before a real server that can keep silent, and what it was told. */
interface End {
  readonly channel: Channel;
  readonly gate: Gate;
  readonly heard: () => string;
}

let world: World;
let deps: AnnounceDeps;
let ends: Readonly<Record<Kind, End>>;
const facts = new Map<string, Fact>();
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  world = await aWorld();
  world.set.root = aRoute({ routes: KINDS.map((channel) => aRoute({ channel, continue: true })) });
  deps = { ...world.announceDeps, pace: openPace({ now: () => world.now(), real: (ms) => ms }) };
  ends = { slack: await openSlack(), teams: await openTeams(), webhook: await openWebhook() };
  world.answers([aService('Exchange')]);
  await world.poll();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await world.close();
});

async function openSlack(): Promise<End> {
  const sink = await kept(startSink());
  sink.answer({ body: JSON.stringify({ ok: true, channel: 'C0000001', ts: '1.1', messages: [] }) });
  const gate = await kept(startGate(sink.url));
  const settings = { botToken: 'xoxb-1', signingSecret: 's', apiUrl: `${gate.url}/api/` };
  const channel = await open(slack, settings, { channel: 'C0000001' });
  return { channel, gate, heard: () => sink.requests.map(({ text }) => decodeURIComponent(text)).join('\n') };
}

async function openTeams(): Promise<End> {
  const connector = await kept(startConnector());
  const gate = await kept(startGate(connector.url));
  const { conversation } = connector;
  const channel = await open(teams, { insecureLocal: true }, { conversation, serviceUrl: gate.url });
  return { channel, gate, heard: () => connector.said.join('\n') };
}

async function openWebhook(): Promise<End> {
  const sink = await kept(startSink());
  const gate = await kept(startGate(sink.url));
  const channel = await open(webhook, undefined, { url: `${gate.url}/alerts`, timeout: '60s' });
  return { channel, gate, heard: () => sink.requests.map(({ text }) => text).join('\n') };
}

async function kept<T extends { close(): Promise<unknown> }>(opening: Promise<T>): Promise<T> {
  const opened = await opening;
  closers.push(() => opened.close());
  return opened;
}

async function open(plug: AdapterPlug, settings: unknown, channel: unknown): Promise<Channel> {
  const how = { log: silentLog, now: () => world.now(), publicUrl: '' };
  const adapter = await kept(plug.open(plug.settings?.parse(settings), how));
  return adapter.channel(plug.kind, plug.channel.parse(channel));
}

it.each(KINDS)(
  'while %s does not answer, the others are told at once, and what it is told late is seen',
  async (hung) => {
    const id = `EX-${hung}`;
    const { gate, channel, heard } = ends[hung];
    const others = KINDS.filter((kind) => kind !== hung).map((kind) => ends[kind]);
    const tellOthers = async (): Promise<readonly boolean[]> => {
      await Promise.all(others.map((end) => drainChannel(end.channel, deps)));
      return others.map((end) => end.heard().includes(title));
    };
    let title = `Mail of ${hung} is late`;
    const is = async (over: JsonObject): Promise<void> => {
      facts.set(id, anIssue(id, { title, ...over }));
      world.answers([...facts.values()]);
      await world.poll();
    };
    await is({});
    gate.next('mute');
    const asked = gate.requests.length;
    const late = drainChannel(channel, deps);
    await until(() => gate.requests.length > asked);
    expect(await tellOthers()).toEqual([true, true]);

    // It still waits when there is more to tell.
    world.wait(3 * MINUTE);
    title = `Mail of ${hung} is lost`;
    await is({ status: 'serviceInterruption', level: 'critical' });
    expect(await tellOthers()).toEqual([true, true]);
    expect(heard()).not.toContain(`Mail of ${hung}`);

    // The connection breaks at last: it is told what stands by now.
    gate.hangUp();
    await late;
    expect(heard()).toContain(title);
    const { id: incident = 0 } = (await world.store.incidents({ subject: `issue:${id}` }))[0] ?? {};
    const deliveries = await world.store.deliveries({ topic: `incident:${incident}`, channel: hung });
    const told = deliveries.map(
      ({ outcome, action, lateMs }) => `${outcome} ${action} ${lateMs / MINUTE} min late`,
    );
    expect(told.filter((line) => line.includes('post')).reverse()).toEqual([
      'unknown post 3 min late',
      'accepted post 3 min late',
    ]);
  },
);
