import { createServer } from 'node:http';
import { measureRole, ownRole, startRole } from './lib/roles.mjs';

/** What a poll costs that brings nothing new: the same bytes as the last time are compared, and not read. */
export const poll = {
  name: 'poll',
  title: 'Poll: service health, a snapshot of 120 KB that is as it was',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, progress }) {
    progress('poll: from the bytes on');
    const bytes = await measureRole(import.meta.url, 'bytes', quick ? 20 : 40);
    progress('poll: with everything around it');
    const server = await startRole(import.meta.url, 'serve');
    try {
      const whole = await measureRole(import.meta.url, 'whole', server.said.url, quick ? 4 : 8);
      return [tableOf(bytes, whole)];
    } finally {
      server.child.kill('SIGKILL');
    }
  },
};

function tableOf(bytes, whole) {
  const us = (value) => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} µs`;
  const times = (value) => `${value.toFixed(value < 10 ? 1 : 0)}×`;
  const line = (name, cost) => [name, us(cost), times(cost / bytes.unchanged)];
  return {
    title: poll.title,
    columns: ['CPU', 'times the unchanged poll'],
    rows: [
      line('unchanged, from the bytes on', bytes.unchanged),
      line('unchanged, the first after a restart: by hash', bytes.restarted),
      line('JSON.parse of the same bytes alone', bytes.parsed),
      line('JSON.parse and normalise', bytes.read),
      [],
      ['unchanged poll, asking over loopback included', us(whole.unchanged), '1.0×'],
      ['a poll that reads', us(whole.read), times(whole.read / whole.unchanged)],
    ],
    notes: [
      `${(bytes.size / 1_000).toFixed(0)} KB in three answers: ${bytes.facts} facts. CPU: user and system time of the process, the least of ${ROUNDS} rounds,`,
      'what is compared taking turns. From the bytes on: everything of the source but the requests.',
    ],
  };
}

const ROUNDS = 100;
const NOW = Date.UTC(2026, 10, 21, 3, 0, 0);
const MINUTE = 60_000;

// ---- the snapshot ------------------------------------------------------------------------------------------------------

/** The three answers of a complete poll; `turn` changes one byte of each. */
function snapshot(turn = 0) {
  const services = Array.from({ length: 40 }, (_, i) => ({
    service: `Service number ${i} of Microsoft`,
    status: i < 6 ? 'serviceDegradation' : 'serviceOperational',
    id: `Service${i}`,
  }));
  const open = Array.from({ length: 25 }, (_, i) => issue(i, false, turn));
  const ended = Array.from({ length: 21 }, (_, i) => issue(100 + i, true, turn));
  return [
    ['healthOverviews', services],
    ['isResolved', open],
    ['lastModifiedDateTime', [...open.slice(0, 4), ...ended]],
  ].map(([part, value]) => ({
    part,
    body: Buffer.from(
      JSON.stringify({ '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${part}`, value }),
    ),
  }));
}

function issue(number, isResolved, turn) {
  const at = (hours) => new Date(NOW - hours * 3_600_000).toISOString().replace('.000Z', 'Z');
  const posts = Array.from({ length: 4 }, (_, i) => ({
    createdDateTime: at(30 - 5 * i),
    postType: 'regular',
    description: {
      contentType: 'html',
      content: `Title: Some users may be unable to reach service ${number % 6}\n\nUser impact: Users may be unable to reach it.\n\nCurrent status: We're reviewing diagnostic data (${i}/${turn % 10}) to find the source of the issue.\n\nScope of impact: Some users who are served through the affected infrastructure.\n\nNext update by: Saturday, November 21, 2026, at ${i + 4}:00 AM UTC`,
    },
  }));
  return {
    startDateTime: at(32),
    endDateTime: isResolved ? at(12) : null,
    lastModifiedDateTime: at(isResolved ? 12 : 14),
    title: `Some users may be unable to reach service ${number % 6}`,
    id: `EX${700_000 + number}`,
    impactDescription: 'Users may be unable to reach the service through any method.',
    classification: 'incident',
    origin: 'microsoft',
    status: isResolved ? 'serviceRestored' : 'serviceDegradation',
    service: `Service number ${number % 6} of Microsoft`,
    feature: 'Sign-in and access',
    featureGroup: 'Access',
    isResolved,
    highImpact: null,
    details: [{ name: 'NotifyInApp', value: 'True' }],
    posts,
  };
}

// ---- what is measured ----------------------------------------------------------------------------------------------------

