import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { slack } from '../../../adapters/slack/index.js';
import { faultLine, isFault } from '../../../src/lib/fault.js';
import { silentLog, type Log } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { acknowledged, critical, messageOf } from './cards.js';
import { BOT_TOKEN, CHANNEL, DEAF_TOKEN, startEmulator, type Emulator } from './emulator.js';
import { startRelay, type Relay } from './relay.js';

let emulator: Emulator;
let relay: Relay;
const open: Adapter[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  relay = await startRelay(emulator.apiUrl);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((adapter) => adapter.close()));
});

afterAll(async () => {
  await relay.close();
  await emulator.close();
});

describe('a channel of Slack', () => {
  it('posts a card once, edits it in place and keeps its key', async () => {
    const noc = await channel();
    const ref = await noc.post(messageOf(critical, 'edit-me'));
    const again = await noc.update?.(ref, messageOf(acknowledged, 'edit-me'));
    expect(again).toEqual(ref);

    const [kept, ...others] = await heldWith('edit-me');
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      ts: (ref as { ts: string }).ts,
      text: acknowledged.fallback,
      metadata: { event_type: 'tocsin_card', event_payload: { key: 'edit-me' } },
      attachments: [{ color: '#d1242f' }, { color: '#d1242f' }],
    });
    expect(JSON.stringify(kept)).toContain('ACKNOWLEDGED');
  });

  it('writes history into the thread', async () => {
    const noc = await channel();
    const ref = (await noc.post(messageOf(critical, 'threaded'))) as { channel: string; ts: string };
    await noc.thread?.(ref, {
      at: critical.at,
      who: 'alice <!here>',
      text: [{ kind: 'paragraph', inlines: [{ text: 'took it & works on it' }] }],
      broadcast: true,
    });
    const { messages } = (await emulator.call('conversations.replies', ref)) as { messages: unknown[] };
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatchObject({
      text: 'alice &lt;!here&gt;: took it &amp; works on it',
      thread_ts: ref.ts,
      reply_broadcast: true,
    });
    expect(JSON.stringify(messages[1])).toContain('*alice &lt;!here&gt;* · <!date^');
  });

  it('finds the card again after its answer was lost', async () => {
    const noc = await channel({ apiUrl: relay.url });
    const since = Date.now();
    relay.loseNextAnswer();
    const error = await noc.post(messageOf(critical, 'lost')).catch((reason: unknown) => reason);
    expect(isFault(error, 'channel.unknown-outcome')).toBe(true);

    const [held] = await heldWith('lost');
    expect(await noc.find?.(messageOf(critical, 'lost'), since)).toEqual({
      channel: CHANNEL,
      ts: held?.['ts'],
    });
    expect(await noc.find?.(messageOf(critical, 'never sent'), since)).toBeUndefined();
  });

  it('says once which scope would find lost posts, and goes on without', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    const noc = await channel({ botToken: DEAF_TOKEN, log });
    expect(await noc.find?.(messageOf(critical, 'x'), 0)).toBeUndefined();
    expect(await noc.find?.(messageOf(critical, 'x'), 0)).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('channels:history');
    expect(lines[0]).not.toContain(DEAF_TOKEN);
  });

  it('an edit that is lost may simply be repeated', async () => {
    const noc = await channel({ apiUrl: relay.url });
    const ref = await noc.post(messageOf(critical, 'edit lost'));
    relay.loseNextAnswer();
    const error = await noc
      .update?.(ref, messageOf(acknowledged, 'edit lost'))
      .catch((reason: unknown) => reason);
    expect(isFault(error, 'channel.failed')).toBe(true);
    expect(await noc.update?.(ref, messageOf(acknowledged, 'edit lost'))).toEqual(ref);
  });

  it('says that a message to edit is gone', async () => {
    const noc = await channel();
    const ref = (await noc.post(messageOf(critical, 'deleted'))) as { channel: string; ts: string };
    await emulator.call('chat.delete', ref);
    await expect(noc.update?.(ref, messageOf(acknowledged))).rejects.toMatchObject({
      code: 'channel.message-gone',
    });
    await expect(noc.update?.('nonsense', messageOf(acknowledged))).rejects.toMatchObject({
      code: 'channel.message-gone',
    });
  });

  it('refuses an unknown channel with what to do about it', async () => {
    const noc = await channel({ channel: 'C0NOSUCH' });
    const error = await noc.post(messageOf(critical)).catch((reason: unknown) => reason);
    expect(isFault(error, 'channel.refused')).toBe(true);
    expect(faultLine(error)).toMatch(/chat\.postMessage with channel_not_found\..*\/invite @Tocsin/);
  });

  it('tells doctor who it is and where it may post', async () => {
    expect(await (await channel()).check()).toMatch(/^Signed in to Contoso as tocsin\. #general: /);
    expect(await (await channel({ botToken: DEAF_TOKEN })).check()).toContain('scope channels:read');
  });
});

async function channel(
  over: { apiUrl?: string; botToken?: string; channel?: string; log?: Log } = {},
): Promise<Channel> {
  const settings = {
    botToken: over.botToken ?? BOT_TOKEN,
    signingSecret: 's',
    apiUrl: over.apiUrl ?? emulator.apiUrl,
  };
  const adapter = await slack.open(settings, {
    log: over.log ?? silentLog,
    now: () => Date.now(),
    publicUrl: 'https://tocsin.example',
  });
  open.push(adapter);
  return adapter.channel('noc', { channel: over.channel ?? CHANNEL });
}

async function heldWith(key: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await emulator.call('conversations.history', { channel: CHANNEL, limit: '200' });
  const messages = answer['messages'] as { metadata?: { event_payload?: { key?: string } } }[];
  return messages.filter(({ metadata }) => metadata?.event_payload?.key === key);
}
