import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { isFault, type FaultCode } from '../../../src/lib/fault.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { plain } from '../../../src/model/rich.js';
import { startSink, type Sink, type SinkAnswer } from '../../support/sink.js';
import { AT, incident, messageOf, openStore } from './fixtures.js';

const CONVERSATION = '19:abc@thread.tacv2';
const REF = { conversation: `${CONVERSATION};messageid=17`, activityId: '17', serviceUrl: '' };
const line = { at: AT, who: 'alice', text: plain('on it') };

describe('a Teams channel', () => {
  let connector: Sink;
  let adapter: Adapter;
  let channel: Channel;
  let ref: typeof REF;
  const store = openStore();

  beforeAll(async () => {
    connector = await startSink();
    adapter = await teams.open(teams.settings?.parse({ insecureLocal: true }), {
      log: silentLog,
      now: () => AT,
      publicUrl: '',
      memory: store.memory,
    });
    channel = adapter.channel(
      'noc',
      teams.channel.parse({ conversation: CONVERSATION, serviceUrl: connector.url }),
    );
    ref = { ...REF, serviceUrl: connector.url };
  });

  beforeEach(() => connector.clear());

  afterAll(async () => {
    await adapter.close();
    await connector.close();
  });

  const created = (): SinkAnswer => ({
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: `${CONVERSATION};messageid=17`, activityId: '17' }),
  });

  it('posts a new root message and gives its address', async () => {
    connector.next(created());
    expect(await channel.post(messageOf(incident()))).toEqual(ref);
    const [request] = connector.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v3/conversations',
      body: {
        isGroup: true,
        channelData: { channel: { id: CONVERSATION } },
        activity: {
          type: 'message',
          attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
        },
      },
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(store.stored.get(`teams:card:${CONVERSATION}:incident:1042`)).toMatchObject({
      ref,
      adopted: false,
    });
  });

  it('edits in place and writes into the thread', async () => {
    expect(await channel.update?.(ref, messageOf(incident()))).toEqual(ref);
    await channel.thread?.(ref, line);
    const thread = encodeURIComponent(`${CONVERSATION};messageid=17`);
    expect(connector.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /v3/conversations/${thread}/activities/17`,
      `POST /v3/conversations/${thread}/activities`,
    ]);
    expect(connector.bodies()[1]).toMatchObject({
      textFormat: 'plain',
      text: '2026-11-21 03:10 UTC · alice: on it',
    });
  });

  it('edits the message that was found to be there instead of posting a second one', async () => {
    const found = { ...messageOf(incident()), topic: 'incident:7' };
    await store.memory.put(`teams:card:${CONVERSATION}:incident:7`, { ref, adopted: true, card: null });
    expect(await channel.post(found)).toEqual(ref);
    expect(connector.requests.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('uses the service address that was heard', async () => {
    await store.memory.put('teams:conversation:19:heard@thread.tacv2', {
      conversation: '19:heard@thread.tacv2',
      serviceUrl: connector.url,
    });
    const heard = adapter.channel('heard', {
      conversation: '19:heard@thread.tacv2',
      serviceUrl: 'http://127.0.0.1:1',
    });
    connector.next(created());
    await heard.post(messageOf(incident()));
    expect(connector.requests).toHaveLength(1);
  });

  it('sends to a chat without a new conversation', async () => {
    const chat = adapter.channel('chat', { conversation: '19:x@thread.v2', serviceUrl: connector.url });
    connector.next({ status: 201, body: '{"id":"99"}' });
    expect(await chat.post(messageOf(incident()))).toMatchObject({
      conversation: '19:x@thread.v2',
      activityId: '99',
    });
  });

  it('proves with the roster that it is in the conversation', async () => {
    connector.next({ body: JSON.stringify({ members: [{ id: '29:alex', name: 'Alex Wilber' }] }) });
    expect(await channel.check()).toContain('Alex Wilber');
    expect(connector.requests[0]?.method).toBe('GET');
  });

  type Does = 'post' | 'update' | 'thread' | 'check';
  const attempt = (does: Does): Promise<unknown> =>
    ({
      post: () => channel.post(messageOf(incident())),
      update: () => channel.update?.(ref, messageOf(incident())) ?? Promise.resolve(),
      thread: () => channel.thread?.(ref, line) ?? Promise.resolve(),
      check: () => channel.check(),
    })[does]();

  const error = (code: string, subCode?: string): string =>
    JSON.stringify({
      error: { code, message: 'No. Really.', ...(subCode === undefined ? {} : { subCode }) },
    });

  const table: readonly [Does, SinkAnswer, FaultCode][] = [
    ['post', { status: 429, retryAfter: 7 }, 'channel.throttled'],
    ['update', { status: 429, retryAfter: 7 }, 'channel.throttled'],
    ['post', { status: 412 }, 'channel.unknown-outcome'],
    ['post', { status: 502 }, 'channel.unknown-outcome'],
    ['post', { status: 503 }, 'channel.unknown-outcome'],
    ['post', { status: 504 }, 'channel.unknown-outcome'],
    ['thread', { status: 504 }, 'channel.unknown-outcome'],
    ['post', { status: 500 }, 'channel.failed'],
    ['update', { status: 412 }, 'channel.failed'],
    ['update', { status: 502 }, 'channel.failed'],
    ['update', { status: 503 }, 'channel.failed'],
    ['post', { status: 401 }, 'channel.unauthorized'],
    ['post', { status: 403, body: error('BotNotInConversationRoster') }, 'channel.refused'],
    ['post', { status: 403, body: error('Forbidden', 'MessageWritesBlocked') }, 'channel.refused'],
    ['post', { status: 400, body: error('BadSyntax') }, 'channel.refused'],
    ['post', { status: 404, body: error('ConversationNotFound') }, 'channel.refused'],
    ['update', { status: 404 }, 'channel.message-gone'],
    ['thread', { status: 404 }, 'channel.message-gone'],
    ['post', { status: 413, body: error('MessageSizeTooBig') }, 'channel.too-large'],
    ['post', { reset: true }, 'channel.unknown-outcome'],
    ['update', { reset: true }, 'channel.unknown-outcome'],
    ['check', { reset: true }, 'channel.unreachable'],
    ['check', { status: 403 }, 'channel.refused'],
  ];
  for (const [does, answer, code] of table) {
    it(`${does}: ${answer.reset === true ? 'a broken connection' : (answer.status ?? 0)} is ${code}, after one request`, async () => {
      connector.next(answer);
      const fault: unknown = await attempt(does).catch((caught: unknown) => caught);
      if (!isFault(fault)) throw new Error(`no fault: ${String(fault)}`);
      expect(fault.code).toBe(code);
      expect(connector.requests).toHaveLength(1);
      if (answer.retryAfter !== undefined) expect(fault.retryAfterMs).toBe(7_000);
      if (answer.body?.includes('MessageWritesBlocked') === true)
        expect(fault.advice).toContain('install it');
    });
  }

  it('never reached the service: channel.unreachable', async () => {
    const nowhere = adapter.channel('nowhere', {
      conversation: '19:n@thread.tacv2',
      serviceUrl: 'http://127.0.0.1:1',
    });
    await expect(nowhere.post(messageOf(incident()))).rejects.toMatchObject({ code: 'channel.unreachable' });
  });

  it('refuses an address of another conversation', async () => {
    const other = { ...ref, conversation: '19:other@thread.tacv2;messageid=1' };
    await expect(channel.update?.(other, messageOf(incident()))).rejects.toMatchObject({
      code: 'channel.message-gone',
    });
  });
});
