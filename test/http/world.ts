import { aBacktest } from '../cards/backtests.js';
import { silentLog } from '../../src/lib/log.js';
import type { AuditFilter } from '../../src/model/audit.js';
import type { Card } from '../../src/model/card.js';
import type { Incident } from '../../src/model/incident.js';
import type { Role } from '../../src/model/person.js';
import { plain } from '../../src/model/rich.js';
import type {
  ConsoleView,
  Explained,
  HttpAuth,
  HttpDeps,
  HttpReply,
  HttpSpeaker,
  Mount,
} from '../../src/http/deps.js';
import { openHttp, type HttpServer } from '../../src/http/server.js';
import { anEvaluation } from '../support/builders.js';
import { alert, BEGAN } from '../adapters/webhook/fixtures.js';

export const TOKEN = 'correct-horse-battery-staple';

/** A server over made-up parts, and what the tests do to them. */
export interface World {
  readonly url: string;
  readonly server: HttpServer;
  readonly asked: { text: string; speaker: HttpSpeaker }[];
  readonly mounts: Mount[];
  view: ConsoleView;
  readiness: () => ReturnType<HttpDeps['ready']>;
  answer: (text: string) => HttpReply;
  failure: Error | undefined;
  role: Role;
  readonly audited: AuditFilter[];
  explained: Explained | undefined;
  changed(topic: string): void;
  listeners(): number;
  close(): Promise<void>;
}

export async function openWorld(
  options: {
    auth?: HttpAuth;
    publicUrl?: string;
    host?: string;
    port?: number;
    now?: () => number;
    framedBy?: readonly string[];
  } = {},
): Promise<World> {
  const listeners = new Set<(event: { topic: string }) => void>();
  const world: Omit<World, 'url' | 'server'> = {
    asked: [],
    mounts: [],
    view: { open: [], resolved: [], services: [], sources: [] },
    readiness: async () => ({ store: true, queue: true }),
    answer: (text) => ({ card: card({ topic: text, title: `You said ${text}` }), replaces: false, ok: true }),
    failure: undefined,
    role: 'admin',
    audited: [],
    explained: {
      card: card({ topic: 'explain:INC-1042', title: 'Why INC-1042' }),
      view: {
        about: { kind: 'subject', subject: 'trunk:sbc1.contoso.com' },
        facts: [],
        evaluations: [{ ...anEvaluation(), source: 'contoso/direct-routing', since: BEGAN }],
        decisions: [],
        incidents: [incident(1042)],
        deliveries: [],
        calls: [],
        sources: [{ key: 'contoso/direct-routing', health: undefined, polledAt: BEGAN }],
        rules: [],
        now: BEGAN,
        url: '',
      },
    },
    changed: (topic) => {
      for (const listener of listeners) listener({ topic });
    },
    listeners: () => listeners.size,
    close: async () => server.close(),
  };
  const server = await openHttp({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    publicUrl: options.publicUrl ?? 'http://127.0.0.1:3978',
    auth: options.auth ?? { kind: 'none' },
    ...(options.framedBy === undefined ? {} : { framedBy: options.framedBy }),
    now: options.now ?? (() => BEGAN + 600_000),
    ask: async (text, speaker) => {
      world.asked.push({ text, speaker });
      return world.answer(text);
    },
    role: async () => world.role,
    data: {
      backtest: async ({ rules, from, until, progress }) => {
        if (world.failure !== undefined) throw world.failure;
        progress(0.5);
        return aBacktest({ rules: [rules], from, until });
      },
      incidents: async ({ states, tenant, limit }) => {
        if (world.failure !== undefined) throw world.failure;
        return [incident(1042), incident(1041, { state: 'resolved', tenant: 'fabrikam' })]
          .filter((one) => states === undefined || states.includes(one.state))
          .filter((one) => tenant === undefined || one.tenant === tenant)
          .slice(0, limit);
      },
      incident: async (id) => (id === 1042 ? detail(id) : undefined),
      report: async (id) =>
        id === 1042
          ? { name: 'EX900001-PIR.pdf', mediaType: 'application/pdf', body: Buffer.from('%PDF-1.7') }
          : undefined,
      postmortem: async (id) =>
        id === 1042
          ? { name: 'INC-1042-postmortem.md', mediaType: 'text/markdown', body: Buffer.from('# INC-1042') }
          : undefined,
      subjects: async () => [
        {
          subject: 'service:Exchange',
          kind: 'service-health',
          values: { status: 'serviceDegradation' },
          source: 'contoso/service-health',
          tenant: 'contoso',
          since: BEGAN,
          seenAt: BEGAN + 60_000,
        },
      ],
      deliveries: async () => detail(1042).deliveries,
      audit: async (filter) => {
        world.audited.push(filter);
        return [
          {
            at: BEGAN,
            actor: { name: 'bob', via: 'slack' },
            action: 'resolve INC-1042',
            outcome: 'refused',
            detail: { id: 'slack U0456', role: 'viewer', needs: 'responder', where: 'noc', button: true },
          },
        ];
      },
      explain: async (id) => (id === 'INC-1042' ? world.explained : undefined),
      rules: async () => [
        {
          name: 'service-incident',
          source: 'service-health',
          when: 'now.active',
          forMs: 0,
          keepMs: 300_000,
          once: false,
          severity: 'critical',
          labels: {},
          summary: '{{title}}',
          description: '',
          runbook: '',
          rationale: '',
          origin: 'builtin',
          written: {},
        },
      ],
      schedules: async () => [
        {
          schedule: {
            name: 'voice',
            timeZone: 'Europe/Paris',
            now: { person: 'alice', from: BEGAN, to: Number.POSITIVE_INFINITY, reason: 'layer 1' },
            next: [],
            overrides: [],
            gaps: [{ from: BEGAN, to: BEGAN + 3_600_000 }],
            overlaps: [],
          },
          feed: 'https://tocsin.example/calendars/x/voice.ics',
        },
      ],
      response: async ({ weeks }) =>
        Array.from({ length: weeks }, (_, i) => ({
          from: BEGAN - (i + 1) * 604_800_000,
          to: BEGAN - i * 604_800_000,
          incidents: 4,
          acknowledged: 3,
          mttaMs: 360_000,
          resolved: 4,
          mttrMs: 5_400_000,
          people: [{ person: 'alice', pages: 5 - i, night: 2 }],
        })),
      noise: async ({ weeks, rule = 'service-issue' }) => [
        {
          rule,
          weeks: Array.from({ length: weeks }, () => ({
            from: BEGAN,
            to: BEGAN + 7 * 86_400_000,
            fired: 3,
            acted: 1,
            silenced: 0,
            ignored: 2,
            open: 0,
            announced: 0,
            flapped: 0,
          })),
          subjects: [{ subject: 'issue:EX1', fired: 3 }],
          suggestions: [{ setting: 'for', ms: 300_000, spared: 2, of: 3 }],
        },
      ],
      silences: async () => [
        {
          silence: {
            id: 3,
            matchers: [{ name: 'tenant', op: '=', value: 'contoso' }],
            startsAt: BEGAN,
            endsAt: BEGAN + 3_600_000,
            author: { name: 'alice', via: 'console' },
            comment: 'maintenance',
          },
          holds: [1042],
        },
      ],
    },
    cards: async () => world.view,
    ready: () => world.readiness(),
    metrics: async () => '# TYPE tocsin_polls_total counter\ntocsin_polls_total{tenant="contoso"} 3\n',
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    mounts: world.mounts,
    log: silentLog,
  });
  return Object.assign(world, { url: server.url, server });
}

