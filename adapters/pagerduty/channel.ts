import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../../src/lib/fault.js';
import type { Push } from '../../src/lib/http/push.js';
import type { MessageRef } from '../../src/model/telling.js';
import type { AdapterDeps, Channel, Message } from '../../src/notify/adapter.js';
import { refusal } from './faults.js';
import { dedupKeyOf, renderEvent, type Event } from './render.js';

export interface Integration {
  readonly name: string;
  readonly routingKey: string;
  readonly target: URL;
  readonly push: Push;
}

/** Of so many alerts it is remembered what was sent last. */
const SAID_MAX = 2_000;

const refShape = z.object({ dedupKey: z.string().min(1).max(255) });

export function openChannel({ name, routingKey, target, push }: Integration, deps: AdapterDeps): Channel {
  // An edit that PagerDuty would not see is not sent. Forgotten with a restart: one event more does no harm.
  const said = new Map<string, string>();

  const send = async (event: Event): Promise<void> => {
    const body = JSON.stringify({ routing_key: routingKey, ...event });
    const answer = await push.post(target, body, {});
    if (answer.status < 200 || answer.status >= 300)
      throw refusal(answer, target.host, routingKey, deps.now());
  };

  const tell = async (message: Message, dedupKey: string, again: boolean): Promise<MessageRef> => {
    const event = renderEvent(message, dedupKey, again && message.topic.startsWith('page:'));
    const mark = createHash('sha256').update(JSON.stringify(event)).digest('hex');
    if (!again && said.get(dedupKey) === mark) return { dedupKey };
    said.delete(dedupKey);
    await send(event);
    said.set(dedupKey, mark);
    const [oldest] = said.keys();
    if (said.size > SAID_MAX && oldest !== undefined) said.delete(oldest);
    return { dedupKey };
  };

  return {
    name,
    kind: 'pagerduty',
    pager: true,
    post: async (message, before) =>
      tell(message, readRef(before) ?? dedupKeyOf(message, name, deps.publicUrl), true),
    async update(ref, message) {
      const dedupKey = readRef(ref);
      if (dedupKey === undefined)
        throw new Fault('channel.message-gone', 'The kept key of the alert is not one of PagerDuty.');
      return tell(message, dedupKey, false);
    },
    async check() {
      // It ends an alert that does not exist: PagerDuty looks at the key and does nothing.
      await send({ event_action: 'resolve', dedup_key: 'tocsin-doctor' });
      return `${target.host} takes events with this routing key. Nobody was paged.`;
    },
  };
}

function readRef(ref: MessageRef | undefined): string | undefined {
  const parsed = refShape.safeParse(ref);
  return parsed.success ? parsed.data.dedupKey : undefined;
}
