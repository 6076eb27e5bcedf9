import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import { HOUR } from '../../../src/model/time.js';
import type { Adapter } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { until } from '../../support/until.js';
import { openWeek, type PlayedWeek } from '../../support/week.js';
import { openHouse, SECRET, slash, type House } from './inbound.js';

let week: PlayedWeek;
let house: House;
let sink: Sink;
let adapter: Adapter;

beforeAll(async () => {
  [week, house, sink] = await Promise.all([openWeek(), openHouse(), startSink()]);
  sink.answer({ body: JSON.stringify({ ok: true }) });
  await week.at(HOUR, 'service-health');
  house.answer((ask) => week.ears.ask(ask));
  const settings = { botToken: 'xoxb-1', signingSecret: SECRET, apiUrl: `${sink.url}/api/` };
  adapter = await slack.open(settings, { log: silentLog, now: () => week.now(), publicUrl: '' });
  await adapter.listen?.(house.inbox);
});

afterAll(async () => {
  await adapter.close();
  await Promise.all([house.close(), week.close(), sink.close()]);
});

it('a slash command is acknowledged while the API behind it hangs, and answered when there is an answer', async () => {
  const hanging = week.sandbox.faults.add({ match: /healthOverviews/, kind: 'hang' });
  const ack = await house.send(slash('status', `${sink.url}/respond`));
  expect(ack).toEqual({ status: 200, text: '' });
  await until(async () => hanging.hits > 0);
  // Acknowledged, asked, and nothing said yet: whatever the API does, Slack has what it waits for.
  expect(sink.requests.filter(({ path }) => path === '/respond')).toEqual([]);

  // The connection dies twenty seconds later.
  await week.at(HOUR + 20_000);
  await week.sandbox.close();
  const answer = await until(async () => sink.requests.find(({ path }) => path === '/respond'));
  expect(answer.body).toMatchObject({ response_type: 'in_channel' });
  expect(answer.text).toMatch(/last known answer/);
});
