import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The 32 characters of the one integration there is. */
export const ROUTING_KEY = '0123456789abcdef0123456789ABCDEF';

/** What PagerDuty documents of an event: required keys, words and lengths. Unknown keys are taken. */
const event = z.discriminatedUnion('event_action', [
  z.object({
    routing_key: z.string().length(32),
    event_action: z.literal('trigger'),
    dedup_key: z.string().max(255).optional(),
    payload: z.object({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
    links: z.array(z.object({ href: z.url(), text: z.string().optional() })).optional(),
    images: z.array(z.object({ src: z.url({ protocol: /^https$/ }) })).optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
  }),
  z.object({
    routing_key: z.string().length(32),
    event_action: z.enum(['acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
  }),
]);

export type PagerEvent = z.output<typeof event>;

/** An alert of PagerDuty: what was sent with one dedup key since it was opened. */
export interface PagerAlert {
  readonly dedupKey: string;
  readonly state: 'triggered' | 'acknowledged' | 'resolved';
  /** Of its first event: PagerDuty keeps it. */
  readonly summary: string;
  readonly events: readonly PagerEvent[];
}

/** PagerDuty's Events API v2 on loopback: one service, whose alerts can be looked at. */
export interface PagerDuty {
  readonly url: string;
  alerts(): readonly PagerAlert[];
  /** How often somebody was woken: with each alert that opened. */
  pages(): number;
  readonly events: readonly PagerEvent[];
  clear(): void;
  close(): Promise<void>;
}

export async function startPagerDuty(): Promise<PagerDuty> {
  const alerts: { -readonly [K in keyof PagerAlert]: PagerAlert[K] }[] = [];
  const events: PagerEvent[] = [];
  const take = (given: PagerEvent): string => {
    events.push(given);
    const dedupKey = given.dedup_key ?? `made-${events.length}`;
    const open = alerts.find((alert) => alert.dedupKey === dedupKey && alert.state !== 'resolved');
    if (open !== undefined) {
      open.events = [...open.events, given];
      if (given.event_action === 'acknowledge') open.state = 'acknowledged';
      if (given.event_action === 'resolve') open.state = 'resolved';
    } else if (given.event_action === 'trigger') {
      const { summary } = given.payload;
      alerts.push({ dedupKey, state: 'triggered', summary, events: [given] });
    }
    return dedupKey;
  };
  const server = createServer((req, res) => {
    readAll(req).then(
      (text) => {
        const [status, answer] = answerTo(req, text, take);
        res.writeHead(status, { 'content-type': 'application/json' });
        res.end(JSON.stringify(answer));
      },
      () => res.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    alerts: () => alerts,
    pages: () => alerts.length,
    events,
    clear() {
      alerts.length = 0;
      events.length = 0;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function answerTo(
  req: IncomingMessage,
  text: string,
  take: (given: PagerEvent) => string,
): [status: number, answer: object] {
  if (req.method !== 'POST' || req.url !== '/v2/enqueue') return [404, { message: 'Not Found' }];
  if (Buffer.byteLength(text) > 512 * 1024) return [413, { message: 'Payload Too Large' }];
  const parsed = event.safeParse(jsonOf(text));
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => `'${path.join('.')}' ${message}`);
    return [400, { status: 'invalid event', message: 'Event object is invalid', errors }];
  }
  if (parsed.data.routing_key !== ROUTING_KEY)
    return [
      400,
      { status: 'invalid event', message: 'Event object is invalid', errors: ['Invalid routing key'] },
    ];
  return [202, { status: 'success', message: 'Event processed', dedup_key: take(parsed.data) }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readAll(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
