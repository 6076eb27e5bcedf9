import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Reply } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { critical, status } from './cards.js';
import { event, openHouse, press, SECRET, slash, type House } from './inbound.js';
import { problemsOf } from './limits.js';

let house: House;
/** Slack's side: the Web API under /api/, a response_url under /respond. */
let sink: Sink;
let adapter: Adapter;

beforeEach(async () => {
  house = await openHouse();
  sink = await startSink();
  sink.answer({
    body: JSON.stringify({ ok: true, channel: 'C000000001', ts: '2.2', user: { real_name: 'Alice A' } }),
  });
  adapter = await openAdapter();
});

afterEach(async () => {
  await adapter.close();
  await house.close();
  await sink.close();
});

describe('what is believed to come from Slack', () => {
  const hello = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 't' });

  it('answers the address check', async () => {
    const answer = await house.send(hello);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { challenge: 'abc' }]);
  });

  it.each([
    ['another signature', { signature: `v0=${'0'.repeat(64)}` }],
    ['another version of signature', { signature: 'v9=1' }],
    ['no signature', { unsigned: true }],
    ['a time six minutes ago', { skew: -360 }],
    ['a time six minutes ahead', { skew: 360 }],
  ])('refuses %s', async (_, over) => {
    const answer = await house.send(slash('status', `${sink.url}/respond`), over);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'unauthorized' } });
    expect(house.asks).toEqual([]);
  });

  it.each([-280, 280])('takes a time %i s away', async (skew) => {
    expect((await house.send(hello, { skew })).status).toBe(200);
  });

  it('refuses a body above 1 MiB and survives one that is no JSON', async () => {
    expect((await house.send(JSON.stringify({ x: 'y'.repeat(1024 * 1024) }))).status).toBe(413);
    expect((await house.send('{ nonsense')).status).toBe(400);
  });

  it('answers ssl_check, and acts on nothing smuggled into it', async () => {
    const smuggled = `ssl_check=1&${slash('ack INC-1', `${sink.url}/respond`)}`;
    expect((await house.send(smuggled, { unsigned: true })).status).toBe(200);
    expect(house.asks).toEqual([]);
  });
});

describe('/tocsin', () => {
  it('is acknowledged at once and answered later', async () => {
    const { promise, resolve } = withResolvers<Reply>();
    house.answer(() => promise);
    const begun = performance.now();
    const ack = await house.send(slash('ack INC-1 it&apos;s &lt;mine&gt; “x”', `${sink.url}/respond`));
    expect([ack.status, ack.text]).toEqual([200, '']);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(sink.requests).toEqual([]);

    resolve(reply({ audience: 'everyone' }));
    const [sent] = await sink.arrived(1);
    expect(sent?.path).toBe('/respond');
    expect(sent?.body).toMatchObject({ response_type: 'in_channel', text: status.fallback });
    expect(problemsOf(sent?.body)).toEqual([]);
    expect(house.asks).toMatchObject([
      {
        text: 'ack INC-1 it&apos;s <mine> "x"',
        speaker: { platform: 'slack', id: 'U0ALICE', name: 'alice' },
        button: false,
        channel: 'noc',
        conversation: 'C000000001',
      },
    ]);
  });

  it('tells only the asker what is for the asker', async () => {
    house.answer(async () => reply({ audience: 'asker' }));
    await house.send(slash('whoami', `${sink.url}/respond`, { channel_id: 'C0ELSEWHERE' }));
    const [sent] = await sink.arrived(1);
    expect(sent?.body).toMatchObject({ response_type: 'ephemeral' });
    expect(house.asks[0]?.channel).toBeUndefined();
  });

  it('answers as the bot when the response_url takes nothing', async () => {
    house.answer(async () => reply({}));
    sink.next({ status: 404, body: 'expired_url' });
    await house.send(slash('status', `${sink.url}/respond`));
    const [, sent] = await sink.arrived(2);
    expect(sent?.path).toBe('/api/chat.postEphemeral');
    expect(form(sent?.text)).toMatchObject({ channel: 'C000000001', user: 'U0ALICE', text: status.fallback });
  });

  it('says so when the answer itself fails, and goes on', async () => {
    house.answer(async () => Promise.reject(new Error('store is gone')));
    await house.send(slash('status', `${sink.url}/respond`));
    const [sent] = await sink.arrived(1);
    expect(sent?.body).toMatchObject({ response_type: 'ephemeral' });
    expect(sent?.text).not.toContain('store is gone');
  });

  it('is acted on once, also after a restart', async () => {
    house.answer(async () => reply({}));
    const body = slash('ack INC-1', `${sink.url}/respond`);
    await house.send(body);
    await sink.arrived(1);
    await house.send(body);
    await adapter.close();
    adapter = await openAdapter();
    expect((await house.send(body)).status).toBe(200);
    await house.send(slash('status', `${sink.url}/respond`, { trigger_id: 'trigger-2' }));
    await sink.arrived(2);
    expect(house.asks.map((ask) => ask.text)).toEqual(['ack INC-1', 'status']);
  });

  it('acknowledges what is not for it', async () => {
    const other = await house.send(slash('x', `${sink.url}/respond`, { command: '/other' }));
    expect([other.status, other.text.includes('/tocsin')]).toEqual([200, true]);
    const view = JSON.stringify({
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U1' },
      view: { callback_id: 'v' },
    });
    expect((await house.send(new URLSearchParams({ payload: view }).toString())).status).toBe(200);
    expect(house.asks).toEqual([]);
  });
});

