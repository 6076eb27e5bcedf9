import type { Card } from '../../src/model/card.js';
import { plain } from '../../src/model/rich.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Ask, Inbox, Reply, Submitted } from '../../src/notify/adapter.js';
import { carriedBy, type ButtonData, type TeamsRef } from './activity.js';
import { askForIncident } from './asking.js';
import { cut } from './markdown.js';
import { renderForm, UNTOUCHED, valuesIn, type Filling } from './form.js';
import { CARD_TYPE, renderCard, type AdaptiveCard } from './render.js';
import type { Memory } from './memory.js';

export interface FormParts {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly now: () => number;
}

/** Who fills in a form, where, and what its button carries. */
export interface Filler {
  readonly data: ButtonData & { readonly opens: string };
  readonly ask: Omit<Ask, 'text' | 'button'>;
  /** The card whose button was pressed. */
  readonly card: TeamsRef | undefined;
}

/** What a pressed button of a form is answered. */
export type FormAnswer = { readonly card: AdaptiveCard } | { readonly said: string };

/** What Teams is answered in a dialog. */
export type Task =
  | { readonly type: 'message'; readonly value: string }
  | { readonly type: 'continue'; readonly value: JsonObject };

export interface Forms {
  /** The form in place of the card. */
  open(filler: Filler): Promise<FormAnswer>;
  submit(filler: Filler, sent: unknown): Promise<FormAnswer>;
  /** What was there before. */
  cancel(filler: Filler): Promise<FormAnswer>;
  /** The same in a dialog over the conversation (`task/fetch`, `task/submit`). */
  fetch(filler: Filler): Promise<Task>;
  send(filler: Filler, sent: unknown): Promise<Task>;
}

/**
 * Forms on the buttons of cards. A client that knows Universal Actions shows the form in place of the card, to the one who pressed
 * alone; an older one, in a dialog.
 */
export function openForms({ inbox, memory, now }: FormParts): Forms {
  const submitted = (filler: Filler, sent: unknown): Promise<Submitted | undefined> =>
    inbox.submit({ ...askOf(filler), values: valuesIn(sent) });

  /** The form once more, when what was sent could not be done; undefined when it was. */
  async function again(
    filler: Filler,
    sent: unknown,
    done: Submitted,
    where: 'card' | 'dialog',
  ): Promise<{ readonly title: string; readonly card: AdaptiveCard } | undefined> {
    const values = valuesIn(sent);
    const carried = carriedBy(filler.data);
    if ('form' in done) {
      const filling: Filling = { values, errors: {}, problem: done.reply.card.fallback };
      return { title: done.form.title, card: renderForm(done.form, carried, filling, where) };
    }
    if (!('errors' in done)) return undefined;
    const opened = await inbox.open(openingOf(filler));
    if ('reply' in opened) return undefined;
    const filling = { values, errors: done.errors, problem: '' };
    return { title: opened.form.title, card: renderForm(opened.form, carried, filling, where) };
  }

  async function after({ data, card }: Filler, reply: Reply): Promise<FormAnswer> {
    if (reply.replaces) {
      if (data.living && card !== undefined) await memory.renewLiving(card.conversation, reply.card);
      return { card: renderCard(reply.card, { living: data.living }) };
    }
    const living = data.living ? await livingOf(card, data.topic) : undefined;
    return living === undefined
      ? { card: renderCard(reply.card, { living: false }) }
      : { card: renderCard(living, { living: true }) };
  }

  async function livingOf(card: TeamsRef | undefined, topic: string | undefined): Promise<Card | undefined> {
    if (card === undefined || topic === undefined) return undefined;
    return (await memory.living(card.conversation, topic))?.card;
  }

  return {
    async open(filler) {
      const opened = await inbox.open(openingOf(filler));
      return 'reply' in opened
        ? { said: opened.reply.card.fallback }
        : { card: renderForm(opened.form, carriedBy(filler.data), UNTOUCHED, 'card') };
    },
    async submit(filler, sent) {
      const done = await submitted(filler, sent);
      if (done === undefined) return { said: 'That was already done.' };
      const form = await again(filler, sent, done, 'card');
      if (form !== undefined) return { card: form.card };
      return 'reply' in done ? after(filler, done.reply) : { said: Object.values(done.errors).join(' ') };
    },
    async cancel({ data, card, ask }) {
      const living = await livingOf(card, data.topic);
      if (living !== undefined) return { card: renderCard(living, { living: data.living }) };
      const reply = await askForIncident(data.topic ?? '', ask, inbox);
      return { card: renderCard(reply?.card ?? notDone(data.opens, now()), { living: data.living }) };
    },
    async fetch(filler) {
      const opened = await inbox.open(openingOf(filler));
      if ('reply' in opened) return message(opened.reply.card.fallback);
      const { form } = opened;
      return dialog(form.title, renderForm(form, carriedBy(filler.data), UNTOUCHED, 'dialog'));
    },
    async send(filler, sent) {
      const done = await submitted(filler, sent);
      if (done === undefined) return message('That was already done.');
      const form = await again(filler, sent, done, 'dialog');
      if (form !== undefined) return dialog(form.title, form.card);
      return message('reply' in done ? done.reply.card.fallback : Object.values(done.errors).join(' '));
    },
  };
}

function askOf({ data, ask }: Filler): Ask {
  return { ...ask, text: data.opens, button: data.living };
}

/** May be opened as often as anybody likes: it does nothing. */
function openingOf(filler: Filler): Ask {
  const { eventId: _once, ...ask } = askOf(filler);
  return ask;
}

function message(text: string): Task {
  return { type: 'message', value: cut(text, 1_000) };
}

function dialog(title: string, content: AdaptiveCard): Task {
  const card = { contentType: CARD_TYPE, content };
  return { type: 'continue', value: { title: cut(title, 60), height: 'medium', width: 'medium', card } };
}

function notDone(opens: string, at: number): Card {
  return {
    topic: 'form',
    tone: 'neutral',
    title: 'Nothing was changed',
    fallback: 'Nothing was changed.',
    sections: [{ kind: 'text', text: plain(`The form of ${opens.split(' ')[0] ?? ''} was closed.`) }],
    actions: [],
    at,
  };
}
