import type { Card } from '../../../src/model/card.js';
import { MINUTE, HOUR } from '../../../src/model/time.js';
import type { ConsoleView } from '../../../src/http/deps.js';

/** A bad night at two tenants, as the cards of it would look. */
export function badNight(now: number): ConsoleView {
  return {
    open: [exchange(now), sbc(now), planner(now)],
    resolved: [
      resolved(now, 1031, 'SharePoint Online: search results are stale', 95),
      resolved(now, 1028, 'Microsoft Teams: presence is late', 310),
    ],
    services: [
      {
        tenant: 'contoso',
        name: 'Exchange Online',
        status: 'Service interruption',
        tone: 'critical',
        since: now - 42 * MINUTE,
        issue: { id: 'EX912345', command: 'issue EX912345' },
      },
      {
        tenant: 'contoso',
        name: 'Planner',
        status: 'Service degradation',
        tone: 'warning',
        since: now - 3 * HOUR,
        issue: { id: 'PL800120', href: 'https://admin.microsoft.com/#/servicehealth/:/alerts/PL800120' },
      },
      ...[
        'Microsoft Teams',
        'SharePoint Online',
        'OneDrive for Business',
        'Microsoft Intune',
        'Power BI',
        'Microsoft Entra',
        'Microsoft Purview',
      ].map((name) => ({ tenant: 'contoso', name, status: 'Operational', tone: 'ok' }) as const),
      ...['Exchange Online', 'Microsoft Teams', 'SharePoint Online'].map(
        (name) => ({ tenant: 'fabrikam', name, status: 'Operational', tone: 'ok' }) as const,
      ),
    ],
    sources: [
      {
        key: 'fabrikam/service-health',
        tenant: 'fabrikam',
        kind: 'service-health',
        state: 'denied',
        tone: 'warning',
        polledAt: now - 20_000,
        lastGood: now - 65 * MINUTE,
        blindSince: now - 64 * MINUTE,
        detail: '403: admin consent is missing for ServiceHealth.Read.All. Grant it in Entra.',
      },
      {
        key: 'contoso/service-health',
        tenant: 'contoso',
        kind: 'service-health',
        state: 'ok',
        tone: 'ok',
        polledAt: now - 12_000,
        lastGood: now - 12_000,
        budgetLeft: 742,
      },
    ],
  };
}

function exchange(now: number): Card {
  return {
    topic: 'incident:1042',
    tone: 'critical',
    badge: 'CRITICAL',
    title: 'Exchange Online: some users cannot send mail outside the organisation',
    fallback: 'CRITICAL contoso: Exchange Online: some users cannot send mail outside the organisation',
    sections: [
      {
        kind: 'text',
        text: [
          {
            kind: 'paragraph',
            inlines: [
              { text: 'Promoted from advisory to ' },
              { text: 'incident', bold: true },
              { text: '; mail to outside recipients waits in the queue.' },
            ],
          },
        ],
      },
      {
        kind: 'facts',
        facts: [
          { label: 'Since', value: [{ time: now - 42 * MINUTE }] },
          { label: 'Status', value: [{ text: 'Service interruption' }] },
          { label: 'Feature', value: [{ text: 'Mail flow: sending, receiving' }] },
          { label: 'Tenant', value: [{ text: 'contoso' }] },
        ],
      },
      {
        kind: 'quote',
        title: 'Microsoft, latest post',
        at: now - 9 * MINUTE,
        text: [
          { kind: 'heading', inlines: [{ text: 'Current status' }] },
          {
            kind: 'paragraph',
            inlines: [
              {
                text: 'We have identified that a recent change to the routing layer keeps a part of the outbound queue from draining. We are reverting the change in the affected region and watch the queue as it recovers. Users may see a delivery delay of up to forty minutes until the revert has reached every server, and messages are kept, not lost.',
              },
            ],
          },
          {
            kind: 'paragraph',
            inlines: [
              {
                text: 'Scope of impact: any user whose mailbox is served through the affected part of the infrastructure may be unable to send messages to recipients outside of the organisation.',
              },
            ],
          },
          {
            kind: 'list',
            ordered: false,
            items: [
              [{ text: 'Start time: Saturday, 02:28 UTC' }],
              [{ text: 'Next update: by 05:00 UTC' }],
              [
                { text: 'More: ' },
                { text: 'the service health dashboard', href: 'https://admin.microsoft.com/' },
              ],
            ],
          },
        ],
      },
    ],
    actions: [
      { id: 'ack', label: 'Acknowledge', style: 'primary', command: 'ack INC-1042' },
      {
        id: 'resolve',
        label: 'Resolve',
        style: 'danger',
        command: 'resolve INC-1042',
        confirm: 'Resolve INC-1042 for everyone?',
      },
      { id: 'silence', label: 'Silence 1 h', style: 'default', command: 'snooze INC-1042 1h' },
      { id: 'details', label: 'Details', style: 'default', command: 'incident INC-1042' },
      {
        id: 'link',
        label: 'Open at Microsoft',
        style: 'default',
        href: 'https://admin.microsoft.com/#/servicehealth',
      },
    ],
    footer: [
      { command: 'incident INC-1042', text: 'INC-1042' },
      { text: ' · contoso · ' },
      { command: 'issue EX912345', text: 'EX912345' },
    ],
    revision: 4,
    at: now - 9 * MINUTE,
  };
}

