import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openEars, type Ears } from '../../src/engine/inbox.js';
import { silentLog } from '../../src/lib/log.js';
import type { Person } from '../../src/model/person.js';
import type { Ask } from '../../src/notify/adapter.js';
import type { Store } from '../../src/store/store.js';
import { anIssueIncident, NOW } from '../cards/samples.js';
import { aDesk } from '../commands/desk.js';
import { aPerson } from '../support/on-call.js';
import { memoryStore } from '../support/record.js';

let store: Store;
let ears: Ears;

const people: readonly Person[] = [
  aPerson('alice', { role: 'admin', slack: 'U1' }),
  aPerson('bob', { role: 'viewer', email: 'bob@contoso.com' }),
];

beforeAll(async () => {
  store = await memoryStore();
  const desk = aDesk({ incidents: [anIssueIncident()] });
  ears = openEars({
    store,
    desk: { ...desk, audits: (filter) => store.audits(filter) },
    log: silentLog,
    url: 'https://tocsin.example',
    people: () => people,
    metrics: { commanded: () => undefined },
  });
});
afterAll(() => store.close());

const ALICE = { platform: 'slack', id: 'U1', name: 'Alice A' } as const;
const BOB = {
  platform: 'teams',
  id: '29:bob',
  name: 'Bob',
  emails: async () => ['bob@contoso.com'],
} as const;

const ask = (text: string, over: Partial<Ask> = {}) =>
  ears.ask({ text, speaker: ALICE, button: false, ...over });

it('what people do and try is written down with who, where and why; what they read is not', async () => {
  await ask('status');
  await ask('ack INC-1042', { button: true, channel: 'noc', conversation: 'C1' });
  await ask('resolve INC-1042', { speaker: BOB, conversation: '19:x@thread.tacv2' });
  await ask('resolve INC-7', { conversation: 'D1' });
  await ears.answer('silence severity=info 2h', { platform: 'cli', id: 'cli', name: 'cli' });
  const entries = await store.audits({ limit: 10 });
  expect([...entries].reverse()).toEqual([
    {
      at: NOW,
      actor: { name: 'alice', via: 'slack' },
      action: 'ack INC-1042',
      outcome: 'done',
      detail: { id: 'slack U1', role: 'admin', needs: 'responder', where: 'noc', button: true },
    },
    {
      at: NOW,
      actor: { name: 'bob', via: 'teams' },
      action: 'resolve INC-1042',
      outcome: 'refused',
      detail: { id: 'teams 29:bob', role: 'viewer', needs: 'responder', where: '19:x@thread.tacv2' },
    },
    expect.objectContaining({ action: 'resolve INC-7', outcome: 'failed' }),
    expect.objectContaining({ action: 'silence "severity=info" 2h', actor: { name: 'cli', via: 'cli' } }),
  ]);
});

it('an event that comes twice is one act', async () => {
  const before = (await store.audits({ limit: 100 })).length;
  await ask('note INC-1042 once', { eventId: 'e1' });
  await ask('note INC-1042 once', { eventId: 'e1' });
  expect((await store.audits({ limit: 100 })).length).toBe(before + 1);
});

it('an admin reads it in chat, and nobody else', async () => {
  const told = await ask('audit bob 1d');
  expect(told?.audience).toBe('asker');
  expect(told?.card.fallback).toBe('1 act about “bob” of the last 1 d, 1 refused');
  expect((await ask('audit bob 1d', { speaker: BOB }))?.card.fallback).toContain(
    'needs the role admin; bob is a viewer',
  );
  expect((await store.audits({ outcome: 'refused', limit: 10 })).map(({ action }) => action)).toContain(
    'audit bob 1d',
  );
});

it('a log that cannot be written does not undo what was done', async () => {
  const broken = openEars({
    store: { ...store, audit: () => Promise.reject(new Error('full')) },
    desk: aDesk({ incidents: [anIssueIncident()] }),
    log: silentLog,
    url: '',
    people: () => people,
    metrics: { commanded: () => undefined },
  });
  expect((await broken.answer('ack INC-1042', ALICE)).ok).toBe(true);
});
