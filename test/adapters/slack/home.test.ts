import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { homeView } from '../../../adapters/slack/home.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Reply } from '../../../src/notify/adapter.js';
import { startSink, type Sink, type SinkRequest } from '../../support/sink.js';
import { until } from '../../support/until.js';
import { critical, status } from './cards.js';
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

const inHome = { container: { type: 'view', view_id: 'V1' }, channel: undefined, response_url: undefined };

function button(action_id: string, value: string): object {
  return { action_id, block_id: 'b', type: 'button', value, action_ts: '1795230600.7' };
}

function reply(over: Partial<Reply>): Reply {
  return { card: status, audience: 'asker', replaces: false, ...over };
}