/** Everything of the source but its requests, in microseconds a poll. */
async function bytes(count) {
  const source = '../../dist/src/sources';
  const { openPages } = await import(`${source}/graph-page.js`);
  const { openHashes } = await import(`${source}/communications.js`);
  const { openClient } = await import(`${source}/service-health/client.js`);
  const { fullPoll } = await import(`${source}/service-health/poll.js`);
  const { readMemory, writeMemory } = await import(`${source}/service-health/memory.js`);
  const { silentLog } = await import('../../dist/src/lib/log.js');
  const answers = snapshot();

  /** Bytes that are new to this process, as they would be off a connection. */
  const arrived = () => answers.map(({ part, body }) => ({ part, body: Buffer.from(body) }));
  async function once(found, memory, { pageOf, hashOf }) {
    const pages = ({ path, query }) => {
      const address = `${path} ${query?.$filter ?? ''}`;
      const { body } = found.find(({ part }) => address.includes(part));
      const json = () => JSON.parse(body.toString('utf8'));
      const page = pageOf({ body, json });
      page.next();
      return Promise.resolve([page]);
    };
    const client = openClient({ pages }, silentLog, () => undefined);
    const left = readMemory(memory);
    const done = await fullPoll({ client, memory: left, now: NOW, cloud: 'global', hashOf });
    return { ...done, left: writeMemory({ ...done.memory, reports: left?.reports ?? {}, budget: null }) };
  }

  const fresh = () => ({ pageOf: openPages('https://graph.microsoft.com'), hashOf: openHashes() });
  const running = fresh();
  const first = await once(arrived(), undefined, running);
  const memory = JSON.parse(JSON.stringify(first.left));
  const unchanged = async (found) => {
    const done = await once(found, memory, running);
    if (!done.unchanged) throw new Error('the snapshot was read');
  };
  const restarted = async (found) => {
    const done = await once(found, memory, fresh());
    if (!done.unchanged) throw new Error('the snapshot was read');
  };
  const parsed = (found) => found.forEach(({ body }) => JSON.parse(body.toString('utf8')));
  const read = async (found) => {
    const done = await once(found, undefined, { ...fresh(), hashOf: () => '' });
    if (done.facts.length !== first.facts.length) throw new Error('the snapshot was not read');
  };
  return {
    ...(await leastOf({ unchanged, restarted, parsed, read }, () => arrived(), count)),
    size: answers.reduce((sum, { body }) => sum + body.length, 0),
    facts: first.facts.length,
  };
}

/** The source as it is, polled over loopback; the other side counts for nothing. */
async function whole(url, count) {
  const { serviceHealth } = await import('../../dist/src/sources/service-health/index.js');
  const { silentLog } = await import('../../dist/src/lib/log.js');
  const tenant = {
    name: 'bench',
    tenantId: '5b1e4f0a-6c2d-4f7e-9a38-2d0c7b9e1a55',
    cloud: 'global',
    clientId: '0f6d3c52-81a7-4b0e-b6f4-93c5d2e7a810',
    credential: { secret: 'none' },
    endpoints: { login: url, graph: url, manage: url, partner: url },
    customHosts: true,
  };
  const source = serviceHealth.open(
    serviceHealth.settings.parse({ reconcile: '1m' }),
    { everyMs: MINUTE },
    tenant,
    {
      log: silentLog,
      random: Math.random,
      keep: { documents: { put: () => Promise.resolve() } },
      publicUrl: url,
      privacy: { numbers: 'mask', users: 'show' },
    },
  );
  let at = NOW;
  const { memory } = await source.poll(undefined, at);
  const wanted = (isUnchanged) => async () => {
    // A minute apart, the budget is never used up, and every poll is a complete one.
    at += 2 * MINUTE;
    const left = { ...memory, polledAt: at - 2 * MINUTE, fullAt: at - 2 * MINUTE, readAt: at - 2 * MINUTE };
    const done = await source.poll(isUnchanged ? left : { ...left, fullHash: '' }, at);
    if (done.unchanged !== isUnchanged) throw new Error('the poll was of the other kind');
  };
  const found = await leastOf({ unchanged: wanted(true), read: wanted(false) }, () => undefined, count);
  await source.close();
  return found;
}

/** So many answers are made at once: the bytes of one that has just come off a connection are in the processor's cache. */
const LOT = 4;

/** Of each piece of work the CPU of one turn in microseconds, in the best of some rounds; cheap work has ten times as many turns. */
async function leastOf(works, prepare, count) {
  const least = Object.fromEntries(Object.keys(works).map((name) => [name, Infinity]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const lots = Math.ceil(name === 'read' ? count / 10 / LOT : count / LOT);
      let spent = 0;
      for (let lot = 0; lot < lots; lot += 1) {
        const prepared = Array.from({ length: LOT }, prepare);
        const before = process.cpuUsage();
        for (const found of prepared) await work(found);
        const { user, system } = process.cpuUsage(before);
        spent += user + system;
      }
      least[name] = Math.min(least[name], spent / (lots * LOT));
    }
  }
  return least;
}

function serve() {
  const answers = snapshot();
  const server = createServer((request, response) => {
    const address = decodeURIComponent(request.url);
    const { body } = answers.find(({ part }) => address.includes(part)) ?? { body: '{}' };
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
}

// ---- started by itself -------------------------------------------------------------------------------------------------

const own = ownRole();
if (own?.role === 'serve') serve();
else if (own?.role === 'bytes') process.send(await bytes(Number(own.words[0])));
else if (own?.role === 'whole') process.send(await whole(own.words[0], Number(own.words[1])));
