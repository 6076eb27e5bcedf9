import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { AT, incident, messageOf, openStore } from './fixtures.js';

const ALICE = '29:1alice';

describe('a person in Teams', () => {
  let connector: Sink;
  let adapter: Adapter;
  const store = openStore();

  const open = async (): Promise<Adapter> =>
    teams.open(teams.settings?.parse({ insecureLocal: true, serviceUrl: connector.url }), {
      log: silentLog,
      now: () => AT,
      publicUrl: '',
      memory: store.memory,
    });
  const json = (body: object) => ({
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  beforeAll(async () => {
    connector = await startSink();
    adapter = await open();
  });
  beforeEach(() => connector.clear());
  afterAll(async () => {
    await adapter.close();
    await connector.close();
  });

  it('gets a chat that is made once, also over a restart', async () => {
    connector.next(json({ id: 'a:chat-with-alice' }));
    connector.next(json({ id: 'm1' }));
    const ref = await adapter.person?.('@alice/teams', ALICE).post(messageOf(incident()));
    expect(ref).toEqual({ conversation: 'a:chat-with-alice', activityId: 'm1', serviceUrl: connector.url });
    expect(connector.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v3/conversations',
      body: { isGroup: false, members: [{ id: ALICE }] },
    });
    await adapter.close();
    adapter = await open();
    connector.clear();
    connector.next(json({ id: 'm2' }));
    await adapter.person?.('@alice/teams', ALICE).post(messageOf(incident()));
    expect(connector.requests.map(({ path }) => path)).toEqual([
      `/v3/conversations/${encodeURIComponent('a:chat-with-alice')}/activities`,
    ]);
  });

  it('who has not installed the app is refused, clearly', async () => {
    connector.next({
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        error: { code: 'BotNotInConversationRoster', message: 'The bot is not part of it.' },
      }),
    });
    await expect(adapter.person?.('@bob/teams', '29:1bob').post(messageOf(incident()))).rejects.toMatchObject(
      {
        code: 'channel.refused',
      },
    );
  });
});
