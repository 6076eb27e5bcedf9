import { faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Ask, Inbox, Reply, Speaker } from '../../src/notify/adapter.js';
import {
  baseConversation,
  isForUs,
  readButton,
  readExecute,
  readTask,
  tenantOf,
  wordsOf,
  type ButtonData,
  type Inbound,
  type Place,
  type TeamsRef,
} from './activity.js';
import { openDuplicates } from './duplicates.js';
import { openForms, type Filler } from './forms.js';
import type { Memory } from './memory.js';
import { tellPresence } from './presence.js';
import { CARD_TYPE, renderCard, renderMessage, type AdaptiveCard } from './render.js';
import { cut } from './markdown.js';
import type { InboundAnswer, Transport } from './transport.js';
import { welcomeCard } from './welcome.js';

export interface ListenParts {
  readonly inbox: Inbox;
  readonly transport: Transport;
  readonly memory: Memory;
  readonly log: Log;
  readonly now: () => number;
  /** The configured channels by their conversations. */
  readonly channels: ReadonlyMap<string, string>;
  /** Undefined: anybody's. */
  readonly tenants: ReadonlySet<string> | undefined;
  /** The host of links to messages. */
  readonly web: string;
}

/** Teams gives an invoke about ten seconds before it tells the person that something went wrong. */
const INVOKE_LIMIT_MS = 7_000;

export interface Listener {
  handle(activity: Inbound): Promise<InboundAnswer>;
  /** Resolves when everything that was accepted has been answered. */
  idle(): Promise<void>;
}

