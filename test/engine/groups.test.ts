import { expect, it } from '@jest/globals';
import { openGroups } from '../../src/engine/groups.js';
import { Fault } from '../../src/lib/fault.js';
import { silentLog } from '../../src/lib/log.js';
import { DAY, HOUR } from '../../src/model/time.js';
import type { PeopleGroup } from '../../src/notify/adapter.js';
import { aPerson, aRoster, aSchedule } from '../support/on-call.js';

const MONDAY = Date.UTC(2026, 10, 2, 9);

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
  schedules: () => [
    aSchedule('voice', ['alice', 'bob'], { unit: 'day' }),
    aSchedule('data', ['carol', 'dave'], { unit: 'day' }),
  ],
  people: () => [
    aPerson('alice', { slack: 'U1' }),
    aPerson('bob', { slack: 'U2' }),
    aPerson('carol', { slack: 'U3' }),
    aPerson('dave'),
  ],
  roster: async () =>
    aRoster(
      ['alice', 'bob', 'carol', 'dave'],
      [
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
    ),
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
