import { z } from 'zod';
import type { Card } from '../../src/model/card.js';
import type { Json } from '../../src/model/json.js';
import type { AdapterMemory } from '../../src/notify/adapter.js';
import { baseConversation, readRef, tenantOf, type Inbound, type Place, type TeamsRef } from './activity.js';

/** The one living message of a topic in a conversation, and what it shows. */
export interface LivingCard {
  readonly ref: TeamsRef;
  readonly card: Card | undefined;
  /** Found by a press on it after nobody knew whether it had been posted; the next post edits it. */
  readonly adopted: boolean;
}

/** What the adapter has learned from the platform. Everything is kept over restarts. */
export interface Memory {
  /** Where a conversation really is; undefined until somebody has spoken there. */
  place(conversation: string): Promise<Place | undefined>;
  /** The team that a channel belongs to; undefined until it is known. */
  teamOf(conversation: string): Promise<string | undefined>;
  /** The chat of the bot with one person, by either of the person's ids; undefined until it is known. */
  chatWith(person: string): Promise<Place | undefined>;
  keepChat(person: string, chat: Place): Promise<void>;
  living(conversation: string, topic: string): Promise<LivingCard | undefined>;
  keepLiving(topic: string, card: LivingCard): Promise<void>;
  /** The living message of this card's topic is about to show it: whoever looks meanwhile sees it already. */
  renewLiving(conversation: string, card: Card): Promise<void>;
  /** From any activity: the service address of its conversation, and a person's chat with the bot. */
  learn(activity: Inbound): Promise<void>;
}

const place = z.looseObject({
  conversation: z.string(),
  serviceUrl: z.string(),
  tenantId: z.string().optional().catch(undefined),
  team: z.string().optional().catch(undefined),
});

export function openMemory(store: () => AdapterMemory | undefined): Memory {
  // What was written last, so that a busy channel does not write the same again with each message.
  const written = new Map<string, string>();

  async function put(key: string, value: Json): Promise<void> {
    const text = JSON.stringify(value);
    if (written.get(key) === text) return;
    await store()?.put(key, value);
    if (written.size > 5_000) written.clear();
    written.set(key, text);
  }

  async function living(conversation: string, topic: string): Promise<LivingCard | undefined> {
    return readLiving(await store()?.get(cardKey(conversation, topic)));
  }

  async function keepLiving(topic: string, { ref, card, adopted }: LivingCard): Promise<void> {
    const value = { ref: { ...ref }, adopted, card: card === undefined ? null : (card as unknown as Json) };
    await store()?.put(cardKey(ref.conversation, topic), value);
  }

  return {
    async chatWith(person) {
      const found = place.safeParse(await store()?.get(`teams:user:${person}`));
      if (!found.success) return undefined;
      const { conversation, serviceUrl, tenantId } = found.data;
      return { conversation, serviceUrl, ...(tenantId === undefined ? {} : { tenantId }) };
    },
    keepChat: (person, chat) => put(`teams:user:${person}`, { ...chat }),
    living,
    keepLiving,
    async renewLiving(conversation, card) {
      const known = await living(conversation, card.topic);
      if (known === undefined || (known.card?.revision ?? 0) >= (card.revision ?? 0)) return;
      await keepLiving(card.topic, { ...known, card });
    },
    async place(conversation) {
      const found = place.safeParse(
        await store()?.get(`teams:conversation:${baseConversation(conversation)}`),
      );
      if (!found.success) return undefined;
      const { serviceUrl, tenantId } = found.data;
      return { conversation, serviceUrl, ...(tenantId === undefined ? {} : { tenantId }) };
    },
    async teamOf(conversation) {
      const known = place.safeParse(await store()?.get(`teams:conversation:${conversation}`));
      return known.success ? known.data.team : undefined;
    },
    async learn(activity) {
      const { serviceUrl, conversation, recipient, from } = activity;
      if (serviceUrl === undefined || conversation === undefined || conversation.id === '') return;
      const id = baseConversation(conversation.id);
      const tenantId = tenantOf(activity);
      const team = activity.channelData?.team?.id;
      const heard = {
        conversation: id,
        serviceUrl: serviceUrl.replace(/\/+$/, ''),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(recipient === undefined ? {} : { bot: recipient.id }),
        ...(team === undefined ? {} : { team }),
      };
      await put(`teams:conversation:${id}`, heard);
      if (conversation.conversationType !== 'personal' || from === undefined) return;
      for (const person of [from.id, from.aadObjectId ?? '']) {
        if (person !== '') await put(`teams:user:${person}`, heard);
      }
    },
  };
}

function cardKey(conversation: string, topic: string): string {
  return `teams:card:${baseConversation(conversation)}:${topic}`;
}

function readLiving(value: unknown): LivingCard | undefined {
  const parsed = z
    .looseObject({
      adopted: z.boolean().catch(false),
      card: z.unknown().optional(),
      ref: z.unknown().optional(),
    })
    .safeParse(value);
  if (!parsed.success) return undefined;
  const ref = readRef(parsed.data.ref);
  if (ref === undefined) return undefined;
  const { card } = parsed.data;
  // It was written here as a Card; whoever can change the store can change more than a card.
  const known = typeof card === 'object' && card !== null && 'sections' in card ? (card as Card) : undefined;
  return { ref, card: known, adopted: parsed.data.adopted };
}
