import type { Log } from '../../src/lib/log.js';
import { within } from '../../src/lib/within.js';
import type { Inbox, Reply } from '../../src/notify/adapter.js';
import {
  readExecute,
  readTask,
  type ButtonData,
  type Inbound,
  type Place,
  type TeamsRef,
} from './activity.js';
import { placeOf, pressedCard, type Asking } from './asking.js';
import type { Duplicates } from './duplicates.js';
import { openForms, type Filler, type Task } from './forms.js';
import { cut } from './markdown.js';
import type { Memory } from './memory.js';
import { CARD_TYPE, renderCard, type AdaptiveCard } from './render.js';
import type { InboundAnswer } from './transport.js';

export interface InvokeParts {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly log: Log;
  readonly now: () => number;
  readonly asking: Asking;
  readonly duplicates: Duplicates;
  /** Says something in a conversation. */
  readonly answer: (place: Place, reply: Reply) => Promise<void>;
  /** What the platform does not wait for. */
  readonly later: (work: () => Promise<unknown>) => void;
}

/** Teams gives an invoke about ten seconds before it tells the person that something went wrong. */
const INVOKE_LIMIT_MS = 7_000;
const WORKING = 'Tocsin is working on it; the card will change by itself.';

/** Pressed buttons and sent forms: the person waits for what these are answered. */
export function openInvokes(parts: InvokeParts): (activity: Inbound) => Promise<InboundAnswer> {
  const { inbox, memory, log, asking, duplicates, answer, later } = parts;
  const forms = openForms(parts);
  return invoke;

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
    if (filler !== undefined) return withinLimit(filling(filler, verb, pressed.sent), data, said(WORKING));
    if (data.command === undefined) return invokeError(400, 'BadRequest', 'This button carries no command.');
    const answered = press(activity, place, verb, data, data.command, card);
    return withinLimit(answered, data, said(WORKING));
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
    const shows = activity.name === 'task/submit' ? forms.send(filler, read.sent) : forms.fetch(filler);
    const late = taskAnswer({ type: 'message', value: WORKING });
    return withinLimit(shows.then(taskAnswer), read.data, late);
  }

  async function press(
    activity: Inbound,
    place: Place,
    verb: string,
    data: ButtonData,
    command: string,
    card: TeamsRef | undefined,
  ): Promise<InboundAnswer> {
    const reply = await inbox.ask({ text: command, button: true, ...asking(activity) });
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
    const { eventId: _asOftenAsSeen, ...asker } = asking(activity);
    const reply = await inbox.ask({ text: `incident ${id}`, button: true, ...asker });
    if (reply === undefined) return invokeError(404, 'NotFound', 'This card cannot be renewed.');
    return shown(renderCard(reply.card, { living: data.living }));
  }

  /** Late answers still come: as the card itself when it was to be replaced, which the platform no longer waits for. */
  async function withinLimit(
    answered: Promise<InboundAnswer>,
    { topic }: ButtonData,
    meanwhile: InboundAnswer,
  ): Promise<InboundAnswer> {
    const first = await within(answered, INVOKE_LIMIT_MS, () => undefined);
    if (first !== undefined) return first;
    later(async () => {
      const { status } = await answered;
      log.info({ topic, status }, 'a pressed button was answered late');
    });
    return meanwhile;
  }
}

function taskAnswer(task: Task): InboundAnswer {
  return { status: 200, body: { task } };
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