/** What people say and press in Teams, and what the platform tells of conversations. */
export function openListener(parts: ListenParts): Listener {
  const { inbox, transport, memory, log } = parts;
  const duplicates = openDuplicates(parts);
  const forms = openForms(parts);
  const running = new Set<Promise<void>>();

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

  async function invoke(activity: Inbound): Promise<InboundAnswer> {
    if (activity.name === 'task/fetch' || activity.name === 'task/submit') return task(activity);
    if (activity.name !== 'adaptiveCard/action') return { status: 501 };
    const pressed = readExecute(activity.value);
    const place = placeOf(activity);
    if (pressed === undefined || place === undefined)
      return invokeError(400, 'BadRequest', 'This button is not one of ours.');
    const { verb, data } = pressed;
    const card = pressedCard(activity, place);
    if (verb === 'refresh') return refresh(activity, data, card);
    const filler = fillerOf(activity, data, card);
    if (filler !== undefined) return withinLimit(filling(filler, verb, pressed.sent), verb, data, card);
    if (data.command === undefined) return invokeError(400, 'BadRequest', 'This button carries no command.');
    const answered = press(activity, place, verb, data, data.command, card);
    return withinLimit(answered, verb, data, card);
  }

  function fillerOf(activity: Inbound, data: ButtonData, card: TeamsRef | undefined): Filler | undefined {
    const { opens } = data;
    return opens === undefined ? undefined : { data: { ...data, opens }, ask: asking(activity), card };
  }

  async function filling(filler: Filler, verb: string, sent: unknown): Promise<InboundAnswer> {
    const { data, card } = filler;
    if (card !== undefined) later(() => duplicates.settle(card, data));
    const answered =
      verb === 'submit'
        ? forms.submit(filler, sent)
        : verb === 'cancel'
          ? forms.cancel(filler)
          : forms.open(filler);
    const shows = await answered;
    return 'card' in shows ? shown(shows.card) : said(shows.said);
  }

  /** A form in a dialog: its answers are of another shape. */
  async function task(activity: Inbound): Promise<InboundAnswer> {
    const place = placeOf(activity);
    const read = readTask(activity.value);
    const filler =
      read === undefined || place === undefined
        ? undefined
        : fillerOf(activity, read.data, pressedCard(activity, place));
    if (read === undefined || filler === undefined) return { status: 400 };
    const shows =
      activity.name === 'task/submit' ? await forms.send(filler, read.sent) : await forms.fetch(filler);
    return { status: 200, body: { task: shows } };
  }

  async function press(
    activity: Inbound,
    place: Place,
    verb: string,
    data: ButtonData,
    command: string,
    card: TeamsRef | undefined,
  ): Promise<InboundAnswer> {
    const reply = await ask(activity, command, true);
    if (reply === undefined) return said('That was already done.');
    if (card !== undefined) later(() => duplicates.settle(card, data));
    if (reply.replaces) {
      if (data.living) later(() => memory.renewLiving(place.conversation, reply.card));
      return shown(renderCard(reply.card, { living: data.living }));
    }
    if (verb !== 'details') return said(reply.card.fallback);
    await answer(place, reply);
    return said('The details are in the thread.');
  }

  /** Whoever sees an old copy sees what the living card says. */
  async function refresh(
    activity: Inbound,
    data: ButtonData,
    card: TeamsRef | undefined,
  ): Promise<InboundAnswer> {
    if (data.topic === undefined || card === undefined)
      return invokeError(400, 'BadRequest', 'This card has no topic.');
    const living = await memory.living(card.conversation, data.topic);
    if (data.living) later(() => duplicates.settle(card, data));
    if (living?.card !== undefined) {
      const older = (living.card.revision ?? 0) < (data.revision ?? 0);
      if (older) return invokeError(409, 'Conflict', 'The card that is shown is the newest.');
      return shown(renderCard(living.card, { living: true }));
    }
    const id = /^incident:(\d+)$/.exec(data.topic)?.[1];
    if (id === undefined) return invokeError(404, 'NotFound', 'This card cannot be renewed.');
    const reply = await inbox.ask({
      text: `incident ${id}`,
      speaker: speakerOf(activity),
      button: true,
      ...channelKey(activity),
    });
    if (reply === undefined) return invokeError(404, 'NotFound', 'This card cannot be renewed.');
    return shown(renderCard(reply.card, { living: data.living }));
  }

  /** Late answers still come: as the card itself when it was to be replaced, which the platform no longer waits for. */
  async function withinLimit(
    answered: Promise<InboundAnswer>,
    verb: string,
    data: ButtonData,
    card: TeamsRef | undefined,
  ): Promise<InboundAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), INVOKE_LIMIT_MS);
    });
    const first = await Promise.race([answered, late]).finally(() => clearTimeout(timer));
    if (first !== undefined) return first;
    later(async () => {
      const answer = await answered;
      log.info(
        { verb, topic: data.topic, card: card !== undefined, status: answer.status },
        'a pressed button was answered late',
      );
    });
    return said('Tocsin is working on it; the card will change by itself.');
  }

  async function answer(place: Place, reply: Reply): Promise<void> {
    await transport.send(place, renderMessage(reply.card, { living: false }));
  }

  function ask(activity: Inbound, text: string, button: boolean): Promise<Reply | undefined> {
    return inbox.ask({ text, button, ...asking(activity) });
  }

  function asking(activity: Inbound): Omit<Ask, 'text' | 'button'> {
    return {
      speaker: speakerOf(activity),
      ...(activity.id === undefined ? {} : { eventId: `teams:${activity.id}` }),
      ...channelKey(activity),
    };
  }

  function channelKey(activity: Inbound): { readonly channel?: string; readonly conversation?: string } {
    const id = activity.conversation?.id;
    if (id === undefined) return {};
    const conversation = baseConversation(id);
    const channel = parts.channels.get(conversation);
    return { conversation, ...(channel === undefined ? {} : { channel }) };
  }

  function speakerOf(activity: Inbound): Speaker {
    const { id = '', name = 'somebody', aadObjectId } = activity.from ?? {};
    const place = placeOf(activity);
    return {
      platform: 'teams',
      id,
      name,
      ...(aadObjectId === undefined ? {} : { aliases: [aadObjectId] }),
      emails: async () => {
        if (place === undefined) return [];
        try {
          return await transport.addresses(place, id, parts.tenants !== undefined);
        } catch (error) {
          log.info({ reason: faultLine(error) }, 'Teams did not say what the address of somebody is');
          return [];
        }
      },
    };
  }
}

function isOurTenant(activity: Inbound, tenants: ReadonlySet<string> | undefined): boolean {
  const tenant = tenantOf(activity);
  return tenants === undefined || tenant === undefined || tenants.has(tenant.toLowerCase());
}

function placeOf(activity: Inbound): Place | undefined {
  const { serviceUrl, conversation } = activity;
  if (serviceUrl === undefined || conversation === undefined || conversation.id === '') return undefined;
  const tenantId = tenantOf(activity);
  return {
    conversation: conversation.id,
    serviceUrl: serviceUrl.replace(/\/+$/, ''),
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

/** The message whose button was pressed. */
function pressedCard(activity: Inbound, place: Place): TeamsRef | undefined {
  const { replyToId } = activity;
  if (replyToId === undefined || replyToId === '') return undefined;
  return { conversation: place.conversation, activityId: replyToId, serviceUrl: place.serviceUrl };
}

function shown(card: AdaptiveCard): InboundAnswer {
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: card } };
}

/** Seen by the one who pressed, and by nobody else. */
function said(text: string): InboundAnswer {
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: cut(text, 1_000) },
  };
}

/** The client keeps the card that it shows. */
function invokeError(statusCode: number, code: string, message: string): InboundAnswer {
  return {
    status: 200,
    body: { statusCode, type: 'application/vnd.microsoft.error', value: { code, message } },
  };
}
