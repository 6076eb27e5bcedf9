import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openFeeds, type Feeds } from '../../src/http/feeds.js';
import { occurrences } from '../../src/lib/ical.js';
import { silentLog } from '../../src/lib/log.js';
import type { Json } from '../../src/model/json.js';
import type { Override } from '../../src/model/schedule.js';
import { DAY, HOUR } from '../../src/model/time.js';
import { T0 } from '../support/builders.js';
import { aRoster, aSchedule } from '../support/on-call.js';

const VOICE = aSchedule('voice', ['alice', 'bob'], { timeZone: 'Europe/Paris' });
const swap: Override = {
  id: 1,
  schedule: 'voice',
  person: 'bob',
  from: T0,
  to: T0 + HOUR,
  author: 'alice',
  comment: '',
  at: T0,
};

let server: Server;
let feeds: Feeds;
let url = '';
const kept = new Map<string, Json>();
const memory = {
  get: async (key: string) => kept.get(key),
  put: async (key: string, value: Json) => void kept.set(key, value),
};
const deps = {
  memory,
  now: () => T0,
  schedules: () => [VOICE],
  roster: async () => aRoster(['alice', 'bob'], [swap]),
  log: silentLog,
};

beforeAll(async () => {
  server = createServer((req, res) => feeds.mount.handler(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  feeds = openFeeds({ ...deps, url });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('a calendar program finds who is on, overrides worked in, at an address that stays the same', async () => {
  const address = await feeds.addressOf('voice');
  expect(await openFeeds({ ...deps, url }).addressOf('voice')).toBe(address);
  const answer = await fetch(address);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const events = occurrences(await answer.text(), T0 - DAY, T0 + 20 * DAY);
  expect(events.map(({ title, from }) => `${title} ${new Date(from).toISOString()}`)).toEqual([
    'alice · voice 2026-11-16T08:00:00.000Z',
    'bob · voice 2026-11-21T03:00:00.000Z',
    'alice · voice 2026-11-21T04:00:00.000Z',
    'bob · voice 2026-11-23T08:00:00.000Z',
    'alice · voice 2026-11-30T08:00:00.000Z',
    'bob · voice 2026-12-07T08:00:00.000Z',
  ]);
});

it.each([
  [
    'another schedule under the same signature',
    (address: string) => address.replace('voice.ics', 'mail.ics'),
  ],
  [
    'a signature that is not ours',
    (address: string) => address.replace(/calendars\/.{5}/, 'calendars/AAAAA'),
  ],
  ['nothing', () => `${url}/calendars/`],
])('%s is not found', async (_, change) => {
  const answer = await fetch(change(await feeds.addressOf('voice')));
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: { code: 'not-found', message: 'There is no such calendar.' } },
  ]);
});

it('a schedule that is gone is not found', async () => {
  const gone = openFeeds({ ...deps, url, schedules: () => [] });
  const address = await gone.addressOf('voice');
  const before = feeds;
  feeds = gone;
  expect((await fetch(address)).status).toBe(404);
  feeds = before;
});