describe('a button', () => {
  it('runs its command as the one who pressed it; the engine edits the card', async () => {
    house.answer(async () => reply({ replaces: true }));
    expect((await house.send(press('ack INC-1', `${sink.url}/respond`))).status).toBe(200);
    await house.send(press('ack INC-1', `${sink.url}/respond`));
    await house.send(press('details', `${sink.url}/respond`, {}, '1795230601.1'));
    await until(() => house.asks.length === 2);
    expect(house.asks[0]).toMatchObject({
      text: 'ack INC-1',
      speaker: { platform: 'slack', id: 'U0ALICE', name: 'alice' },
      button: true,
      channel: 'noc',
    });
    await adapter.close();
    expect(sink.requests).toEqual([]);
  });

  it('answers an error to the presser alone', async () => {
    house.answer(async () => reply({ audience: 'everyone' }));
    await house.send(press('ack INC-1', `${sink.url}/respond`));
    const [sent] = await sink.arrived(1);
    expect(sent?.body).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: status.fallback,
    });
  });

  it('changes a card that only its asker sees', async () => {
    house.answer(async () => reply({ replaces: true }));
    const container = { type: 'message', message_ts: '1.1', channel_id: 'C000000001', is_ephemeral: true };
    await house.send(press('ack INC-1', `${sink.url}/respond`, { container }));
    const [sent] = await sink.arrived(1);
    expect(sent?.body).toMatchObject({ replace_original: true });
  });

  it('changes the card of an answer, which nobody else does', async () => {
    house.answer(async () => reply({ audience: 'everyone', card: critical }));
    await house.send(slash('incident INC-1', `${sink.url}/respond`));
    const [answered] = await sink.arrived(1);
    const { attachments } = answered?.body as { attachments: { blocks: { block_id?: string }[] }[] };
    const block = attachments.flatMap(({ blocks }) => blocks).find(({ block_id: id }) => id !== undefined);

    house.answer(async () => reply({ replaces: true }));
    const action = {
      action_id: 'tocsin:ack',
      block_id: block?.block_id,
      type: 'button',
      value: 'ack INC-1',
      action_ts: '7',
    };
    await house.send(press('', `${sink.url}/respond`, { actions: [action] }));
    const [, changed] = await sink.arrived(2);
    expect(changed?.body).toMatchObject({
      replace_original: true,
      response_type: 'in_channel',
      text: status.fallback,
    });
  });

  it('that is a link, or not ours, is only acknowledged', async () => {
    expect((await house.send(press(undefined, `${sink.url}/respond`))).status).toBe(200);
    const actions = [{ action_id: 'other', block_id: 'b', type: 'button', value: 'x', action_ts: '1' }];
    expect((await house.send(press('x', `${sink.url}/respond`, { actions }))).status).toBe(200);
    expect(house.asks).toEqual([]);
  });
});

it('a workspace that takes the app out is said of its channels at once', async () => {
  await house.send(event({ type: 'app_uninstalled' }, 'Ev-gone'));
  await until(() => house.words.length > 0);
  expect(house.words).toEqual([expect.stringMatching(/^noc: Tocsin was removed from the Slack workspace T/)]);
});

