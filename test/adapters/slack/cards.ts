import type { Card } from '../../../src/model/card.js';
import type { Message } from '../../../src/notify/adapter.js';

const T = Date.UTC(2026, 10, 21, 3, 10, 0);

/** A live incident as people see it first. */
export const critical: Card = {
  topic: 'incident:1042',
  tone: 'critical',
  badge: 'CRITICAL',
  title: 'Exchange Online: mail is delayed for some users',
  fallback: 'CRITICAL Exchange Online: mail is delayed since 03:10 UTC (INC-1042, contoso)',
  sections: [
    {
      kind: 'facts',
      facts: [
        { label: 'Since', value: [{ time: T }] },
        { label: 'Feature', value: [{ text: 'E-Mail & calendar <access>' }] },
        { label: 'Issue', value: [{ command: 'issue EX900001', text: 'EX900001' }] },
        { label: 'Why', value: [{ text: 'now.active', code: true }, { text: ' is true' }] },
      ],
    },
    {
      kind: 'quote',
      title: "Microsoft's latest post",
      at: T + 300_000,
      text: [
        { kind: 'heading', inlines: [{ text: 'Current status' }] },
        {
          kind: 'paragraph',
          inlines: [
            { text: 'We are looking at ' },
            { text: 'queue depth', bold: true },
            { text: '. Details: ' },
            { text: 'admin center', href: 'https://admin.microsoft.com/?a=1&b=2#x|y' },
            { text: '\nNext update by 06:00 UTC; <!channel> @here.' },
          ],
        },
        { kind: 'list', ordered: true, items: [[{ text: 'restart' }], [{ text: 'wait', italic: true }]] },
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
    { id: 'silence', label: 'Silence 1h', style: 'default', command: 'silence INC-1042 1h' },
    { id: 'details', label: 'Details', style: 'default', command: 'incident INC-1042' },
    { id: 'link', label: 'Runbook', style: 'default', href: 'https://runbooks.example/exchange' },
    { id: 'link', label: 'Console', style: 'default', href: 'https://tocsin.example/#INC-1042' },
  ],
  footer: [{ command: 'incident INC-1042', text: 'INC-1042' }, { text: ' · contoso · service-degraded' }],
  revision: 1,
  at: T,
};

export const acknowledged: Card = {
  ...critical,
  badge: 'ACKNOWLEDGED',
  fallback: 'CRITICAL Exchange Online: mail is delayed, acknowledged by alice (INC-1042, contoso)',
  sections: [
    ...critical.sections.slice(0, 1),
    {
      kind: 'text',
      text: [
        {
          kind: 'paragraph',
          inlines: [
            { text: 'Last change', bold: true },
            { text: ' ' },
            { time: T + 600_000 },
            { text: ': acknowledged' },
          ],
        },
      ],
    },
  ],
  revision: 2,
};

export const resolved: Card = {
  ...critical,
  tone: 'ok',
  badge: 'RESOLVED',
  fallback: 'RESOLVED after 2 h: Exchange Online: mail is delayed (INC-1042, contoso)',
  actions: critical.actions.filter((action) => action.id === 'details'),
  revision: 3,
};

export const incidents: Card = {
  topic: 'incidents',
  tone: 'major',
  title: '2 open incidents',
  fallback: '2 open incidents',
  sections: [
    {
      kind: 'list',
      items: [
        {
          tone: 'critical',
          line: [
            { command: 'incident INC-1042', text: 'INC-1042' },
            { text: ' Exchange Online: mail is delayed' },
          ],
        },
        {
          tone: 'warning',
          line: [{ command: 'incident INC-1043', text: 'INC-1043' }, { text: ' Teams: meetings' }],
        },
      ],
    },
  ],
  actions: [],
  at: T,
};

export const status: Card = {
  topic: 'status',
  tone: 'ok',
  badge: 'OK',
  title: 'Everything works at contoso',
  fallback: 'Everything works at contoso',
  sections: [
    { kind: 'text', text: [{ kind: 'paragraph', inlines: [{ text: '27 services; asked just now.' }] }] },
    { kind: 'facts', facts: [{ label: 'Oldest answer', value: [{ time: T }] }] },
  ],
  actions: [],
  footer: [{ text: 'contoso · ' }, { time: T }],
  at: T,
};

export const tables: Card = {
  topic: 'calls',
  tone: 'neutral',
  title: 'Calls of the last hour',
  fallback: 'Calls of the last hour: 40, 9 failed',
  sections: [
    {
      kind: 'table',
      columns: ['Trunk', 'Calls', 'NER'],
      rows: [
        [[{ text: 'sbc1.contoso.example' }], [{ text: '31' }], [{ text: '71 %' }]],
        [[{ text: 'sbc2 & <co>' }], [{ text: '9' }], [{ text: '`100 %`' }]],
      ],
    },
    {
      kind: 'table',
      columns: ['Code', 'What it means', 'What to do'],
      rows: [
        [
          [{ text: '504/569008', bold: true }],
          [
            {
              text: "The certificate of the session border controller has expired, or its chain isn't complete",
            },
          ],
          [{ text: 'Renew it' }],
        ],
      ],
    },
    { kind: 'table', columns: ['Empty', 'Table'], rows: [] },
  ],
  actions: [],
  at: T,
};

export function messageOf(card: Card, key = 'k1'): Message {
  return {
    topic: card.topic,
    key,
    card,
    status: card.tone === 'ok' ? 'resolved' : 'firing',
    groupKey: '{}',
    groupLabels: {},
    alerts: [],
    url: 'https://tocsin.example',
  };
}
