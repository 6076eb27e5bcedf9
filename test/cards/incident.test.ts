import { describe, expect, it } from '@jest/globals';
import { incidentCard } from '../../src/cards/incident.js';
import { incidentDetailCard } from '../../src/cards/incident-detail.js';
import { cardToText } from '../../src/http/text.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Action } from '../../src/model/card.js';
import type { TimelineEntry } from '../../src/model/incident.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { aDelivery, aLine, anAlert, anIncident, aTelling, someHealth, T0 } from '../support/builders.js';
import { expectGolden } from './golden.js';
import { anIssueAlert, anIssueIncident, aService, iso, NOW, URL_BASE } from './samples.js';

const opened: TimelineEntry = aLine(1042, { seq: 1, text: 'Opened: critical.' });
const posted: TimelineEntry = aLine(1042, {
  seq: 2,
  at: T0 + 4 * MINUTE,
  kind: 'post',
  actor: { name: 'microsoft', via: 'source' },
  text: 'New post. Changed: “We are looking into it” → “We are reverting it”.',
});
const told: TimelineEntry = aLine(1042, { seq: 3, at: T0 + 5 * MINUTE, kind: 'told', text: 'Told in noc.' });
const frame = { timeline: [opened, posted, told], now: NOW, url: URL_BASE };

describe('the card of an incident', () => {
  it('says at a glance what, where, since when and how bad', () => {
    expectGolden('incident-open', incidentCard({ ...frame, incident: anIssueIncident() }));
  });

  it('names who has it', () => {
    const incident = anIssueIncident({
      state: 'acknowledged',
      acknowledgedBy: 'alice',
      acknowledgedAt: T0 + 10 * MINUTE,
      peak: 'critical',
      severity: 'major',
    });
    expectGolden('incident-acknowledged', incidentCard({ ...frame, incident, silencedUntil: T0 + HOUR }));
  });

  it('says who snoozed it and until when', () => {
    const incident = anIssueIncident({
      state: 'acknowledged',
      acknowledgedBy: 'alice',
      acknowledgedAt: T0 + 10 * MINUTE,
      snoozedUntil: T0 + 3 * HOUR,
    });
    expectGolden('incident-snoozed', incidentCard({ ...frame, incident }));
  });

  it('says how bad it is now that it got worse in somebody’s hands', () => {
    const incident = anIssueIncident({
      state: 'acknowledged',
      acknowledgedBy: 'alice',
      acknowledgedAt: T0 + 10 * MINUTE,
      wokeAt: T0 + 15 * MINUTE,
    });
    const card = incidentCard({ ...frame, incident });
    expect(card.badge).toBe('CRITICAL, ACKNOWLEDGED');
    expect(card.actions[0]?.id).toBe('ack');
  });

  it('says that it flaps', () => {
    const alert = anIssueAlert();
    const flap = { fingerprint: alert.fingerprint, fired: [], count: 6, since: T0, calmAt: T0 + 2 * HOUR };
    const line = aLine(1042, {
      seq: 4,
      at: T0 + 20 * MINUTE,
      kind: 'flapping',
      text: 'Flapping: it has fired 4 times in 20 min.',
    });
    expectGolden(
      'incident-flapping',
      incidentCard({
        ...frame,
        timeline: [...frame.timeline, line],
        incident: anIssueIncident({ alerts: [alert], flaps: [flap] }),
      }),
    );
  });

  it('is green and has nothing to press but details when it is over', () => {
    const over = anIssueAlert({
      active: false,
      status: 'serviceRestored',
      statusText: 'Service restored',
      pir: true,
    });
    const incident = anIssueIncident({
      state: 'resolved',
      resolvedAt: T0 + 2 * HOUR + 5 * MINUTE,
      resolvedBy: 'microsoft',
      alerts: [{ ...over, state: 'resolved', endsAt: T0 + 2 * HOUR }],
    });
    const card = incidentCard({ ...frame, incident, now: T0 + 3 * HOUR });
    expectGolden('incident-resolved', card);
    expect(card.actions.map(({ label }) => label)).toEqual(['Details', 'Why?']);
  });

  it('says that it is late, where else it was told, and that Microsoft broke its word', () => {
    const incident = anIssueIncident();
    const card = incidentCard({
      ...frame,
      incident,
      now: T0 + 2 * HOUR,
      tellings: [aTelling('incident:1042'), aTelling('incident:1042', { channel: 'pd', state: 'sending' })],
      late: { ms: 12 * MINUTE, reason: 'the channel asked to wait' },
    });
    expectGolden('incident-late', card);
  });

  it('lists the alerts of a group, worst first', () => {
    const alerts = [
      anIssueAlert(
        { id: 'TM555555', title: 'Calls drop', service: 'Microsoft Teams' },
        { severity: 'major' },
      ),
      anIssueAlert(
        { id: 'SP777777', title: 'Search is slow', service: 'SharePoint Online' },
        { state: 'resolved' },
      ),
      anIssueAlert(),
    ];
    expectGolden(
      'incident-group',
      incidentCard({ ...frame, incident: anIssueIncident({ alerts, severity: 'critical' }) }),
    );
  });

  it('shows history and deliveries in its details', () => {
    const card = incidentDetailCard({
      ...frame,
      incident: anIssueIncident(),
      tellings: [aTelling('incident:1042', { lastAt: T0 + 5 * MINUTE })],
      deliveries: [
        aDelivery('incident:1042', {
          channel: 'noc-teams',
          outcome: 'refused',
          reason: 'The bot is not a member.',
        }),
        aDelivery('incident:1042'),
      ],
    });
    expectGolden('incident-detail', card);
  });

  it('survives an incident without alerts or values', () => {
    const bare = anIncident({ id: 7, alerts: [], title: 'Something', groupLabels: {} });
    expect(incidentCard({ ...frame, timeline: [], incident: bare }).title).toBe('Something');
    const empty = anIncident({ id: 7, alerts: [anAlert({ values: {}, summary: '', subject: 'issue:X1' })] });
    expect(incidentCard({ ...frame, timeline: [], incident: empty }).title).toBe('X1');
  });

  it('only announces what an edge rule found', () => {
    const alert = anAlert({
      rule: 'message-new',
      subject: 'message:MC1',
      once: true,
      severity: 'info',
      summary: 'MC1: new',
    });
    const card = incidentCard({
      ...frame,
      timeline: [],
      incident: anIncident({ id: 8, alerts: [alert], state: 'resolved' }),
    });
    expect([card.badge, card.tone]).toEqual(['INFO', 'info']);
    expect(card.actions.map(({ label }) => label)).toEqual(['Details', 'Why?']);
  });
});

