import { renderMail, type Mail } from '../../../adapters/email/render.js';
import { incidentMessage, summaryMessage } from '../../../src/engine/compose.js';
import type { Incident, TimelineEntry } from '../../../src/model/incident.js';
import { plain } from '../../../src/model/rich.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import type { Message, ThreadLine } from '../../../src/notify/adapter.js';
import { anIssueAlert, anIssueIncident, NOW, URL_BASE } from '../../cards/samples.js';
import { aLine, anAlert, anIncident, T0 } from '../../support/builders.js';
import { aChart } from '../../support/chart.js';
import { tables } from '../slack/cards.js';

const taken = { state: 'acknowledged', acknowledgedBy: 'alice', acknowledgedAt: NOW } as const;
const ended = { state: 'resolved', resolvedAt: T0 + 2 * HOUR, resolvedBy: 'microsoft' } as const;

const timeline: readonly TimelineEntry[] = [
  aLine(1042, { seq: 1, text: 'Opened: critical.' }),
  aLine(1042, { seq: 2, at: T0 + 4 * MINUTE, kind: 'post', text: 'a new post from Microsoft' }),
];

export function mailMessage(over: Partial<Incident> = {}, news: readonly ThreadLine[] = []): Message {
  const incident = anIssueIncident(over);
  const message = incidentMessage({ incident, timeline, silences: [], url: URL_BASE, now: NOW });
  return { ...message, news };
}

const news: readonly ThreadLine[] = [
  { at: T0 + 4 * MINUTE, who: 'microsoft', text: plain('New post: the change is being reverted.') },
  { at: NOW, who: 'alice', text: plain('Acknowledged.') },
];

const group = mailMessage({
  alerts: [
    anIssueAlert(),
    anAlert({ subject: 'issue:TM555555', summary: 'Microsoft Teams: Calls drop (TM555555)' }),
  ],
});

const plainIncident = anIncident({ id: 7, alerts: [anAlert({ subject: 'trunk:sbc1.contoso.com' })] });
const calls = incidentMessage({
  incident: plainIncident,
  timeline: [],
  silences: [],
  url: URL_BASE,
  now: NOW,
});

/** A message for each look that a mail can have. */
export const MESSAGES: Readonly<Record<string, Message>> = {
  critical: mailMessage(),
  acknowledged: mailMessage({ ...taken, revision: 2 }, news),
  resolved: mailMessage({
    ...ended,
    revision: 3,
    alerts: [anIssueAlert({}, { state: 'resolved', endsAt: T0 + 2 * HOUR })],
  }),
  group,
  charted: {
    ...calls,
    card: { ...calls.card, sections: [...calls.card.sections, aChart(), ...tables.sections] },
  },
  summary: summaryMessage(
    'summary:contoso/service-health',
    [anIssueIncident(), anIncident({ id: 2 })],
    URL_BASE,
    NOW,
  ),
};

export function rendered(message: Message, core?: string, timeZone = 'UTC'): Mail {
  return renderMail({ message, channel: 'mail', publicUrl: URL_BASE, timeZone, core });
}