export function card(changes: Partial<Card> = {}): Card {
  return {
    topic: 'incident:1042',
    tone: 'critical',
    badge: 'CRITICAL',
    title: 'Exchange Online: mail is delayed',
    fallback: 'CRITICAL contoso: Exchange Online: mail is delayed',
    sections: [{ kind: 'text', text: plain('Some messages wait in the queue.') }],
    actions: [],
    at: BEGAN,
    ...changes,
  };
}

export function incident(id: number, changes: Partial<Incident> = {}): Incident {
  return {
    id,
    groupKey: '{}:{tenant="contoso"}',
    groupLabels: { tenant: 'contoso' },
    tenant: 'contoso',
    title: 'Exchange Online: mail is delayed',
    severity: 'critical',
    peak: 'critical',
    state: 'open',
    openedAt: BEGAN,
    updatedAt: BEGAN,
    alerts: [alert()],
    destinations: [
      {
        channel: 'noc',
        groupWait: 30_000,
        groupInterval: 300_000,
        repeatInterval: 14_400_000,
        muteTimes: [],
        activeTimes: [],
      },
    ],
    revision: 2,
    ...changes,
  };
}

function detail(id: number) {
  return {
    incident: incident(id),
    timeline: [
      {
        incident: id,
        seq: 1,
        at: BEGAN,
        kind: 'opened',
        actor: { name: 'microsoft', via: 'source' },
        text: 'Opened',
        thread: false,
      },
    ],
    tellings: [
      {
        topic: `incident:${id}`,
        channel: 'noc',
        state: 'told',
        ref: { ts: 'platform-address' },
        revision: 2,
        threadSeq: 1,
        status: 'firing',
        firing: [],
        firstAt: BEGAN,
        lastAt: BEGAN,
      },
    ],
    deliveries: [
      {
        at: BEGAN,
        channel: 'noc',
        topic: `incident:${id}`,
        action: 'post',
        outcome: 'accepted',
        reason: 'first',
        durationMs: 80,
        lateMs: 0,
      },
    ],
  } as const;
}
