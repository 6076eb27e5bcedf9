import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.js';

/** What we use of an inbound activity (the Bot Framework's wire protocol). Unknown fields and types pass. */
const account = z.looseObject({
  id: z.string().catch(''),
  name: z.string().optional().catch(undefined),
  aadObjectId: z.string().optional().catch(undefined),
});

const named = z.looseObject({ id: z.string() }).optional().catch(undefined);

const inbound = z.looseObject({
  type: z.string(),
  id: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  action: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  serviceUrl: z.string().optional().catch(undefined),
  replyToId: z.string().optional().catch(undefined),
  from: account.optional().catch(undefined),
  recipient: account.optional().catch(undefined),
  conversation: z
    .looseObject({
      id: z.string().catch(''),
      conversationType: z.string().optional().catch(undefined),
      tenantId: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  membersAdded: z.array(account).optional().catch(undefined),
  membersRemoved: z.array(account).optional().catch(undefined),
  entities: z
    .array(z.looseObject({ type: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
  channelData: z
    .looseObject({
      eventType: z.string().optional().catch(undefined),
      tenant: named,
      team: named,
      channel: named,
    })
    .optional()
    .catch(undefined),
  value: z.unknown().optional(),
});

export type Inbound = z.output<typeof inbound>;

export function readInbound(body: unknown): Inbound | undefined {
  const parsed = inbound.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/** An outbound activity as plain JSON. */
export type Outbound = JsonObject & { readonly type: 'message' };

/** Where a conversation is, and how to reach it. */
export interface Place {
  /** `19:…@thread.tacv2`, the same with `;messageid=…` for a thread, `a:…` for a chat with one person. */
  readonly conversation: string;
  readonly serviceUrl: string;
  readonly tenantId?: string;
}

/** Our address of a posted message. */
export interface TeamsRef {
  readonly conversation: string;
  readonly activityId: string;
  readonly serviceUrl: string;
}

const ref = z.looseObject({ conversation: z.string(), activityId: z.string(), serviceUrl: z.string() });

export function readRef(value: unknown): TeamsRef | undefined {
  const parsed = ref.safeParse(value);
  if (!parsed.success) return undefined;
  const { conversation, activityId, serviceUrl } = parsed.data;
  return { conversation, activityId, serviceUrl };
}

/** The conversation without the thread: `19:…@thread.tacv2;messageid=1` → `19:…@thread.tacv2`. */
export function baseConversation(id: string): string {
  return id.split(';', 1)[0] ?? id;
}

export function isChannel(conversation: string): boolean {
  return /@thread\.(tacv2|skype)$/.test(baseConversation(conversation));
}

export function tenantOf(activity: Inbound): string | undefined {
  return activity.channelData?.tenant?.id ?? activity.conversation?.tenantId;
}

/** True when the bot was spoken to: alone with a person always, among others when it was mentioned. */
export function isForUs(activity: Inbound): boolean {
  if (activity.conversation?.conversationType === 'personal') return true;
  if (baseConversation(activity.conversation?.id ?? '').startsWith('a:')) return true;
  return mentions(activity).some(({ id }) => id === activity.recipient?.id);
}

/** The words without the bot's mention, with the markup that Teams puts in resolved. */
export function wordsOf(activity: Inbound): string {
  let text = activity.text ?? '';
  for (const mention of mentions(activity)) {
    if (mention.id === activity.recipient?.id && mention.text !== '')
      text = text.replaceAll(mention.text, ' ');
  }
  return text
    .replace(/<\/?at[^>]*>/gi, ' ')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

function mentions(activity: Inbound): { readonly id: string; readonly text: string }[] {
  return (activity.entities ?? []).flatMap((entity) => {
    if (entity.type !== 'mention') return [];
    const parsed = z
      .looseObject({ mentioned: z.looseObject({ id: z.string() }), text: z.string().catch('') })
      .safeParse(entity);
    return parsed.success ? [{ id: parsed.data.mentioned.id, text: parsed.data.text }] : [];
  });
}

/** What a button of ours carries. */
export interface ButtonData {
  readonly command: string | undefined;
  /** The words that open a form. */
  readonly opens: string | undefined;
  readonly topic: string | undefined;
  readonly revision: number | undefined;
  /** It stands on a posted card, of which there is to be one. */
  readonly living: boolean;
}

const buttonData = z.looseObject({
  command: z.string().optional().catch(undefined),
  opens: z.string().optional().catch(undefined),
  topic: z.string().optional().catch(undefined),
  revision: z.number().optional().catch(undefined),
  living: z.boolean().catch(false),
});

export function readButton(value: unknown): ButtonData | undefined {
  const parsed = buttonData.safeParse(value);
  if (!parsed.success) return undefined;
  const { command, opens, topic, revision, living } = parsed.data;
  if (command === undefined && opens === undefined && topic === undefined) return undefined;
  return { command, opens, topic, revision, living };
}

/** What a form carries of the button that opened it. */
export function carriedBy({ opens, topic, revision, living }: ButtonData): JsonObject {
  return {
    ...(opens === undefined ? {} : { opens }),
    ...(topic === undefined ? {} : { topic }),
    ...(revision === undefined ? {} : { revision }),
    ...(living ? { living } : {}),
  };
}

/** `adaptiveCard/action`: which button, and what it carries. */
export function readExecute(
  value: unknown,
): { readonly verb: string; readonly data: ButtonData; readonly sent: unknown } | undefined {
  const parsed = z
    .looseObject({ action: z.looseObject({ verb: z.string().catch(''), data: z.unknown().optional() }) })
    .safeParse(value);
  if (!parsed.success) return undefined;
  const { verb, data: sent } = parsed.data.action;
  const data = readButton(sent);
  return data === undefined ? undefined : { verb, data, sent };
}

/** `task/fetch`, `task/submit`: what the button or the dialog carries. */
export function readTask(value: unknown): { readonly data: ButtonData; readonly sent: unknown } | undefined {
  const parsed = z.looseObject({ data: z.unknown().optional() }).safeParse(value);
  const sent = parsed.success ? parsed.data.data : undefined;
  const data = readButton(sent);
  return data === undefined ? undefined : { data, sent };
}