describe('the address of somebody who asks', () => {
  const identity = { status: 200, body: JSON.stringify({ ok: true, team_id: 'T1', user: 'tocsin' }) };
  const user = (over: object) => ({
    status: 200,
    body: JSON.stringify({ ok: true, user: { team_id: 'T1', profile: { email: 'a@contoso.com' }, ...over } }),
  });

  it.each([
    ['one of the workspace', {}, ['a@contoso.com']],
    ['somebody of another workspace', { team_id: 'T2' }, []],
    ['a stranger of a shared channel', { is_stranger: true }, []],
    ['a guest', { is_restricted: true }, []],
    ['an address that was never confirmed', { is_email_confirmed: false }, []],
    ['no address, or no scope for it', { profile: {} }, []],
    [
      'one of the workspace, in an organisation',
      { team_id: 'T9', enterprise_user: { teams: ['T1'] } },
      ['a@contoso.com'],
    ],
  ])('is taken of: %s', async (_who, over, expected) => {
    house.answer(async () => reply({ audience: 'asker' }));
    await house.send(slash('whoami', `${sink.url}/respond`));
    await sink.arrived(1);
    sink.next(user(over), identity);
    expect(await house.asks[0]?.speaker.emails?.()).toEqual(expected);
  });

  it('is none when Slack does not say it', async () => {
    house.answer(async () => reply({ audience: 'asker' }));
    await house.send(slash('whoami', `${sink.url}/respond`));
    await sink.arrived(1);
    sink.next({ status: 200, body: JSON.stringify({ ok: false, error: 'missing_scope' }) });
    expect(await house.asks[0]?.speaker.emails?.()).toEqual([]);
  });
});

describe('what is said to the bot', () => {
  it('is answered in the thread, once', async () => {
    house.answer(async () => reply({ audience: 'everyone' }));
    const mention = event({
      type: 'app_mention',
      text: '<@U0TOCSIN> status  <http://a.example|a.example> &amp; x',
    });
    expect((await house.send(mention)).status).toBe(200);
    const [, sent] = await sink.arrived(2);
    expect(sent?.path).toBe('/api/chat.postMessage');
    expect(form(sent?.text)).toMatchObject({
      channel: 'C000000001',
      thread_ts: '1795230600.000100',
      text: status.fallback,
    });
    expect(house.asks[0]).toMatchObject({
      text: 'status a.example & x',
      speaker: { platform: 'slack', id: 'U0ALICE', name: 'Alice A' },
      channel: 'noc',
    });
    await house.send(mention);
    await adapter.close();
    expect(house.asks).toHaveLength(1);
  });

  it.each([
    [undefined, { channel: 'C000000001', user: 'U0ALICE' }],
    ['1.0', { channel: 'C000000001', user: 'U0ALICE', thread_ts: '1.0' }],
  ])('is answered to the asker alone where it is for nobody else (thread %s)', async (thread, place) => {
    house.answer(async () => reply({ audience: 'asker' }));
    const said = { type: 'app_mention', text: '<@U0TOCSIN> report sales' };
    await house.send(event(thread === undefined ? said : { ...said, thread_ts: thread }));
    const [, sent] = await sink.arrived(2);
    expect(sent?.path).toBe('/api/chat.postEphemeral');
    const told = form(sent?.text);
    expect(told).toMatchObject({ ...place, text: status.fallback });
    expect(told['thread_ts']).toBe(thread);
  });

  it('may come as a direct message, within a thread', async () => {
    house.answer(async () => reply({}));
    await house.send(
      event({ type: 'message', channel_type: 'im', channel: 'D1', text: 'help', thread_ts: '1.0' }),
    );
    const [, sent] = await sink.arrived(2);
    expect(form(sent?.text)).toMatchObject({ channel: 'D1', thread_ts: '1.0' });
  });

  it.each([
    ['a bot', { type: 'message', channel_type: 'im', bot_id: 'B1', text: 'x' }],
    ['a bot that mentions us', { type: 'app_mention', bot_id: 'B1', text: 'x' }],
    ['an edit', { type: 'message', channel_type: 'im', subtype: 'message_changed' }],
    ['an edited mention', { type: 'app_mention', edited: { user: 'U1', ts: '1' }, text: 'x' }],
    ['a message in a channel', { type: 'message', channel_type: 'channel', text: 'x' }],
  ])('is not %s', async (_, inner) => {
    expect((await house.send(event(inner))).status).toBe(200);
    await adapter.close();
    expect(house.asks).toEqual([]);
    expect(sink.requests).toEqual([]);
  });
});

async function openAdapter(): Promise<Adapter> {
  const settings = { botToken: 'xoxb-1', signingSecret: SECRET, apiUrl: `${sink.url}/api/` };
  const opened = await slack.open(settings, { log: silentLog, now: () => Date.now(), publicUrl: '' });
  opened.channel('noc', { channel: 'C000000001' });
  await opened.listen?.(house.inbox);
  return opened;
}

function reply(over: Partial<Reply>): Reply {
  return { card: status, audience: 'asker', replaces: false, ...over };
}

function form(text: string | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function until(met: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!met()) {
    if (performance.now() > deadline) throw new Error('not within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
