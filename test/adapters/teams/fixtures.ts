import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Card } from '../../../src/model/card.js';
import type { Json } from '../../../src/model/json.js';
import { plain } from '../../../src/model/rich.js';
import type { AdapterMemory, Ask, Inbox, Message, Reply } from '../../../src/notify/adapter.js';

export const AT = Date.UTC(2026, 10, 21, 3, 10);

/** What an incident looks like when it has just been opened. */
export function incident(change: Partial<Card> = {}): Card {
  return {
    topic: 'incident:1042',
    tone: 'critical',
    badge: 'CRITICAL',
    title: 'sbc1.contoso.com: 31 of 40 outbound calls failed',
    fallback: 'CRITICAL sbc1.contoso.com: 31 of 40 outbound calls failed since 03:10 UTC (INC-1042, contoso)',
    sections: [
      {
        kind: 'facts',
        facts: [
          { label: 'Tenant', value: [{ text: 'contoso' }] },
          { label: 'Since', value: [{ time: AT }] },
          { label: 'Next step', value: [{ text: 'Renew the certificate of the SBC', bold: true }] },
        ],
      },
      {
        kind: 'quote',
        title: 'Latest post by Microsoft',
        at: AT + 600_000,
        text: [
          { kind: 'heading', inlines: [{ text: 'Current status' }] },
          {
            kind: 'paragraph',
            inlines: [
              { text: 'We are looking at ' },
              { text: 'the details', href: 'https://example.com/a_(b)?c=d' },
            ],
          },
          { kind: 'list', ordered: false, items: [[{ text: 'first' }], [{ text: 'second', italic: true }]] },
        ],
      },
    ],
    actions: [
      { id: 'ack', label: 'Acknowledge', style: 'primary', command: 'ack INC-1042' },
      {
        id: 'resolve',
        label: 'Resolve',
        style: 'default',
        command: 'resolve INC-1042',
        confirm: 'Resolve INC-1042 for everyone?',
      },
      { id: 'details', label: 'Details', style: 'default', command: 'incident INC-1042' },
      { id: 'link', label: 'Runbook', style: 'default', href: 'https://example.com/runbook' },
    ],
    footer: [{ command: 'incident INC-1042', text: 'INC-1042' }, { text: ' · contoso' }],
    revision: 1,
    at: AT,
    ...change,
  };
}

export function acknowledged(): Card {
  const open = incident();
  return {
    ...open,
    badge: 'ACKNOWLEDGED',
    fallback: 'ACKNOWLEDGED by Alex',
    sections: [{ kind: 'text', text: plain('Acknowledged by Alex Wilber') }, ...open.sections],
    actions: open.actions.filter(({ id }) => id !== 'ack'),
    revision: 2,
  };
}

export function statusCard(): Card {
  return {
    topic: 'status',
    tone: 'warning',
    title: 'Teams is degraded',
    fallback: 'Teams is degraded, 2 more services are well',
    sections: [
      {
        kind: 'list',
        items: [
          {
            tone: 'warning',
            line: [{ text: 'Microsoft Teams', bold: true }, { text: ' degraded since ' }, { time: AT }],
          },
          { tone: 'ok', line: [{ text: 'Exchange Online' }] },
        ],
      },
      {
        kind: 'table',
        columns: ['Trunk', 'Calls', 'NER'],
        rows: [
          [[{ text: 'sbc1.contoso.com' }], [{ text: '40' }], [{ text: '22 %', bold: true }]],
          [[{ text: 'sbc2.contoso.com' }], [{ text: '12' }]],
        ],
      },
    ],
    actions: [],
    at: AT,
  };
}

export function messageOf(card: Card): Message {
  return {
    topic: card.topic,
    key: `${card.topic}@1`,
    card,
    status: 'firing',
    groupKey: 'contoso/trunk',
    groupLabels: {},
    alerts: [],
    url: 'https://tocsin.example.com/#INC-1042',
  };
}

export interface FakeInbox extends Inbox {
  readonly asked: readonly Ask[];
  readonly url: string;
  readonly stored: ReadonlyMap<string, Json>;
  /** What was said of which channel: `there`, or why it is lost. */
  readonly presence: [string, string][];
  close(): Promise<void>;
}

const NO_FORMS: Pick<Inbox, 'open' | 'submit'> = {
  open: async () => Promise.reject(new Error('no form was expected')),
  submit: async () => Promise.reject(new Error('no form was expected')),
};

/** An inbox with a real HTTP server on a free loopback port, or on `port`. */
export async function openInbox(
  answer: (ask: Ask) => Reply | undefined | Promise<Reply | undefined>,
  forms: Pick<Inbox, 'open' | 'submit'> = NO_FORMS,
): Promise<FakeInbox> {
  const asked: Ask[] = [];
  const presence: [string, string][] = [];
  const seen = new Set<string>();
  const routes = new Map<string, (req: IncomingMessage, res: ServerResponse) => void>();
  const { memory, stored } = openStore();
  const server = createServer((req, res) => {
    const route = routes.get(`${req.method ?? ''} ${req.url ?? ''}`);
    if (route === undefined) res.writeHead(404).end();
    else route(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const firstSeen = async (id: string): Promise<boolean> => !seen.has(id) && seen.add(id).has(id);
  return {
    asked,
    stored,
    memory,
    presence,
    channelIs: async (channel, trouble) => void presence.push([channel, trouble?.message ?? 'there']),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstSeen,
    async ask(ask) {
      if (ask.eventId !== undefined && !(await firstSeen(ask.eventId))) return undefined;
      asked.push(ask);
      return answer(ask);
    },
    ...forms,
    mount: (method, path, handler) => void routes.set(`${method} ${path}`, handler),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

export function openStore(): { readonly memory: AdapterMemory; readonly stored: ReadonlyMap<string, Json> } {
  const stored = new Map<string, Json>();
  return {
    stored,
    memory: {
      get: async (key) => stored.get(key),
      put: async (key, value) => void stored.set(key, value),
    },
  };
}
