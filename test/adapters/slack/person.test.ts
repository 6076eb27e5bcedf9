import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { acknowledged, critical, messageOf } from './cards.js';
import { BOT_TOKEN, startEmulator, type Emulator } from './emulator.js';

let emulator: Emulator;
let adapter: Adapter;
let alice: string;

beforeAll(async () => {
  emulator = await startEmulator();
  const deps = { log: silentLog, now: () => Date.now(), publicUrl: '' };
  adapter = await slack.open({ botToken: BOT_TOKEN, signingSecret: 's', apiUrl: emulator.apiUrl }, deps);
  const { members } = await emulator.call('users.list');
  alice = (members as { id: string; name: string }[]).find(({ name }) => name === 'alice')?.id ?? '';
});
afterAll(async () => {
  await adapter.close();
  await emulator.close();
});

function person(id: string): Channel {
  const channel = adapter.person?.('@alice/slack', id);
  if (channel === undefined) throw new Error('Slack reaches people');
  return channel;
}

describe('a person in Slack', () => {
  it('gets a direct message that is edited in place, and found again', async () => {
    const channel = person(alice);
    const ref = await channel.post(messageOf(critical, 'page:1'));
    expect((ref as { channel: string }).channel).toMatch(/^D/);
    expect(await channel.update?.(ref, messageOf(acknowledged, 'page:1'))).toEqual(ref);
    expect(await channel.find?.(messageOf(critical, 'page:1'), 0)).toEqual(ref);
    const { messages } = await emulator.call('conversations.history', {
      channel: (ref as { channel: string }).channel,
    });
    expect((messages as { text: string }[]).map(({ text }) => text)).toEqual([acknowledged.fallback]);
  });

  it('that Slack does not know is a refusal, asked again the next time', async () => {
    const nobody = person('U0NOBODY');
    await expect(nobody.post(messageOf(critical))).rejects.toMatchObject({ code: 'channel.refused' });
    await expect(nobody.check()).rejects.toMatchObject({ code: 'channel.refused' });
    expect(await person(alice).check()).toContain(alice);
  });
});
