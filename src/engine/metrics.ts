import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Delivery } from '../model/telling.js';
import { SEVERITIES } from '../model/severity.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Store } from '../store/store.js';
import type { PollMeter } from './poll.js';

export interface Metrics extends PollMeter {
  delivered(delivery: Delivery): void;
  commanded(command: string, seconds: number): void;
  /** A call from outside, by what became of it. */
  called(call: { readonly tenant: string; readonly outcome: string }): void;
  reloaded(ok: boolean): void;
  /** Prometheus text; what stands in the record is read when it is asked for. */
  text(): Promise<string>;
}

const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface MetricsDeps {
  readonly store: Pick<Store, 'alerts' | 'incidents' | 'sources'>;
  /** Jobs by queue. */
  readonly depths: () => Promise<Readonly<Record<string, number>>>;
  /** Those of the settings: the record knows others too. */
  readonly sources: () => readonly { readonly key: SourceKey }[];
  readonly now: () => Instant;
}

export function openMetrics({ store, depths, sources, now }: MetricsDeps): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const polls = new Counter({
    name: 'tocsin_polls_total',
    help: 'Polls by outcome',
    labelNames: ['tenant', 'source', 'outcome'],
    registers,
  });
  const pollSeconds = new Histogram({
    name: 'tocsin_poll_seconds',
    help: 'Duration of a whole turn',
    labelNames: ['tenant', 'source'],
    buckets: SECONDS,
    registers,
  });
  const lag = new Gauge({
    name: 'tocsin_source_lag_seconds',
    help: 'Age of the last good poll',
    labelNames: ['tenant', 'source'],
    registers,
  });
  const rows = new Counter({
    name: 'tocsin_rows_total',
    help: 'Rows read from the API, those read again included',
    labelNames: ['tenant', 'source'],
    registers,
  });
  const evaluations = new Counter({
    name: 'tocsin_rule_evaluations_total',
    help: 'Rules evaluated on a subject',
    registers,
  });
  const alerts = new Gauge({
    name: 'tocsin_alerts',
    help: 'Live alerts',
    labelNames: ['state', 'severity'],
    registers,
  });
  const incidents = new Gauge({
    name: 'tocsin_incidents',
    help: 'Unresolved incidents',
    labelNames: ['state'],
    registers,
  });
  const deliveries = new Counter({
    name: 'tocsin_deliveries_total',
    help: 'Attempts to tell a channel',
    labelNames: ['channel', 'outcome', 'reason'],
    registers,
  });
  const deliverySeconds = new Histogram({
    name: 'tocsin_delivery_seconds',
    help: 'From the change seen to accepted by the platform',
    labelNames: ['channel'],
    buckets: SECONDS,
    registers,
  });
  const depth = new Gauge({
    name: 'tocsin_queue_depth',
    help: 'Jobs waiting',
    labelNames: ['queue'],
    registers,
  });
  const commandSeconds = new Histogram({
    name: 'tocsin_command_seconds',
    help: 'Chat commands',
    labelNames: ['command'],
    buckets: SECONDS,
    registers,
  });
  const callbacks = new Counter({
    name: 'tocsin_callbacks_total',
    help: 'Callbacks of APIs, by what became of them',
    labelNames: ['tenant', 'outcome'],
    registers,
  });
  const reloads = new Gauge({
    name: 'tocsin_reload_success',
    help: '1 when the last reading of the settings succeeded',
    registers,
  });
  reloads.set(1);

  /** Read from the record, where every process leaves what it polled: one that polls no more is seen to. */
  async function showLags(): Promise<void> {
    lag.reset();
    const watched = new Set(sources().map(({ key }) => key));
    const good = (await store.sources()).flatMap(({ source, tenant, kind, goodAt }) =>
      goodAt !== undefined && watched.has(source) ? [{ tenant, source: kind, goodAt }] : [],
    );
    // Of several of a kind the oldest is the one to see.
    for (const { goodAt, ...labels } of good.sort((a, b) => b.goodAt - a.goodAt))
      lag.set(labels, Math.max(0, now() - goodAt) / 1000);
  }

  return {
    polled({ tenant, kind, outcome, ms, rows: read, evaluations: judged }) {
      polls.inc({ tenant, source: kind, outcome });
      pollSeconds.observe({ tenant, source: kind }, ms / 1000);
      rows.inc({ tenant, source: kind }, read);
      evaluations.inc(judged);
    },
    delivered({ channel, outcome, reason, lateMs }) {
      // What follows the colon is for people, and different each time.
      const [code = ''] = reason.split(':', 1);
      deliveries.inc({ channel, outcome, reason: code });
      if (outcome === 'accepted') deliverySeconds.observe({ channel }, lateMs / 1000);
    },
    commanded: (command, seconds) => commandSeconds.observe({ command }, seconds),
    called: ({ tenant, outcome }) => callbacks.inc({ tenant, outcome }),
    reloaded: (ok) => reloads.set(ok ? 1 : 0),
    async text() {
      await showLags();
      alerts.reset();
      for (const state of ['pending', 'firing'])
        for (const severity of SEVERITIES) alerts.set({ state, severity }, 0);
      for (const alert of await store.alerts()) alerts.inc({ state: alert.state, severity: alert.severity });
      for (const state of ['open', 'acknowledged'] as const)
        incidents.set({ state }, (await store.incidents({ states: [state], limit: 100_000 })).length);
      for (const [queue, waiting] of Object.entries(await depths())) depth.set({ queue }, waiting);
      return registry.metrics();
    },
  };
}
