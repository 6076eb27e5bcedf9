import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { MessageRef } from '../../src/model/telling.js';
import type { Instant } from '../../src/model/time.js';
import type { Message } from '../../src/notify/adapter.js';

/** What is kept of a mail: its own id, and what the subjects of its thread have in common. */
export interface MailRef {
  readonly messageId: string;
  readonly subject: string;
}

export interface ThreadIds {
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** Outlook's own: mails with the same begin one conversation ([MS-OXOMSG] 2.2.1.3). */
  readonly threadIndex: string;
}

export interface ThreadInput {
  readonly message: Message;
  readonly channel: string;
  /** Tells two Tocsins apart. */
  readonly publicUrl: string;
  /** Of the sender's address. */
  readonly domain: string;
  readonly before: MailRef | undefined;
}

/**
 * Ids that are the same each time they are computed: a mail that is sent again because nobody knows whether it arrived has
 * the id that it had, and mail servers and clients show it once. All mails of an incident refer to one that is never sent,
 * so that they stand together whichever of them was read, lost or deleted.
 */
export function threadIds({ message, channel, publicUrl, domain, before }: ThreadInput): ThreadIds {
  const host = domainToASCII(domain) || 'tocsin.invalid';
  // A record that began anew counts from 1 again: the time of its beginning tells its incident from the older one.
  const began = message.incident?.openedAt ?? message.card.topic;
  const root = hash(publicUrl, channel, message.topic, began);
  const own = hash(root, before?.messageId ?? '', message.card.revision ?? 0, message.status);
  const rootId = `<${root}.thread@${host}>`;
  return {
    messageId: `<${own}.tocsin@${host}>`,
    ...(before === undefined ? {} : { inReplyTo: before.messageId }),
    references: before === undefined ? [rootId] : [rootId, before.messageId],
    threadIndex: threadIndex(root, message.incident?.openedAt ?? message.card.at),
  };
}

export function readRef(ref: MessageRef | undefined): MailRef | undefined {
  const parsed = refShape.safeParse(ref);
  return parsed.success ? parsed.data : undefined;
}

const refShape = z.object({ messageId: z.string().regex(/^<[^<>\s]+>$/), subject: z.string() });

function hash(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** 100 ns ticks between 1601 and 1970. */
const FILETIME_EPOCH = 116_444_736_000_000_000n;

/** The upper six bytes of the time, and sixteen that name the conversation. */
function threadIndex(root: string, at: Instant): string {
  const ticks = Buffer.alloc(8);
  ticks.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(at))) * 10_000n + FILETIME_EPOCH);
  return Buffer.concat([ticks.subarray(0, 6), Buffer.from(root, 'hex')]).toString('base64');
}
