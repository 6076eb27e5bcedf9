import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { pause } from '../support/until.js';
import type { Tocsin } from '../support/process.js';

/** What really happened to one issue. */
export interface Issue {
  readonly id: string;
  readonly posts: string[];
  classification: 'advisory' | 'incident';
  status: string;
  resolved: boolean;
}

/** Two tenants' service health in unrest, and the people who answer. Everything is remembered: it is the truth to compare with. */
export interface Load {
  readonly issues: readonly Issue[];
  /** Services whose tile alone tells their state, by id: whether they are degraded. */
  readonly tiles: ReadonlyMap<string, boolean>;
  /** Incidents whose acknowledgement was confirmed to the person. */
  readonly acked: ReadonlySet<string>;
  /** By incident: notes whose arrival was confirmed. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
  /** One more issue at once. */
  open(): Issue;
  /** The program that may be asked from now on. */
  serve(tocsin: Tocsin): void;
  start(): void;
  stop(): Promise<void>;
  /** Resolves most of what is open. */
  calm(): void;
}

export interface LoadOptions {
  readonly sandbox: Sandbox;
  readonly sources: readonly string[];
  readonly random: () => number;
  readonly issuesAtMost: number;
}

const EVERY_MS = 40;
const TILES = ['Yammer', 'Forms', 'Planner'];
const SERVICES = ['Exchange Online', 'Microsoft Teams', 'SharePoint Online'];

export function openLoad({ sandbox, sources, random, issuesAtMost }: LoadOptions): Load {
  const { health } = sandbox;
  const issues: Issue[] = [];
  const tiles = new Map(TILES.map((id) => [id, false]));
  const acked = new Set<string>();
  const notes = new Map<string, string[]>();
  let tocsin: Tocsin | undefined;
  let on = false;
  let loops: Promise<unknown> = Promise.resolve();
  /** By source and subject: what the program has committed. */
  let known = new Map<string, Readonly<Record<string, unknown>>>();

  // The tiles of services with issues do not move: overview and issues are two answers, and not of one instant.
  for (const name of SERVICES) health.setService(name.split(' ')[0] ?? name, { name, status: OPERATIONAL });
  for (const id of TILES) health.setService(id, { name: id, status: OPERATIONAL });

  function open(): Issue {
    const number = issues.length + 1;
    const issue: Issue = {
      id: `EX${100_000 + number}`,
      posts: [],
      classification: random() < 0.5 ? 'advisory' : 'incident',
      status: 'serviceDegradation',
      resolved: false,
    };
    issues.push(issue);
    health.putIssue({
      id: issue.id,
      title: `Number ${number} of the things that went wrong`,
      service: SERVICES[number % SERVICES.length] ?? '',
      classification: issue.classification,
      status: issue.status,
      posts: [],
    });
    return issue;
  }

  /** The last change to the issue is in the record of each tenant, so that the next one cannot hide it. */
  function isSeen({ id }: Issue): boolean {
    const now = health.snapshot().issues.find((issue) => issue.id === id)?.lastModifiedDateTime;
    return sources.every(
      (source) =>
        Date.parse(String(known.get(`${source} issue:${id}`)?.['lastModified'])) === Date.parse(now ?? ''),
    );
  }

  function isTileSeen(id: string, degraded: boolean): boolean {
    return sources.every((source) => known.get(`${source} service:${id}`)?.['active'] === degraded);
  }

  function happen(issue: Issue): void {
    const chance = random();
    if (chance < 0.5 || issue.posts.length === 0) {
      const words = `Update ${issue.posts.length + 1} about ${issue.id} is this.`;
      issue.posts.push(words);
      health.post(issue.id, { at: Date.now(), html: `<p>${words}</p>` });
    } else if (chance < 0.65 && issue.classification === 'advisory') {
      issue.classification = 'incident';
      health.patchIssue(issue.id, { classification: 'incident' });
    } else if (chance < 0.8 && issue.status === 'serviceDegradation') {
      issue.status = 'serviceInterruption';
      health.patchIssue(issue.id, { status: issue.status });
    } else if (issue.posts.length > 1) resolve(issue);
  }

  function resolve(issue: Issue): void {
    issue.resolved = true;
    issue.status = 'serviceRestored';
    health.patchIssue(issue.id, {
      status: issue.status,
      isResolved: true,
      endDateTime: new Date().toISOString(),
    });
  }

  async function microsoft(): Promise<void> {
    while (on) {
      const ready = issues.filter((issue) => !issue.resolved && isSeen(issue));
      const issue = ready[Math.floor(random() * ready.length)];
      const open_ = issues.filter(({ resolved }) => !resolved).length;
      if (issues.length < issuesAtMost && (issue === undefined || open_ < 8) && open_ < 16) open();
      else if (issue !== undefined) happen(issue);
      const [id, degraded] = [...tiles][Math.floor(random() * TILES.length)] ?? ['', false];
      if (random() < 0.05 && isTileSeen(id, degraded)) turn(id, !degraded);
      await pause(EVERY_MS);
    }
  }

  function turn(id: string, degraded: boolean): void {
    tiles.set(id, degraded);
    health.setService(id, { name: id, status: degraded ? 'serviceDegradation' : OPERATIONAL });
  }

  async function watch(): Promise<void> {
    while (on) {
      known = (await factsOf(tocsin).catch(() => undefined)) ?? known;
      await pause(EVERY_MS);
    }
  }

  async function people(): Promise<void> {
    for (let n = 1; on; n += 1) {
      // Whatever a kill interrupts was not confirmed to anybody, and nothing is expected of it.
      await answerOne(n).catch(() => undefined);
      await pause(250);
    }
  }

  async function answerOne(n: number): Promise<void> {
    const asked = tocsin;
    if (asked === undefined) return;
    const { incidents } = (await asked.get('/api/v1/incidents?state=unresolved&limit=1000')) as {
      incidents: { id: string; state: string }[];
    };
    const incident = incidents[Math.floor(random() * incidents.length)];
    if (incident === undefined) return;
    const { id } = incident;
    if (random() < 0.5 && incident.state === 'open') {
      const answer = await asked.command(`ack ${id}`, 'alice');
      if (answer.ok && /acknowledged/i.test(answer.text) && answer.text.includes('alice')) acked.add(id);
    } else if (random() < 0.3) {
      const words = `note-${n}-of-${id}`;
      const answer = await asked.command(`note ${id} ${words}`, 'alice');
      if (answer.ok) notes.set(id, [...(notes.get(id) ?? []), words]);
    }
  }

  return {
    issues,
    tiles,
    acked,
    notes,
    open,
    serve(next) {
      tocsin = next;
    },
    start() {
      on = true;
      loops = Promise.all([microsoft(), watch(), people()]);
    },
    async stop() {
      on = false;
      await loops;
    },
    calm() {
      for (const [index, issue] of issues.filter((one) => !one.resolved && isSeen(one)).entries())
        if (index % 3 > 0) resolve(issue);
    },
  };
}

const OPERATIONAL = 'serviceOperational';

async function factsOf(
  tocsin: Tocsin | undefined,
): Promise<Map<string, Readonly<Record<string, unknown>>> | undefined> {
  if (tocsin === undefined || !tocsin.isRunning()) return undefined;
  const { subjects } = (await tocsin.get('/api/v1/subjects?kind=service-health&limit=1000')) as {
    subjects: { source: string; subject: string; values: Record<string, unknown> }[];
  };
  return new Map(subjects.map(({ source, subject, values }) => [`${source} ${subject}`, values]));
}

/** Mulberry32: the same seed gives the same chances. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
