import { createServer } from 'node:http';
import { measureRole, ownRole, startRole } from './lib/roles.mjs';

/** A million calls through the whole source, beside a bare loop that only parses the same pages. */
export const rows = {
  name: 'rows',
  title: 'Direct routing: a million calls over loopback HTTP',
  /** @param {import('./run.mjs').Bench} bench */
  async run({ quick, progress }) {
    const count = quick ? 100_000 : 1_000_000;
    const server = await startRole(import.meta.url, 'serve', count);
    try {
      const [bare, ours] = [[], []];
      // Each measurement is a process of its own: what one leaves behind does not slow or swell the other.
      for (let turn = 0; turn < (quick ? 1 : 5); turn += 1) {
        progress(`rows: bare loop over ${count} rows`);
        bare.push(await measureRole(import.meta.url, 'bare', server.said.url, count));
        progress(`rows: Tocsin over ${count} rows`);
        ours.push(await measureRole(import.meta.url, 'ours', server.said.url, count));
      }
      return [tableOf(count, bare, ours)];
    } finally {
      server.child.kill('SIGKILL');
    }
  },
};

const PAGE = 1_000;
const END = Date.UTC(2026, 10, 21, 3, 0, 0);
const SPAN = 47 * 3_600_000;
const START = END - SPAN - 1_800_000;

function tableOf(count, bare, ours) {
  const seconds = (runs, figure) => `${(Math.min(...runs.map((run) => run[figure])) / 1_000).toFixed(2)} s`;
  const ms = (runs) => Math.min(...runs.map((run) => run.ms));
  const peak = (runs) => Math.max(...runs.map((run) => run.grown));
  const mib = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  const speed = (runs) => `${Math.round((count / ms(runs)) * 1_000).toLocaleString('en')} rows/s`;
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
  const ratios = ours.map((run, i) => bare[i].ms / run.ms);
  return {
    title: rows.title,
    columns: ['Tocsin: fetch, parse, dedupe, verdict, windows', 'await (await fetch(url)).json()'],
    rows: [
      ['time (best)', seconds(ours, 'ms'), seconds(bare, 'ms')],
      ['speed (best)', speed(ours), speed(bare)],
      ['CPU (best)', seconds(ours, 'cpu'), seconds(bare, 'cpu')],
      ['times as fast (median of pairs)', median(ratios).toFixed(2), '1.00'],
      ['peak resident memory above start', mib(peak(ours)), mib(peak(bare))],
    ],
    notes: [
      `${count.toLocaleString('en')} rows in pages of ${PAGE}, served by a process of its own; ${ours.length} pair(s) of runs, one after the other.`,
      `Counted by Tocsin: ${ours[0].attempts.toLocaleString('en')} attempts, ${ours[0].failed.toLocaleString('en')} failed, on ${ours[0].trunks} trunks. The store is left out: it has a thread of its own.`,
    ],
  };
}

// ---- the server's side -------------------------------------------------------------------------------------------------

/** Pages are made before anybody asks, so that the server is never what is waited for; a hundred of them are kept and varied. */
function serve(count) {
  const pages = [];
  for (let page = 0; page * PAGE < count; page += 1) pages.push(pageBytes(page, count));
  const server = createServer((request, response) => {
    const skip = Number(/[?&]\$skip=(\d+)/.exec(decodeURIComponent(request.url))?.[1] ?? 0);
    const page = skip / PAGE;
    const next =
      (page + 1) * PAGE < count ? `,"@odata.nextLink":"${origin}${NEXT}${(page + 1) * PAGE}"}` : '}';
    const [head, body] = [Buffer.from(HEAD), pages[page]];
    const tail = Buffer.from(`]${next}`);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': head.length + body.length + tail.length,
    });
    response.write(head);
    response.write(body);
    response.end(tail);
  });
  let origin = '';
  server.listen(0, '127.0.0.1', () => {
    origin = `http://127.0.0.1:${server.address().port}`;
    process.send({ url: origin });
  });
}

const HEAD =
  '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.callRecords.directRoutingLogRow)","@odata.count":1000,"value":[';
const NEXT =
  '/v1.0/communications/callRecords/getDirectRoutingCalls(fromDateTime=2026-11-19,toDateTime=2026-11-21)?$skip=';

/** The rows of a page, compact as Graph writes them. */
function pageBytes(page, count) {
  const rows = [];
  for (let i = page * PAGE; i < Math.min(count, (page + 1) * PAGE); i += 1)
    rows.push(JSON.stringify(call(i, count)));
  return Buffer.from(rows.join(','));
}

const CODES = [
  [486, 540486, 'Busy Here'],
  [487, 540487, 'Request Terminated'],
  [480, 10037, 'Temporarily Unavailable'],
  [503, 560503, 'Service Unavailable'],
  [504, 569008, 'Unable to deliver INVITE: remote certificate expired'],
  [404, 560404, 'Not Found'],
  [500, 510544, 'No trunk found'],
];