describe('the presses that each state offers', () => {
  const pressed = ({ command, form }: Action): string => command ?? `form: ${form?.opens}`;
  const labels = (state: 'open' | 'acknowledged'): readonly (string | undefined)[] =>
    incidentCard({ ...frame, incident: anIssueIncident({ state }) }).actions.map(pressed);

  it('offers to take an open one', () => {
    expect(labels('open')).toEqual([
      'ack INC-1042',
      'snooze INC-1042 1h',
      'resolve INC-1042',
      'silence INC-1042 1h',
      'form: note INC-1042',
      'incident INC-1042',
      'explain INC-1042',
    ]);
  });

  it('offers to give an acknowledged one back', () => {
    expect(labels('acknowledged')).toEqual([
      'resolve INC-1042',
      'snooze INC-1042 1h',
      'unack INC-1042',
      'silence INC-1042 1h',
      'form: note INC-1042',
      'incident INC-1042',
      'explain INC-1042',
    ]);
  });

  it('offers to wake a snoozed one up, and to end the silence of a silenced one', () => {
    const incident = anIssueIncident({ state: 'acknowledged', snoozedUntil: NOW + HOUR });
    const card = incidentCard({ ...frame, incident, silencedUntil: NOW + HOUR });
    expect(card.actions.map(pressed)).toEqual([
      'resolve INC-1042',
      'unack INC-1042',
      'unsilence INC-1042',
      'form: note INC-1042',
      'incident INC-1042',
      'explain INC-1042',
    ]);
  });

  it('has the runbook before the details, and the question why last', () => {
    const incident = anIssueIncident();
    const alerts = incident.alerts.map((alert) => ({
      ...alert,
      runbook: 'https://tocsin.example/runbooks/x',
    }));
    const { actions } = incidentCard({ ...frame, incident: { ...incident, alerts } });
    expect(actions.slice(-3).map(({ label }) => label)).toEqual(['Runbook', 'Details', 'Why?']);
  });

  it.each([
    [
      anIssueAlert({ status: 'serviceInterruption' }),
      'critical (an incident of Microsoft’s that interrupts the service)',
    ],
    [anIssueAlert({ classification: 'advisory' }), 'critical (an advisory of Microsoft’s)'],
    [
      anIssueAlert({}, { rule: 'report-empty', runbook: 'https://x.example/runbooks/report-empty' }),
      'critical',
    ],
    [
      anIssueAlert({}, { rule: 'ours', because: 'attempts 40, ner 0.2 → critical' }),
      'critical (attempts 40, ner 0.2)',
    ],
  ])('says why it is that bad in words, and of a rule of one’s own on which values', (alert, said) => {
    const card = incidentCard({ ...frame, incident: anIssueIncident({ alerts: [alert] }) });
    expect(cardToText(card).match(/Severity: (.*)/)?.[1]).toBe(said);
  });

  it('of a report says where an authorised person fetches the file, once there is one', () => {
    const report = (values: JsonObject) =>
      incidentCard({
        ...frame,
        incident: anIssueIncident({
          alerts: [
            {
              ...anIssueAlert({}, { rule: 'report-finished', subject: 'report:1' }),
              values: { type: 'report', id: '1', ...values },
            },
          ],
        }),
      });
    expect(cardToText(report({ rows: 412, columns: 6 }))).toContain('Fetch it: in Partner Center');
    expect(JSON.stringify(report({ rows: 412, columns: 6 }))).toContain('https://partner.microsoft.com/');
    expect(cardToText(report({}))).not.toContain('Fetch it');
  });

  it('asks before it resolves for everyone', () => {
    const card = incidentCard({ ...frame, incident: anIssueIncident() });
    expect(card.actions.filter(({ confirm }) => confirm !== undefined).map(({ id }) => id)).toEqual([
      'resolve',
    ]);
  });
});

