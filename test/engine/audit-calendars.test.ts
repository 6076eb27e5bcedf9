import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditCalendars, type CalendarHealth } from '../../src/engine/audit-calendars.js';
import { aWorld, type World } from '../support/world.js';

let world: World;

beforeAll(async () => {
  world = await aWorld();
});
afterAll(() => world.close());

const audit = async (...calendars: readonly CalendarHealth[]): Promise<readonly string[]> => {
  await auditCalendars(calendars, {
    ...world.pollDeps,
    clock: { now: () => world.now(), real: (ms) => ms },
  });
  return (await world.store.alerts()).map(({ rule, state, summary }) => `${rule} ${state} ${summary}`);
};

const voice = (failures: number): CalendarHealth => ({
  schedule: 'voice',
  failures,
  message: failures === 0 ? '' : 'HTTP 404',
});

it('a calendar that cannot be read three times in a row is an alarm, until it is read or no longer needed', async () => {
  expect(await audit()).toEqual([]);
  expect(await audit(voice(0))).toEqual([]);
  expect(await audit(voice(2))).toEqual([]);
  const alarm = ['calendar-unreadable firing The calendar of voice cannot be read: HTTP 404'];
  expect(await audit(voice(3))).toEqual(alarm);
  expect(await audit(voice(3))).toEqual(alarm);
  expect(await audit(voice(0))).toEqual([]);
  expect(await audit(voice(3))).toEqual(alarm);
  expect(await audit()).toEqual([]);
});
