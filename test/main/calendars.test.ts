import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openCalendars } from '../../src/main/calendars.js';
import { calendarText } from '../../src/lib/ical.js';
import { silentLog } from '../../src/lib/log.js';
import type { Json } from '../../src/model/json.js';
import type { Schedule } from '../../src/model/schedule.js';
import { HOUR } from '../../src/model/time.js';
import { T0 } from '../support/builders.js';
import { startSink, type Sink } from '../support/sink.js';

let sink: Sink;
const kept = new Map<string, Json>();

beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

/** As a process that starts. */
function open() {
  const calendar = `${sink.url}/5ecre7/basic.ics`;
  const layer = { kind: 'calendar', calendar, timeZone: 'UTC', only: [], from: '2024-01-01' } as const;
  const schedules: readonly Schedule[] = [{ name: 'voice', timeZone: 'UTC', layers: [layer] }];
  return openCalendars({
    schedules: () => schedules,
    people: () => [{ name: 'ann' }, { name: 'ann-marie' }],
    memory: { get: async (key) => kept.get(key), put: async (key, value) => void kept.set(key, value) },
    now: () => T0,
    log: silentLog,
  });
}

it('says who is in a calendar; what was read last counts, over a restart too, and a failure is said without the address', async () => {
  const entries = ['On call: Ann-Marie', 'annual leave of somebody', 'ANN'].map((title, i) => ({
    id: `${i}`,
    title,
    from: T0 + i * HOUR,
    to: T0 + (i + 1) * HOUR,
  }));
  sink.answer({ body: calendarText('rota', entries) });
  const first = await open();
  const people = [...first.events().values()].flat().map(({ person }) => person);
  expect(people).toEqual(['ann-marie', 'ann']);
  expect(first.health()).toEqual([{ schedule: 'voice', failures: 0, message: '' }]);
  await first.close();

  sink.answer({ status: 404, body: 'no such calendar' });
  const second = await open();
  expect([...second.events().values()].flat()).toHaveLength(2);
  const [health] = second.health();
  expect(health?.failures).toBe(1);
  expect(health?.message).toContain('404');
  expect(health?.message).not.toContain('5ecre7');
  await second.close();

  sink.answer({ body: '<html>Sign in</html>' });
  const third = await open();
  expect([...third.events().values()].flat()).toHaveLength(2);
  expect(third.health()[0]?.failures).toBe(1);
  await third.close();
});
