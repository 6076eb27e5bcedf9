import { createHmac } from 'node:crypto';
import type { Alert } from '../../src/model/alert.js';
import type { Labels } from '../../src/model/labels.js';
import type { Instant } from '../../src/model/time.js';
import type { Message } from '../../src/notify/adapter.js';

/** Go's zero time: how Alertmanager says that an alert has no end yet. */
const NO_END = '0001-01-01T00:00:00Z';

/** Alertmanager's webhook body, version 4 (Prometheus documentation, "Alertmanager configuration", webhook_config). */
export interface WebhookBody {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly alerts: readonly WebhookAlert[];
}

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export function renderWebhook(message: Message, receiver: string, externalURL: string): WebhookBody {
  const alerts = message.alerts
    .filter((alert) => alert.state !== 'pending')
    .map((alert) => renderAlert(alert, message));
  return {
    version: '4',
    groupKey: message.groupKey,
    truncatedAlerts: 0,
    status: message.status,
    receiver,
    groupLabels: message.groupLabels,
    commonLabels: shared(alerts.map((alert) => alert.labels)),
    commonAnnotations: shared(alerts.map((alert) => alert.annotations)),
    externalURL,
    alerts,
  };
}

/** `t=<unix seconds>,v1=<hex>`: the receiver recomputes the HMAC-SHA256 of `t.body` and refuses an old `t`. */
export function sign(body: string, secret: string, now: Instant): string {
  const t = Math.floor(now / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

function renderAlert(alert: Alert, message: Message): WebhookAlert {
  const over = alert.state === 'resolved' && !(alert.once && message.status === 'firing');
  return {
    status: over ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: alert.runbook,
    },
    startsAt: iso(alert.startsAt),
    endsAt: (over || alert.once) && alert.endsAt !== undefined ? iso(alert.endsAt) : NO_END,
    generatorURL: message.url,
    fingerprint: alert.fingerprint,
  };
}

/** The pairs that every one of them has with the same value. */
function shared(all: readonly Labels[]): Labels {
  const [first, ...rest] = all;
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((labels) => labels[name] === value)),
  );
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
