import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter } from '../../../src/notify/adapter.js';
import { status } from './cards.js';
import { event, openHouse, slash, type House } from './inbound.js';
import { startSocketServer, type SocketServer } from './socket-server.js';

let server: SocketServer;
let house: House;
let adapter: Adapter;

beforeEach(async () => {
  server = await startSocketServer();
  house = await openHouse();
  house.answer(async () => ({ card: status, audience: 'asker', replaces: false }));
  const settings = { botToken: 'xoxb-1', appToken: 'xapp-1', apiUrl: server.apiUrl };
  adapter = await slack.open(settings, { log: silentLog, now: () => Date.now(), publicUrl: '' });
});

afterEach(async () => {
  await adapter.close();
  await house.close();
  await server.close();
});

describe('Socket Mode', () => {
  it('hears commands and mentions, acknowledges them and mounts nothing', async () => {
    await adapter.listen?.(house.inbox);
    const payload = Object.fromEntries(new URLSearchParams(slash('whoami', `${server.apiUrl}respond`)));
    server.send({ type: 'slash_commands', envelope_id: 'e1', accepts_response_payload: true, payload });
    await until(() => house.asks.length === 1);
    const mention = JSON.parse(event({ type: 'app_mention', text: '<@U0TOCSIN> status' })) as unknown;
    server.send({ type: 'events_api', envelope_id: 'e2', accepts_response_payload: false, payload: mention });
    await until(() => server.calls.some(({ method }) => method === 'chat.postEphemeral'));
    expect(house.asks.map((ask) => ask.text)).toEqual(['whoami', 'status']);
    await until(() => server.acks.length === 2);
    expect(server.acks).toEqual(['e1', 'e2']);
    expect((await house.send('{}')).status).toBe(404);
  });

  it('connects again after the connection broke, even when Slack refuses for a while', async () => {
    await adapter.listen?.(house.inbox);
    server.refuse('service_unavailable');
    server.drop();
    const payload = Object.fromEntries(new URLSearchParams(slash('status', `${server.apiUrl}respond`)));
    await until(() => server.asked === 2);
    server.refuse(undefined);
    await until(() => server.connections === 2);
    server.send({ type: 'slash_commands', envelope_id: 'e3', accepts_response_payload: true, payload });
    await until(() => house.asks.length === 1);
  });

  it('says at once that the app token is no good', async () => {
    server.refuse('invalid_auth');
    await expect(adapter.listen?.(house.inbox)).rejects.toMatchObject({ code: 'channel.unauthorized' });
  });
});

async function until(met: () => boolean, ms = 5_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!met()) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
