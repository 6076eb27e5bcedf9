import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { Fault } from '../../src/lib/fault.js';
import type { MessageRef } from '../../src/model/telling.js';
import { SECOND, type Instant } from '../../src/model/time.js';
import type { Transport } from './transport.js';

/** The type of the metadata that every card carries, with the message's key in it. */
export const EVENT_TYPE = 'tocsin_card';
const PAGE = 200;
/** 1 000 messages back: a channel in which more was said since the lost post is no alarm channel. */
const PAGES_MAX = 5;
/** Slack's clock and ours may differ. */
const CLOCK_SLACK = 60 * SECOND;

const historyShape = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        metadata: z
          .object({
            event_type: z.string(),
            event_payload: z.looseObject({ key: z.unknown().optional() }).optional(),
          })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Our own message of this key since then: the newest, should a crash have made two. */
export async function find(
  transport: Transport,
  channel: string,
  key: string,
  since: Instant,
): Promise<MessageRef | undefined> {
  const { botId, userId } = await transport.identity();
  const oldest = (Math.max(0, since - CLOCK_SLACK) / 1_000).toFixed(6);
  let cursor = '';
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await transport.call('read', 'conversations.history', (client) =>
      history(client, channel, oldest, cursor),
    );
    const read = historyShape.safeParse(answer);
    if (!read.success) {
      throw new Fault('channel.failed', "Slack's conversations.history could not be understood.");
    }
    const { messages, response_metadata: more } = read.data;
    const ours = messages.find(
      ({ bot_id, user, metadata }) =>
        metadata?.event_type === EVENT_TYPE &&
        metadata.event_payload?.key === key &&
        ((botId !== undefined && bot_id === botId) || (userId !== undefined && user === userId)),
    );
    if (ours !== undefined) return { channel, ts: ours.ts };
    cursor = more?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}

function history(client: WebClient, channel: string, oldest: string, cursor: string) {
  return client.conversations.history({
    channel,
    oldest,
    inclusive: true,
    include_all_metadata: true,
    limit: PAGE,
    ...(cursor === '' ? {} : { cursor }),
  });
}
