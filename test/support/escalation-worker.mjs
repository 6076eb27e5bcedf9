// One worker of escalations, compiled, as a process of its own: `node escalation-worker.mjs <JSON>` with {database, redis, start,
// begun, speed, policy, route}. It says `ready`, works until it is killed, and looks each 300 ms for what nobody woke it for.
import { silentLog } from '../../dist/src/lib/log.js';
import { matches } from '../../dist/src/lib/matchers.js';
import { openEscalations } from '../../dist/src/engine/escalations.js';
import { openQueues } from '../../dist/src/engine/queues.js';
import { openServer } from '../../dist/src/store/postgres.js';
import { openStore } from '../../dist/src/store/sql.js';

const { database: url, redis, start, begun, speed, policy, route } = JSON.parse(process.argv[2]);
const database = await openServer(url);
const store = await openStore(database);
const queues = await openQueues({ database, redisUrl: redis });
const people = ['alice', 'bob'].map((name) => ({
  name,
  role: 'responder',
  slack: name,
  notify: [{ via: 'slack', after: 0, severities: [] }],
  quiet: [],
  away: [],
}));
const escalations = openEscalations({
  store,
  queues,
  clock: {
    now: () => Math.round(start + (Date.now() - begun) * speed),
    real: (ms) => ms / speed,
  },
  log: silentLog,
  matches,
  root: () => route,
  people: () => people,
  schedules: () => [],
  escalations: () => [policy],
  reachable: () => new Set(people.map(({ name }) => `@${name}/slack`)),
  roster: async () => ({
    people: new Set(people.map(({ name }) => name)),
    away: [],
    overrides: [],
    calendars: new Map(),
  }),
  inhibitions: () => [],
  muteTimes: () => [],
  wake: async () => undefined,
  works: true,
  guarded: (step) => step(),
});
await escalations.sweep(true);
setInterval(() => void escalations.sweep().catch(() => undefined), 300);
process.send('ready');
process.once('disconnect', () => process.exit(0));