describe('the cards about Tocsin itself', () => {
  const blind = {
    ...someHealth({
      state: 'denied',
      failures: 3,
      status: 403,
      code: 'api.denied',
      message: 'admin consent missing for ServiceHealth.Read.All.',
      advice: 'Grant the permission named above and give admin consent.',
      blindSince: iso(T0 - 55 * MINUTE),
      lastGood: iso(T0 - 56 * MINUTE),
    }),
    blindMinutes: 75,
  };
  const alert = anAlert({
    rule: 'source-blind',
    kind: 'tocsin',
    subject: 'source:contoso/service-health',
    summary: 'contoso/service-health is blind',
    values: blind,
    because: 'now.state (denied) → major',
  });

  it('says that a source is blind, why, and what to do', () => {
    expectGolden(
      'source-blind',
      incidentCard({ ...frame, timeline: [], incident: anIncident({ id: 9, alerts: [alert] }) }),
    );
  });

  it('says that it sees again', () => {
    const over = { ...alert, state: 'resolved' as const, endsAt: NOW, values: { ...someHealth() } };
    const incident = anIncident({ id: 9, alerts: [over], state: 'resolved', resolvedAt: NOW });
    expectGolden('source-sees-again', incidentCard({ ...frame, timeline: [], incident }));
  });

  it('says that a channel refuses messages', () => {
    const broken = anAlert({
      rule: 'channel-broken',
      kind: 'tocsin',
      subject: 'channel:noc-teams',
      values: {
        state: 'broken',
        reason: 'The bot is not a member.',
        advice: 'Invite it.',
        retryAt: NOW + HOUR,
      },
    });
    expectGolden(
      'channel-broken',
      incidentCard({ ...frame, timeline: [], incident: anIncident({ id: 10, alerts: [broken] }) }),
    );
  });

  it('says that a rule fails', () => {
    const failing = anAlert({
      rule: 'rule-error',
      kind: 'tocsin',
      subject: 'rule:my-rule',
      severity: 'warning',
      values: { failing: true, message: 'no such name: statsu', example: 'issue:EX1' },
      description: 'On issue:EX1: no such name: statsu',
    });
    expectGolden(
      'rule-error',
      incidentCard({ ...frame, timeline: [], incident: anIncident({ id: 11, alerts: [failing] }) }),
    );
  });
});

describe('a service in trouble that no issue explains', () => {
  it('says so, in the words of a state we do not know yet too', () => {
    const values = {
      ...aService('Exchange', 'Exchange Online', 'unknown').values,
      statusText: 'Partly cloudy',
      openIssues: [],
    };
    const alert = anAlert({
      rule: 'service-status',
      summary: '',
      values,
      because: 'now.explained (false) → major',
    });
    const card = incidentCard({ ...frame, timeline: [], incident: anIncident({ id: 12, alerts: [alert] }) });
    expectGolden('service-status', card);
  });
});
