// A month of stored history, as a running instance would have written it: 20 services with their issues, 5 trunks with 100,000 calls.
import { takeTurn } from '../../../dist/src/engine/take-turn.js';
import { matches } from '../../../dist/src/lib/matchers.js';
import { keyHead } from '../../../dist/src/sources/direct-routing/key.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const SERVICES = 20;
const TRUNKS = 5;

/** The same numbers at every run. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param {{ store: object, calls: object, rules: readonly object[], root: object, from: number, to: number, count: number }} month
 * @returns {Promise<{ turns: number, calls: number }>}
 */
export async function writeMonth({ store, calls, rules, root, from, to, count }) {
  const turns = await writeServices({ store, rules, root, from, to });
  await writeCalls({ calls, from, to, count });
  return { turns, calls: count };
}

async function writeServices({ store, rules, root, from, to }) {
  const random = chance(1);
  const kind = 'service-health';
  const context = { source: 'contoso/service-health', tenant: 'contoso', kind, rules, root, matches };
  const issues = new Map();
  let turns = 0;
  for (let at = from; at < to; at += 60 * MINUTE) {
    if (random() < 0.2) {
      const id = `EX${100_000 + turns}`;
      issues.set(id, {
        id,
        service: Math.floor(random() * SERVICES),
        at,
        posts: 0,
        until: at + (2 + 20 * random()) * 60 * MINUTE,
      });
    }
    for (const issue of issues.values()) if (random() < 0.3) issue.posts += 1;
    for (const [id, issue] of issues) if (at > issue.until + 3 * DAY) issues.delete(id);
    const observation = { kind, at, coverage: 'full', facts: factsOf(issues, at) };
    await takeTurn(store, {
      context: { ...context, at },
      poll: { observation, memory: null, unchanged: false },
      outcome: { ok: true },
    });
    turns += 1;
  }
  return turns;
}

function factsOf(issues, at) {
  const open = [...issues.values()].filter(({ until }) => at < until);
  const services = Array.from({ length: SERVICES }, (_, i) => {
    const own = open.filter(({ service }) => service === i).map(({ id }) => id);
    const values = {
      type: 'service',
      id: `s${i}`,
      name: `Service ${i}`,
      openIssues: own,
      explained: own.length > 0,
    };
    const state =
      own.length > 0
        ? ['serviceDegradation', 'Service degradation', true, 'major']
        : ['serviceOperational', 'Operational', false, 'ok'];
    const [status, statusText, active, level] = state;
    return {
      subject: `service:s${i}`,
      kind: 'service-health',
      values: { ...values, status, statusText, active, level },
    };
  });
  return [...services, ...[...issues.values()].map((issue) => issueFact(issue, at))];
}

function issueFact({ id, service, posts, at: startedAt, until }, at) {
  const active = at < until;
  const text = 'Users may see delays. '.repeat(20);
  const values = {
    type: 'issue',
    id,
    title: 'Some users may see delays',
    service: `Service ${service}`,
    serviceId: `s${service}`,
    status: active ? 'serviceDegradation' : 'serviceRestored',
    statusText: active ? 'Service degradation' : 'Service restored',
    classification: posts > 3 ? 'incident' : 'advisory',
    origin: 'microsoft',
    feature: 'Mail',
    featureGroup: 'Mail',
    impact: text,
    active,
    level: active ? 'major' : 'ok',
    startedAt: iso(startedAt),
    endedAt: active ? null : iso(until),
    lastModified: iso(startedAt + posts * 60 * MINUTE),
    posts,
    postedAt: iso(startedAt),
    lastPostAt: iso(startedAt),
    latestPostAt: iso(startedAt),
    latestPost: `${posts} ${text}`,
    latestPostRich: [{ kind: 'paragraph', inlines: [{ text }] }],
    earlierPosts: [],
    scope: '',
    nextUpdateBy: active ? iso(startedAt + (posts + 2) * 60 * MINUTE) : null,
    pir: false,
    highImpact: null,
    url: 'https://admin.microsoft.com/',
  };
  return { subject: `issue:${id}`, kind: 'service-health', values };
}

async function writeCalls({ calls, from, to, count }) {
  const random = chance(2);
  const codes = ['', '', '', '', '', '', '486/560486', '480/560480', '487/560487', '404/560404'];
  let batch = [];
  for (let i = 0; i < count; i += 1) {
    const at = from + ((to - from) * i) / count;
    const trunk = `sbc${1 + Math.floor(random() * TRUNKS)}.contoso.com`;
    const storm =
      Math.floor(at / (5 * DAY)) !== Math.floor((at - 90 * MINUTE) / (5 * DAY)) && trunk.startsWith('sbc1');
    const code = storm && random() < 0.6 ? '503/560503' : (codes[Math.floor(random() * codes.length)] ?? '');
    const key = keyHead({
      trunk,
      direction: 'out',
      country: ['GB', 'FR', 'DE'][i % 3],
      code,
      emergency: false,
      recovered: false,
    });
    batch.push({ minute: Math.floor(at / MINUTE) * MINUTE, key, count: 1 });
    if (batch.length < 20_000 && i < count - 1) continue;
    await calls.add('contoso/direct-routing', {
      known: new Map(),
      marks: new Map(),
      counts: batch,
      failed: [],
    });
    batch = [];
  }
}

function iso(at) {
  return new Date(at).toISOString();
}
