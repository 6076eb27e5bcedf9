import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { homeView } from '../../../adapters/slack/home.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Reply } from '../../../src/notify/adapter.js';
import { startSink, type Sink, type SinkRequest } from '../../support/sink.js';
import { until } from '../../support/until.js';
import { acknowledged, critical, status } from './cards.js';
import { event, openHouse, press, SECRET, type House } from './inbound.js';
import { problemsOfView } from './limits.js';

let house: House;
let sink: Sink;
let adapter: Adapter;

beforeEach(async () => {
  [house, sink] = await Promise.all([openHouse(), startSink()]);
  sink.answer({ body: JSON.stringify({ ok: true, user: { real_name: 'Alice A' } }) });
  const settings = { botToken: 'xoxb-1', signingSecret: SECRET, apiUrl: `${sink.url}/api/` };
  adapter = await slack.open(settings, { log: silentLog, now: () => Date.now(), publicUrl: '' });
  await adapter.listen?.(house.inbox);
});

afterEach(async () => {
  await adapter.close();
  await Promise.all([house.close(), sink.close()]);
});

const opened = (tab: string): string => event({ type: 'app_home_opened', tab, channel: 'D1' }, 'Ev-home');
const published = (): readonly SinkRequest[] =>
  sink.requests.filter(({ path }) => path === '/api/views.publish');
const viewOf = (request: SinkRequest | undefined): string =>
  new URLSearchParams(request?.text).get('view') ?? '';

it('the home tab shows what the record knows at once, and what an API says when it has said it', async () => {
  let say: (reply: Reply) => void = () => undefined;
  house.answer(({ text }) =>
    text === 'status'
      ? new Promise<Reply>((resolve) => (say = resolve))
      : Promise.resolve(reply({ card: { ...status, title: `Answer to ${text}` } })),
  );
  await house.send(opened('home'));
  await until(() => house.asks.length === 4);
  expect(house.asks.map(({ text }) => text)).toEqual(['incidents mine', 'incidents', 'oncall', 'status']);
  expect(house.asks[0]?.speaker).toMatchObject({ id: 'U0ALICE', name: 'Alice A' });
  const first = viewOf(published()[0]);
  expect(problemsOfView(JSON.parse(first))).toEqual([]);
  for (const words of ['Answer to incidents mine', 'Answer to oncall', 'Asking Microsoft', 'report create'])
    expect(first).toContain(words);
  expect(first).toContain('"text":"Call somebody","emoji":false},"value":"page"');

  say(reply({ card: critical }));
  await sink.arrived(3);
  const second = viewOf(published()[1]);
  expect(second).toContain(critical.title);
  expect(second).not.toContain('Asking Microsoft');
});

it('the other tabs, and what fails, show nothing wrong', async () => {
  await house.send(opened('messages'));
  house.answer(async ({ text }) =>
    text === 'oncall' ? Promise.reject(new Error('store is gone')) : reply({}),
  );
  await house.send(press('', '', { ...inHome, actions: [button('home/refresh', 'x')] }));
  await adapter.close();
  expect(published()).toHaveLength(2);
  expect(viewOf(published()[1])).not.toContain('store is gone');
});

it('what a list names can be looked at in a dialog, whose buttons change it', async () => {
  const line = [{ command: 'incident INC-1042', text: 'INC-1042' }, { text: ' mail is delayed' }];
  const list = {
    ...status,
    sections: [
      {
        kind: 'list',
        items: [
          { tone: 'major', line },
          { tone: 'major', line },
        ],
      } as const,
    ],
  };
  const [, chooser] = homeView([list, list]).blocks;
  expect(chooser).toMatchObject({
    elements: [
      {
        action_id: 'home/look',
        options: [{ text: { text: 'INC-1042 mail is delayed' }, value: 'incident INC-1042' }],
      },
    ],
  });

  house.answer(async ({ text }) =>
    reply(text.startsWith('ack') ? { replaces: true, card: acknowledged } : { card: critical }),
  );
  const chosen = {
    action_id: 'home/look',
    block_id: 'b',
    type: 'static_select',
    selected_option: { value: 'incident INC-1042' },
    action_ts: '1.8',
  };
  await house.send(press('', '', { ...inHome, actions: [chosen] }));
  const [opened] = await sink.arrived(1);
  expect(opened?.path).toBe('/api/views.open');
  const view = JSON.parse(viewOf(opened)) as { title: object };
  expect(problemsOfView(view)).toEqual([]);
  expect(view).toMatchObject({ title: { text: 'incident INC-1042' }, private_metadata: 'incident INC-1042' });
  expect(viewOf(opened)).toContain('tocsin:ack');

  const dialog = { id: 'V2', type: 'modal', private_metadata: 'incident INC-1042' };
  const inDialog = { ...inHome, container: { type: 'view', view_id: 'V2' }, view: dialog };
  await house.send(press('', '', { ...inDialog, actions: [button('tocsin:ack', 'ack INC-1042')] }));
  const [, changed] = await sink.arrived(2);
  expect(changed?.path).toBe('/api/views.update');
  expect(viewOf(changed)).toContain('ACKNOWLEDGED');

  house.forms({ open: async () => ({ form }), submit: async () => undefined });
  await house.send(press('', '', { ...inDialog, actions: [button('form/tocsin:note', 'note INC-1042')] }));
  const [, , pushed] = await sink.arrived(3);
  expect(pushed?.path).toBe('/api/views.push');
});

it('what Slack opens no dialog for any more is a direct message', async () => {
  house.answer(async () => reply({}));
  sink.next({ body: JSON.stringify({ ok: false, error: 'expired_trigger_id' }) });
  const chosen = {
    action_id: 'home/look',
    type: 'static_select',
    selected_option: { value: 'status' },
    action_ts: '1.9',
  };
  await house.send(press('', '', { ...inHome, actions: [chosen] }));
  const [, told] = await sink.arrived(2);
  expect(Object.fromEntries(new URLSearchParams(told?.text))).toMatchObject({
    channel: 'U0ALICE',
    text: status.fallback,
  });
});

it('a button there is answered in the conversation with the bot', async () => {
  house.answer(async () => reply({ audience: 'everyone' }));
  await house.send(press('', '', { ...inHome, actions: [button('tocsin:details', 'incident INC-1042')] }));
  const [told] = await sink.arrived(1);
  expect(told?.path).toBe('/api/chat.postMessage');
  expect(Object.fromEntries(new URLSearchParams(told?.text))).toMatchObject({ channel: 'U0ALICE' });
});

it('the tab stays within the limits however much there is to tell', () => {
  const items = Array.from(
    { length: 400 },
    (_, i) => ({ tone: 'major', line: [{ text: `${i} `.repeat(700) }] }) as const,
  );
  const long = { ...critical, sections: [{ kind: 'list', items } as const] };
  const view = homeView([long, long, long, long]);
  expect(problemsOfView(view)).toEqual([]);
});

const form = { opens: 'note INC-1042', title: 'Note', submit: 'Note', about: '', fields: [] };
const inHome = { container: { type: 'view', view_id: 'V1' }, channel: undefined, response_url: undefined };

function button(action_id: string, value: string): object {
  return { action_id, block_id: 'b', type: 'button', value, action_ts: '1795230600.7' };
}

function reply(over: Partial<Reply>): Reply {
  return { card: status, audience: 'asker', replaces: false, ...over };
}
