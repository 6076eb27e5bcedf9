import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Json } from '../../../src/model/json.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import type { Adapter, PeopleGroup } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { critical, messageOf } from './cards.js';
import { problemsOf } from './limits.js';

let sink: Sink;
let adapter: Adapter;
let now = 0;

beforeEach(async () => {
  now = 1_000 * HOUR;
  sink = await startSink();
  sink.answer({ body: JSON.stringify({ ok: true, users: ['U1'], channel: 'C1', ts: '1.1' }) });
  const kept = new Map<string, Json>();
  adapter = await slack.open(
    {
      botToken: 'xoxb-1',
      signingSecret: 's',
      apiUrl: `${sink.url}/api/`,
      userGroups: [{ schedule: 'voice', group: 'S0123' }],
    },
    {
      log: silentLog,
      now: () => now,
      publicUrl: '',
      memory: { get: async (key) => kept.get(key), put: async (key, value) => void kept.set(key, value) },
    },
  );
});

afterEach(async () => {
  await adapter.close();
  await sink.close();
});

function group(): PeopleGroup {
  const [only] = adapter.groups ?? [];
  if (only === undefined) throw new Error('no group');
  return only;
}

const calls = (): string[] =>
  sink.requests.map(({ path, text }) =>
    [path.replace('/api/', ''), new URLSearchParams(text).get('users') ?? ''].join(' ').trim(),
  );

it('a user group is changed when somebody else is on call, and looked at now and then', async () => {
  expect(group()).toMatchObject({ schedule: 'voice', kind: 'slack', id: 'S0123' });
  await group().keep(['U1']);
  await group().keep(['U1']);
  expect(calls()).toEqual(['usergroups.users.list']);

  await group().keep(['T1/U2', 'U3', 'U3']);
  expect(calls().slice(1)).toEqual(['usergroups.users.list', 'usergroups.users.update U2,U3']);

  now += 50 * MINUTE;
  await group().keep(['U3', 'U2']);
  expect(calls()).toHaveLength(3);
  now += 20 * MINUTE;
  await group().keep(['U3', 'U2']);
  expect(calls().slice(3)).toEqual(['usergroups.users.list', 'usergroups.users.update U2,U3']);
});

it('stays as it was while nobody is on call', async () => {
  await group().keep([]);
  expect(sink.requests).toEqual([]);
});

it('is tried again when Slack refused it', async () => {
  sink.next({ body: JSON.stringify({ ok: false, error: 'missing_scope', needed: 'usergroups:read' }) });
  await expect(group().keep(['U2'])).rejects.toMatchObject({
    advice: expect.stringMatching('usergroups:read'),
  });
  await group().keep(['U2']);
  expect(calls().at(-1)).toBe('usergroups.users.update U2');
});

it('a page into a channel calls its user group; a card does not', async () => {
  const noc = adapter.channel('noc', { channel: 'C000001', mention: 'S0123' });
  await noc.post(messageOf(critical, 'card'));
  await noc.post({ ...messageOf(critical, 'page'), topic: 'page:1042/1/0/0/channel:noc' });
  const [card, page] = sink.requests.map(({ text }) => Object.fromEntries(new URLSearchParams(text)));
  expect(JSON.stringify(card)).not.toContain('subteam');
  expect(page?.['text']).toBe(`<!subteam^S0123> ${card?.['text'] ?? ''}`);
  expect(page?.['blocks']).toContain('<!subteam^S0123>');
  const told = {
    text: card?.['text'],
    blocks: JSON.parse(page?.['blocks'] ?? '[]') as unknown[],
    attachments: JSON.parse(page?.['attachments'] ?? '[]') as unknown[],
  };
  expect(problemsOf(told).filter((problem) => !problem.includes('subteam'))).toEqual([]);
});
