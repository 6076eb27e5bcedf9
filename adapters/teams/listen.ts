import { faultLine } from '../../src/lib/fault.js';
import type { Inbox, Reply } from '../../src/notify/adapter.js';
import {
  isForUs,
  readButton,
  tenantOf,
  wordsOf,
  type ButtonData,
  type Inbound,
  type Place,
} from './activity.js';
import { openAsking, placeOf, pressedCard, type AskingParts } from './asking.js';
import { openDuplicates } from './duplicates.js';
import { openInvokes } from './invokes.js';
import type { Memory } from './memory.js';
import { tellPresence } from './presence.js';
import { renderMessage } from './render.js';
import type { InboundAnswer } from './transport.js';
import { welcomeCard } from './welcome.js';

export interface ListenParts extends AskingParts {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly now: () => number;
  /** The host of links to messages. */
  readonly web: string;
}

export interface Listener {
  handle(activity: Inbound): Promise<InboundAnswer>;
  /** Resolves when everything that was accepted has been answered. */
  idle(): Promise<void>;
}

/** What people say and press in Teams, and what the platform tells of conversations. */
export function openListener(parts: ListenParts): Listener {
  const { inbox, transport, memory, log } = parts;
  const duplicates = openDuplicates(parts);
  const asking = openAsking(parts);
  const running = new Set<Promise<void>>();

  const invoke = openInvokes({ ...parts, asking, duplicates, answer, later });

  return {
    async handle(activity) {
      if (!isOurTenant(activity, parts.tenants)) {
        log.warn({ tenant: tenantOf(activity) }, 'an activity of a tenant that is not ours was ignored');
        return {
          status: 403,
          body: { error: { code: 'forbidden', message: 'This bot is not for this tenant.' } },
        };
      }
      await memory.learn(activity);
      later(() => tellPresence(activity, parts));
      if (activity.type === 'invoke') return invoke(activity);
      if (activity.type === 'message') later(() => message(activity));
      if (activity.type === 'installationUpdate' || activity.type === 'conversationUpdate')
        later(() => welcome(activity));
      return { status: 202 };
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };

  /** A question may take longer than the platform waits for an answer: it is accepted at once and answered when it is. */
  function later(work: () => Promise<unknown>): void {
    const done: Promise<void> = work()
      .then(() => undefined)
      .catch((error: unknown) =>
        log.error({ reason: faultLine(error) }, 'a Teams message could not be answered'),
      )
      .finally(() => running.delete(done));
    running.add(done);
  }

  async function message(activity: Inbound): Promise<void> {
    const place = placeOf(activity);
    if (place === undefined) return;
    const pressed = readButton(activity.value);
    if (pressed?.command !== undefined) return submit(activity, place, pressed, pressed.command);
    if (!isForUs(activity)) return;
    const reply = await ask(activity, wordsOf(activity) || 'help', false);
    if (reply !== undefined) await answer(place, reply);
  }

  /** The older kind of button: it comes as a message, and the card is changed from here. */
  async function submit(activity: Inbound, place: Place, data: ButtonData, command: string): Promise<void> {
    const reply = await ask(activity, command, true);
    if (reply === undefined) return;
    const card = pressedCard(activity, place);
    if (reply.replaces && card !== undefined && !(await duplicates.settle(card, data))) {
      await transport.update(card, renderMessage(reply.card, { living: data.living }));
    } else await answer(place, reply);
  }

  async function welcome(activity: Inbound): Promise<void> {
    const place = placeOf(activity);
    if (place === undefined || activity.conversation?.conversationType !== 'personal') return;
    const added = activity.membersAdded?.some(({ id }) => id === activity.recipient?.id) ?? false;
    if (activity.action !== 'add' && !added) return;
    // Both kinds of activity tell of one installation.
    if (!(await inbox.firstSeen(`teams:welcome:${place.conversation}`))) return;
    await transport.send(place, renderMessage(welcomeCard(parts.now()), { living: false }));
  }

  async function answer(place: Place, reply: Reply): Promise<void> {
    await transport.send(place, renderMessage(reply.card, { living: false }));
  }

  function ask(activity: Inbound, text: string, button: boolean): Promise<Reply | undefined> {
    return inbox.ask({ text, button, ...asking(activity) });
  }
}

function isOurTenant(activity: Inbound, tenants: ReadonlySet<string> | undefined): boolean {
  const tenant = tenantOf(activity);
  return tenants === undefined || tenant === undefined || tenants.has(tenant.toLowerCase());
}
