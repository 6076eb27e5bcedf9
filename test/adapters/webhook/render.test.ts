import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { renderWebhook, sign } from '../../../adapters/webhook/render.js';
import { alert, BEGAN, message } from './fixtures.js';

describe('the webhook body', () => {
  it("is Alertmanager's version 4, field for field", () => {
    expect(renderWebhook(message(), 'hook', 'https://tocsin.contoso.com')).toEqual({
      version: '4',
      groupKey: '{}:{subject="issue:EX900001", tenant="contoso"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'hook',
      groupLabels: { tenant: 'contoso', subject: 'issue:EX900001' },
      commonLabels: alert().labels,
      commonAnnotations: {
        summary: 'Exchange Online: mail is delayed',
        description: 'Some messages wait in the queue.',
        runbook_url: 'https://runbooks.contoso.com/mail',
      },
      externalURL: 'https://tocsin.contoso.com',
      alerts: [
        {
          status: 'firing',
          labels: alert().labels,
          annotations: {
            summary: 'Exchange Online: mail is delayed',
            description: 'Some messages wait in the queue.',
            runbook_url: 'https://runbooks.contoso.com/mail',
          },
          startsAt: '2026-11-21T03:10:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://tocsin.contoso.com/incidents/INC-1042',
          fingerprint: '6f1d2c3b4a598877',
        },
      ],
    });
  });

  it('tells when a resolved alert ended, beside one that still fires', () => {
    const ended = alert({ fingerprint: 'b', state: 'resolved', endsAt: BEGAN + 3_600_000 });
    const body = renderWebhook(message({ alerts: [alert(), ended] }), 'hook', 'https://t');
    expect(body.alerts.map(({ status, endsAt }) => ({ status, endsAt }))).toEqual([
      { status: 'firing', endsAt: '0001-01-01T00:00:00Z' },
      { status: 'resolved', endsAt: '2026-11-21T04:10:00.000Z' },
    ]);
  });

  it('tells of an announcement as firing, with its end, until the whole group is over', () => {
    const said = alert({ once: true, state: 'resolved', endsAt: BEGAN });
    const shown = (status: 'firing' | 'resolved') =>
      renderWebhook(message({ status, alerts: [said] }), 'hook', 'https://t').alerts.map((one) => [
        one.status,
        one.endsAt,
      ]);
    expect(shown('firing')).toEqual([['firing', '2026-11-21T03:10:00.000Z']]);
    expect(shown('resolved')).toEqual([['resolved', '2026-11-21T03:10:00.000Z']]);
  });

  it('keeps in common only what all alerts share', () => {
    const other = alert({
      fingerprint: 'b',
      labels: { ...alert().labels, severity: 'major', region: 'emea' },
      summary: 'Another',
    });
    const body = renderWebhook(message({ alerts: [alert(), other] }), 'hook', 'https://t');
    expect(body.commonLabels).toEqual({
      alertname: 'service-incident',
      tenant: 'contoso',
      source: 'service-health',
      subject: 'issue:EX900001',
      team: 'messaging',
    });
    expect(Object.keys(body.commonAnnotations)).toEqual(['description', 'runbook_url']);
  });

  it('leaves out an alert that is only pending', () => {
    const body = renderWebhook(message({ alerts: [alert({ state: 'pending' })] }), 'hook', 'https://t');
    expect(body.alerts).toEqual([]);
    expect(body.commonLabels).toEqual({});
  });
});

describe('the signature', () => {
  it('is the HMAC-SHA256 of "t.body" with t in seconds', () => {
    const t = Math.floor(BEGAN / 1_000);
    const expected = createHmac('sha256', 's3cret').update(`${t}.{"a":1}`).digest('hex');
    expect(sign('{"a":1}', 's3cret', BEGAN + 999)).toBe(`t=${t},v1=${expected}`);
  });
});
