import { textOf } from '../../src/cards/values.js';
import type { Alert } from '../../src/model/alert.js';
import type { Incident } from '../../src/model/incident.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE } from '../../src/model/time.js';
import { aFact, anAlert, anIncident, T0 } from '../support/builders.js';

export const URL_BASE = 'https://tocsin.example';
/** 03:20 UTC: twenty minutes into the night. */
export const NOW = T0 + 20 * MINUTE;

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** An open incident of Microsoft's, as the source tells it. */
export function issueValues(over: JsonObject = {}): JsonObject {
  return {
    type: 'issue',
    id: 'EX123456',
    title: "Users can't reach their mailboxes",
    service: 'Exchange Online',
    serviceId: 'Exchange',
    status: 'serviceDegradation',
    statusText: 'Service degradation',
    classification: 'incident',
    origin: 'microsoft',
    feature: 'Outlook on the web',
    featureGroup: 'E-mail and calendar access',
    impact: 'Some users see an error when they open a mailbox in any client.',
    active: true,
    level: 'major',
    startedAt: iso(T0 - 40 * MINUTE),
    endedAt: null,
    lastModified: iso(T0 + 4 * MINUTE),
    posts: 2,
    latestPostAt: iso(T0 + 4 * MINUTE),
    latestPost: 'A recent change overloads a part of the directory. We are reverting it.',
    latestPostRich: [
      { kind: 'heading', inlines: [{ text: 'Current status' }] },
      {
        kind: 'paragraph',
        inlines: [
          { text: 'A recent change overloads a part of the ' },
          { text: 'directory', bold: true },
          { text: '. We are reverting it; see ' },
          { text: 'the guide', href: 'https://learn.microsoft.com/outage' },
          { text: '.' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [[{ text: 'Europe: reverted' }], [{ text: 'North America: under way' }]],
      },
    ],
    nextUpdateBy: iso(T0 + 60 * MINUTE),
    pir: false,
    highImpact: false,
    url: 'https://admin.microsoft.com/Adminportal/Home#/servicehealth/:/alerts/EX123456',
    ...over,
  };
}

export function anIssue(over: JsonObject = {}): Fact {
  const values = issueValues(over);
  return aFact(`issue:${textOf(values, 'id') ?? ''}`, values);
}

export function aService(id: string, name: string, status: string, over: JsonObject = {}): Fact {
  const active = status !== 'serviceOperational';
  return aFact(`service:${id}`, {
    type: 'service',
    id,
    name,
    status,
    active,
    level: active ? 'major' : 'ok',
    openIssues: active ? ['EX123456'] : [],
    explained: active,
    ...over,
  });
}

export function anIssueAlert(values: JsonObject = {}, over: Partial<Alert> = {}): Alert {
  const all = issueValues(values);
  return anAlert({
    rule: 'service-issue',
    subject: `issue:${textOf(all, 'id') ?? ''}`,
    severity: 'critical',
    summary: `${textOf(all, 'service') ?? ''}: ${textOf(all, 'title') ?? ''} (${textOf(all, 'id') ?? ''})`,
    values: all,
    because: 'active, classification incident, status serviceInterruption → critical',
    ...over,
  });
}

export function anIssueIncident(over: Partial<Incident> = {}): Incident {
  return anIncident({ id: 1042, alerts: [anIssueAlert()], ...over });
}
