import { expect, it } from '@jest/globals';
import { openGroups } from '../../src/engine/groups.js';
import { Fault } from '../../src/lib/fault.js';
import { silentLog } from '../../src/lib/log.js';
import type { Person } from '../../src/model/person.js';
import type { Schedule } from '../../src/model/schedule.js';
import { DAY, HOUR } from '../../src/model/time.js';
import type { PeopleGroup } from '../../src/notify/adapter.js';

const MONDAY = Date.UTC(2026, 10, 2, 9);

function aSchedule(name: string, people: readonly string[]): Schedule {
  const rotation = { every: 1, unit: 'day', handoverDay: 1, handoverMinute: 540 } as const;
  return {
    name,
    timeZone: 'UTC',
    layers: [{ kind: 'rotation', timeZone: 'UTC', only: [], from: '2026-11-02', rotation, people }],
  };
}

function aPerson(name: string, slack?: string): Person {
  const ids = slack === undefined ? {} : { slack };
  return { name, role: 'responder', notify: [], quiet: [], away: [], ...ids };
}

const told: string[] = [];
const warned: string[] = [];
let trouble: Error | undefined;

function aGroup(schedule: string, id: string): PeopleGroup {
  return {
    schedule,
    id,
    kind: 'slack',
    async keep(members) {
      if (trouble !== undefined) throw trouble;
      told.push(`${id} ${members.join(',')}`);
    },
  };
}

const keep = openGroups({
  groups: () => [aGroup('voice', 'S1'), aGroup('data', 'S1'), aGroup('data', 'S2'), aGroup('gone', 'S3')],
  schedules: () => [aSchedule('voice', ['alice', 'bob']), aSchedule('data', ['carol', 'dave'])],
  people: () => [aPerson('alice', 'U1'), aPerson('bob', 'U2'), aPerson('carol', 'U3'), aPerson('dave')],
  roster: async () => ({
    people: new Set(['alice', 'bob', 'carol', 'dave']),
    away: [],
    overrides: [
      {
        id: 1,
        schedule: 'data',
        person: 'alice',
        from: MONDAY + 2 * HOUR,
        to: MONDAY + 4 * HOUR,
        author: 'x',
        comment: '',
        at: MONDAY,
      },
    ],
    calendars: new Map(),
  }),
  log: {
    ...silentLog,
    warn: (...given: unknown[]) => void warned.push(String(given.at(-1))),
  } as typeof silentLog,
});

it('groups have whoever is on call now: by the schedule, by an override, of several schedules, and nobody without an id', async () => {
  await keep(MONDAY + HOUR);
  expect(told.splice(0)).toEqual(['S1 U1,U3', 'S2 U3', 'S3 ']);
  await keep(MONDAY + 3 * HOUR);
  expect(told.splice(0)).toEqual(['S1 U1,U1', 'S2 U1', 'S3 ']);
  await keep(MONDAY + DAY);
  expect(told.splice(0)).toEqual(['S1 U2', 'S2 ', 'S3 ']);
});

it('a platform that refuses is named once, and again when it was well in between', async () => {
  trouble = new Fault('channel.refused', 'Slack answered usergroups.users.update with missing_scope.');
  await keep(MONDAY);
  await keep(MONDAY);
  expect(warned).toHaveLength(3);
  trouble = undefined;
  await keep(MONDAY);
  trouble = new Error('again');
  await keep(MONDAY);
  expect(warned).toHaveLength(6);
  expect(warned[0]).toMatch(/does not follow who is on call: .*missing_scope/);
});