function sbc(now: number): Card {
  return {
    topic: 'incident:1043',
    tone: 'major',
    badge: 'ACKNOWLEDGED',
    title: 'sbc1.contoso.com: 31 of 40 outbound calls failed in 15 min',
    fallback: 'MAJOR contoso: sbc1.contoso.com: 31 of 40 outbound calls failed',
    sections: [
      {
        kind: 'facts',
        facts: [
          { label: 'Verdict', value: [{ text: 'Yours, not Microsoft’s: certificate expired' }] },
          { label: 'Acknowledged', value: [{ text: 'alice, ' }, { time: now - 6 * MINUTE }] },
        ],
      },
      {
        kind: 'table',
        columns: ['Code', 'Meaning', 'Calls', 'Trunk'],
        rows: [
          [
            [{ text: '504 / 569008', code: true }],
            [{ text: 'TLS certificate of the SBC has expired' }],
            [{ text: '29' }],
            [{ text: 'sbc1.contoso.com' }],
          ],
          [
            [{ text: '503 / 560503', code: true }],
            [{ text: 'SBC answered that it is overloaded' }],
            [{ text: '2' }],
            [{ text: 'sbc1.contoso.com' }],
          ],
        ],
      },
    ],
    actions: [
      { id: 'unack', label: 'Give back', style: 'default', command: 'unack INC-1043' },
      {
        id: 'resolve',
        label: 'Resolve',
        style: 'danger',
        command: 'resolve INC-1043',
        confirm: 'Resolve INC-1043 for everyone?',
      },
    ],
    footer: [{ command: 'incident INC-1043', text: 'INC-1043' }, { text: ' · contoso' }],
    revision: 2,
    at: now - 6 * MINUTE,
  };
}

function planner(now: number): Card {
  return {
    topic: 'incident:1040',
    tone: 'warning',
    badge: 'WARNING',
    title: 'Planner: tasks load slowly',
    fallback: 'WARNING contoso: Planner: tasks load slowly',
    sections: [
      {
        kind: 'list',
        items: [
          {
            tone: 'warning',
            line: [
              { text: 'Planner in Teams', bold: true },
              { text: ' · degraded since ' },
              { time: now - 3 * HOUR },
            ],
          },
          { tone: 'ok', line: [{ text: 'Planner on the web' }] },
        ],
      },
    ],
    actions: [{ id: 'ack', label: 'Acknowledge', style: 'primary', command: 'ack INC-1040' }],
    footer: [{ command: 'incident INC-1040', text: 'INC-1040' }, { text: ' · contoso · sent 12 min late' }],
    at: now - 3 * HOUR,
  };
}

function resolved(now: number, id: number, title: string, minutes: number): Card {
  return {
    topic: `incident:${id}`,
    tone: 'ok',
    badge: 'RESOLVED',
    title,
    fallback: `RESOLVED contoso: ${title}`,
    sections: [
      {
        kind: 'facts',
        facts: [
          { label: 'Lasted', value: [{ text: '1 h 12 min' }] },
          { label: 'Resolved by', value: [{ text: 'Microsoft' }] },
        ],
      },
    ],
    actions: [{ id: 'details', label: 'Details', style: 'default', command: `incident INC-${id}` }],
    footer: [{ text: `INC-${id} · contoso` }],
    at: now - minutes * MINUTE,
  };
}