function call(i, count) {
  const random = draw(i);
  const start = START + 1_800_000 + Math.floor((i / count) * SPAN);
  const unanswered = random() < 0.2;
  const [sip, sub, phrase] = unanswered
    ? CODES[random() < 0.85 ? Math.floor(random() * 3) : 3 + Math.floor(random() * 4)]
    : [0, random() < 0.5 ? 540000 : 560000, 'BYE'];
  const seconds = Math.floor(random() * 600);
  const inbound = random() < 0.5;
  const user = Math.floor(random() * 5_000);
  const numbers = [
    `+3314${pad(user, 4)}${pad(Math.floor(random() * 100), 2)}***`,
    `+4479${pad(Math.floor(random() * 1e6), 6)}***`,
  ];
  return {
    id: guid(random, i),
    correlationId: guid(random, i),
    userId: `00000000-0000-4000-8000-${pad(user, 12)}`,
    userPrincipalName: `user${user}@contoso.example`,
    userDisplayName: `User ${user} Example`,
    startDateTime: stamp(start),
    inviteDateTime: stamp(start - 3_156),
    failureDateTime: unanswered ? stamp(start + 2_000) : '0001-01-01T00:00:00Z',
    endDateTime: unanswered ? '0001-01-01T00:00:00Z' : stamp(start + seconds * 1_000),
    duration: unanswered ? 0 : seconds,
    callType: inbound ? 'ByotIn' : random() < 0.9 ? 'ByotOut' : 'ByotOutUserForwarding',
    successfulCall: !unanswered,
    callerNumber: inbound ? numbers[1] : numbers[0],
    calleeNumber: inbound ? numbers[0] : numbers[1],
    mediaPathLocation: 'FRCE',
    signalingLocation: 'EUWE',
    finalSipCode: sip,
    callEndSubReason: sub,
    finalSipCodePhrase: phrase,
    trunkFullyQualifiedDomainName: `SBC${1 + Math.floor(random() * 8)}.contoso.example`,
    mediaBypassEnabled: random() < 0.5,
  };
}

function draw(seed) {
  let state = (seed + 1) * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function guid(random, i) {
  const hex = (length) => pad(Math.floor(random() * 16 ** length).toString(16), length);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(4)}${pad(i.toString(16), 8)}`;
}

function pad(value, length) {
  return String(value).padStart(length, '0');
}

function stamp(at) {
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}

// ---- the two that are measured -----------------------------------------------------------------------------------------

async function bare(url, count) {
  return watched(async () => {
    let read = 0;
    for (let skip = 0; skip < count; skip += PAGE) {
      const body = await (await fetch(`${url}${NEXT}${skip}`)).json();
      read += body.value.length;
    }
    if (read !== count) throw new Error(`the bare loop read ${read} rows`);
    return { attempts: read, failed: 0, trunks: 0 };
  });
}

async function ours(url, count) {
  const { directRouting } = await import('../../dist/src/sources/direct-routing/index.js');
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
  return watched(async () => {
    const calls = countingKeep();
    const source = directRouting.open(directRouting.settings.parse({}), { everyMs: 300_000 }, tenant, {
      log: silentLog,
      random: Math.random,
      keep: { calls },
      publicUrl: url,
      privacy: { numbers: 'mask', users: 'show' },
    });
    const { observation } = await source.poll(undefined, END);
    await source.close();
    const all = observation.facts.find((fact) => fact.subject === 'tenant:bench');
    const trunks = observation.facts.length - 1;
    const notes = calls.counted() - count;
    if (notes < 0 || notes > calls.failures()) throw new Error(`Tocsin counted ${calls.counted()} calls`);
    if (!(all.values.attempts24h > 0)) throw new Error('the windows are empty');
    return { attempts: calls.counted() - notes, failed: calls.failures(), trunks };
  });
}

/** Where the store would be: it takes what it is given and keeps the sums. */
function countingKeep() {
  let [counted, failures] = [0, 0];
  return {
    marks: async () => new Map(),
    counts: async () => [],
    failed: async () => [],
    forget: async () => undefined,
    add: async (_source, batch) => {
      for (const { count } of batch.counts) counted += count;
      failures += batch.failed.length;
    },
    /** Attempts, and a note for each failed one that succeeded elsewhere. */
    counted: () => counted,
    failures: () => failures,
  };
}

/** Time and the growth of the resident set, by the kernel's own high-water mark. */
async function watched(work) {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const done = await work();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...done,
    ms,
    cpu: (user + system) / 1_000,
    system: system / 1_000,
    grown: process.resourceUsage().maxRSS * 1_024 - before,
  };
}

// ---- started by itself -------------------------------------------------------------------------------------------------

const own = ownRole();
if (own?.role === 'serve') serve(Number(own.words[0]));
else if (own !== undefined) {
  const work = { bare, ours }[own.role];
  process.send(await work(own.words[0], Number(own.words[1])));
}
