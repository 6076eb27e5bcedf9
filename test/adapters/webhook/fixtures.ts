import type { Alert } from '../../../src/model/alert.js';
import type { Message } from '../../../src/notify/adapter.js';

export const BEGAN = Date.UTC(2026, 10, 21, 3, 10);

export function alert(changes: Partial<Alert> = {}): Alert {
  return {
    fingerprint: '6f1d2c3b4a598877',
    rule: 'service-incident',
    tenant: 'contoso',
    sourceKey: 'contoso/service-health',
    kind: 'service-health',
    subject: 'issue:EX900001',
    state: 'firing',
    severity: 'critical',
    labels: {
      alertname: 'service-incident',
      severity: 'critical',
      tenant: 'contoso',
      source: 'service-health',
      subject: 'issue:EX900001',
      team: 'messaging',
    },
    summary: 'Exchange Online: mail is delayed',
    description: 'Some messages wait in the queue.',
    runbook: 'https://runbooks.contoso.com/mail',
    startsAt: BEGAN,
    firingAt: BEGAN,
    values: { active: true },
    because: 'now.active (true)',
    baseline: false,
    once: false,
    ...changes,
  };
}

export function message(changes: Partial<Message> = {}): Message {
  return {
    topic: 'incident:1042',
    key: 'incident:1042/hook',
    card: {
      topic: 'incident:1042',
      tone: 'critical',
      title: 'Exchange Online: mail is delayed',
      fallback: 'CRITICAL contoso: Exchange Online: mail is delayed',
      sections: [],
      actions: [],
      at: BEGAN,
    },
    status: 'firing',
    groupKey: '{}:{subject="issue:EX900001", tenant="contoso"}',
    groupLabels: { tenant: 'contoso', subject: 'issue:EX900001' },
    alerts: [alert()],
    url: 'https://tocsin.contoso.com/incidents/INC-1042',
    ...changes,
  };
}
