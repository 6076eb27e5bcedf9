import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { recase } from '../../src/sandbox/state/wire.js';
import {
  routeToAll,
  sandboxTenant,
  startTocsin,
  tempDir,
  writeSettings,
  type Tocsin,
} from '../support/process.js';
import { putRecord } from '../support/record.js';
import { freePort } from '../support/servers.js';
import { startSink, type Sink } from '../support/sink.js';
import { until } from '../support/until.js';
import type { IncidentView } from './truth.js';

jest.setTimeout(120_000);

interface Overview {
  readonly id: string;
  readonly service: string;
  readonly status: string;
}

interface Issue extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly title: string;
  readonly classification: string;
  readonly posts: readonly { readonly description: { readonly content: string } }[];
}

interface HookBody {
  readonly status: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SETS = [
  { name: 'answers of our own', folder: here('../fixtures') },
  { name: 'recorded answers', folder: here('../../../shared/payloads') },
].filter(({ name, folder }) => {
  if (existsSync(join(folder, 'graph-issues.json'))) return true;
  process.stderr.write(`skipped: ${name} are not here\n`);
  return false;
});

/** By how their enum members begin. */
const CASINGS = ['camel', 'pascal'] as const;
const TENANTS = ['camel-first', 'pascal-first', 'camel-later', 'pascal-later', 'refused'] as const;
type Tenant = (typeof TENANTS)[number];

describe.each(SETS)('$name', ({ folder }) => {
  const text = (name: string): string => readFileSync(join(folder, `${name}.json`), 'utf8');
  const overviews = JSON.parse(text('graph-healthOverviews')) as { value: Overview[] };
  const issues = JSON.parse(text('graph-issues')) as { value: Issue[] };
  const degraded = overviews.value.filter(({ status }) => status !== 'serviceOperational');
  const subjects = degraded.map(({ id }) => `service:${id}`).sort();

  const sandboxes = new Map<Tenant, Sandbox>();
  let hook: Sink;
  let tocsin: Tocsin;

  const at = (tenant: Tenant): Sandbox => {
    const sandbox = sandboxes.get(tenant);
    if (sandbox === undefined) throw new Error(`no sandbox for ${tenant}`);
    return sandbox;
  };
  const told = (tenant: Tenant): HookBody[] =>
    (hook.bodies() as HookBody[]).filter(({ groupLabels }) => groupLabels['tenant'] === tenant);
  const incidents = async (tenant: Tenant): Promise<readonly IncidentView[]> => {
    const all = (await tocsin.get('/api/v1/incidents?limit=1000')) as { incidents: IncidentView[] };
    return all.incidents.filter((incident) => incident.tenant === tenant);
  };
  const polls = (tenant: Tenant): number => at(tenant).requests.length;

  beforeAll(async () => {
    const dir = tempDir();
    for (const tenant of TENANTS)
      sandboxes.set(tenant, await openSandbox({ caDir: join(dir, tenant), throttle: false }));
    for (const casing of CASINGS) {
      at(`${casing}-first`).health.loadRaw(
        casing === 'camel' ? text('graph-healthOverviews') : cased(overviews, casing),
        casing === 'camel' ? text('graph-issues') : cased(issues, casing),
      );
      at(`${casing}-later`).health.loadRaw(cased(calm(overviews), casing), cased({ value: [] }, casing));
    }
    at('refused').health.loadRaw(text('graph-healthOverviews'), text('graph-issues'));
    at('refused').faults.add({
      match: /serviceAnnouncement/,
      kind: { kind: 'status', status: 403, body: text('graph-error-403-wrong-tenant') },
    });
    const [sink, port] = await Promise.all([startSink('the webhook'), freePort()]);
    hook = sink;
    const settings = {
      dataDir: './data',
      http: { port },
      tenants: TENANTS.map((name) => sandboxTenant(at(name), { name })),
      channels: [{ name: 'hook', kind: 'webhook', url: `${hook.url}/alerts` }],
      // Each tenant on its own: left to itself, one issue of Microsoft's in several tenants is one incident.
      route: { ...routeToAll('hook'), groupBy: ['tenant', 'subject'] },
    };
    await putRecord(join(dir, 'data'));
    tocsin = await startTocsin(writeSettings(dir, settings), port);
  });
  afterAll(async () => {
    expect(await tocsin.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await Promise.all([hook.close(), ...[...sandboxes.values()].map((sandbox) => sandbox.close())]);
  });

  describe.each(CASINGS)('%s', (casing) => {
    it('at the first poll: one summary, and nobody is paged', async () => {
      const tenant = `${casing}-first` as const;
      await until(() => told(tenant).length > 0);
      const seen = polls(tenant);
      await until(() => polls(tenant) > seen + 4);
      expect(told(tenant)).toHaveLength(1);
      const [summary] = told(tenant);
      expect(summary?.groupLabels['summary']).toBe(`${tenant}/service-health`);
      expect(summary?.alerts.map(({ labels }) => labels['subject']).sort()).toEqual(subjects);
      const found = await incidents(tenant);
      expect(found.every(({ baseline, state }) => baseline && state === 'open')).toBe(true);
      expect(found.flatMap(({ alerts }) => alerts.map(({ subject }) => subject)).sort()).toEqual(subjects);
    });

    it('later: a card for each service and issue, which follows them to their end', async () => {
      const tenant = `${casing}-later` as const;
      const { health } = at(tenant);
      await until(async () => (await factsOf(tenant)).length === overviews.value.length);
      expect(told(tenant)).toEqual([]);

      health.loadRaw(cased(overviews, casing), cased({ value: issues.value.map(asOpened) }, casing));
      const all = [...subjects, ...issues.value.map(({ id }) => `issue:${id}`)].sort();
      await until(() => firing(tenant).length === all.length);
      expect(firing(tenant)).toEqual(all);
      const severities = new Map(
        (await incidents(tenant)).map(({ severity, alerts }) => [alerts[0]?.subject, severity]),
      );
      for (const { id, classification } of issues.value)
        expect(severities.get(`issue:${id}`)).toBe(classification === 'incident' ? 'major' : 'warning');

      health.loadRaw(cased(overviews, casing), cased({ value: issues.value.map(asToday) }, casing));
      await until(() => firing(tenant).length === subjects.length);
      expect(firing(tenant)).toEqual(subjects);
      for (const { id } of issues.value) {
        const [incident, ...others] = (await incidents(tenant)).filter(({ alerts }) =>
          alerts.some(({ subject }) => subject === `issue:${id}`),
        );
        expect({ state: incident?.state, others }).toEqual({ state: 'resolved', others: [] });
      }
      health.loadRaw(cased(calm(overviews), casing), cased({ value: issues.value.map(asToday) }, casing));
      await until(() => firing(tenant).length === 0);
      expect((await incidents(tenant)).map(({ state }) => state)).toEqual(all.map(() => 'resolved'));
    });

    it('asked for, an issue is a card of its words', async () => {
      for (const { id, title } of issues.value) {
        const { ok, text: words } = await tocsin.command(`issue ${id} --tenant ${casing}-first`);
        expect({ id, ok, words }).toEqual({ id, ok: true, words: expect.stringContaining(id) as unknown });
        expect(squeezed(words)).toContain(squeezed(title).slice(0, 60));
      }
    });
  });

  it('a refusal is an incident about the source alone, and what it hid is a summary once it is over', async () => {
    await until(() => told('refused').length > 0);
    const [incident, ...others] = await incidents('refused');
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      state: 'open',
      severity: 'major',
      title: expect.stringMatching(
        /^refused\/service-health is blind since .*403|Resource doesn't exist/,
      ) as unknown,
      alerts: [{ rule: 'source-blind', subject: 'source:refused/service-health' }],
    });
    at('refused').faults.clear();
    await until(() => told('refused').some(({ status }) => status === 'resolved'));
    await until(() => told('refused').some(({ groupLabels }) => groupLabels['summary'] !== undefined));
    expect(told('refused').map(({ status }) => status)).toEqual(
      expect.arrayContaining(['firing', 'resolved', 'firing']),
    );
    expect(told('refused')).toHaveLength(3);
  });

  /** Subjects that the webhook knows to be firing, by the last it was told of each. */
  function firing(tenant: Tenant): string[] {
    const last = new Map(told(tenant).map((body) => [body.groupLabels['subject'] ?? '', body.status]));
    return [...last].flatMap(([subject, status]) => (status === 'firing' ? [subject] : [])).sort();
  }

  async function factsOf(tenant: Tenant): Promise<readonly unknown[]> {
    const query = `tenant=${tenant}&kind=service-health&limit=1000`;
    return ((await tocsin.get(`/api/v1/subjects?${query}`)) as { subjects: unknown[] }).subjects;
  }
});

function cased(body: unknown, casing: (typeof CASINGS)[number]): string {
  return JSON.stringify(recase(body, casing));
}

function calm({ value }: { readonly value: readonly Overview[] }): { value: Overview[] } {
  return { value: value.map((service) => ({ ...service, status: 'serviceOperational' })) };
}

/** The issue as it stood after its first post, if that had been today. */
function asOpened(issue: Issue): Issue {
  return {
    ...asToday(issue),
    status: 'serviceDegradation',
    isResolved: false,
    endDateTime: null,
    posts: issue.posts.slice(0, 1),
  };
}

/** What changed long ago is not asked for: the answer as it is, changed now. */
function asToday(issue: Issue): Issue {
  return { ...issue, lastModifiedDateTime: new Date().toISOString() };
}

function squeezed(words: string): string {
  return words.replace(/\s+/g, ' ');
}
