import type { Action, Card } from '../../src/model/card.js';
import type { FormButton } from '../../src/model/form.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { buttonHref, escapeText, shorten, wellFormed } from './markdown.js';
import { textBlock } from './sections.js';

/** Teams draws six buttons: what is more stands in a menu behind the last. */
const DRAWN_BUTTONS = 5;
const MAX_BUTTONS = 10;
/** As JSON: what a button carries is counted six times and twice each. */
const MAX_COMMAND = 400;
const MAX_TOPIC = 300;

/** The buttons of a card, at most ten; one that Teams could not carry is left out. */
export function buttons(card: Card, living: boolean): Json[] {
  const all = card.actions.flatMap((action) => button(card, action, living)).slice(0, MAX_BUTTONS);
  if (all.length <= DRAWN_BUTTONS + 1) return all;
  return all.map((made, at) => (at < DRAWN_BUTTONS ? made : { ...made, mode: 'secondary' }));
}

function button(card: Card, action: Action, living: boolean): JsonObject[] {
  if (action.form !== undefined) return formButton(card, action, action.form, living);
  const title = shorten(action.label, 40).trim() || action.id;
  if (action.command === undefined) {
    const url = action.href === undefined ? undefined : buttonHref(action.href);
    return url === undefined ? [] : [{ type: 'Action.OpenUrl', title, url }];
  }
  if (jsonLength(action.command) > MAX_COMMAND) return [];
  const data = { command: wellFormed(action.command), ...identity(card, living) };
  const press = execute(action, title, data);
  if (action.confirm === undefined) return [press];
  const asked = escapeText(action.confirm, 300);
  return [
    {
      type: 'Action.ShowCard',
      title,
      card: {
        type: 'AdaptiveCard',
        body: textBlock(asked),
        actions: [execute(action, `Yes, ${lowerFirst(title)}`, data)],
      },
    },
  ];
}

/** A client without Universal Actions opens a dialog instead (Microsoft Learn, "Use dialogs in Teams bots"). */
function formButton(card: Card, action: Action, { opens, label }: FormButton, living: boolean): JsonObject[] {
  if (opens === '' || jsonLength(opens) > MAX_COMMAND) return [];
  const title = shorten(label, 40).trim() || action.id;
  const data = { opens: wellFormed(opens), ...identity(card, living) };
  const fallback = {
    type: 'Action.Submit',
    title,
    style: 'default',
    data: { ...data, msteams: { type: 'task/fetch' } },
  };
  return [{ type: 'Action.Execute', title, verb: 'form', style: 'default', data, fallback }];
}

/** Action.Submit stands in where a client does not know Action.Execute (Microsoft Learn, "Universal Actions"). */
function execute(action: Action, title: string, data: JsonObject): JsonObject {
  const style = { primary: 'positive', danger: 'destructive', default: 'default' }[action.style];
  return {
    type: 'Action.Execute',
    title,
    verb: action.id,
    style,
    data,
    fallback: { type: 'Action.Submit', title, style, data },
  };
}

function identity(card: Card, living: boolean): JsonObject {
  return {
    ...(jsonLength(card.topic) > MAX_TOPIC ? {} : { topic: wellFormed(card.topic) }),
    ...(card.revision === undefined || !Number.isFinite(card.revision) ? {} : { revision: card.revision }),
    ...(living ? { living: true } : {}),
  };
}

/** How a living card renews itself. Without `userIds` it works for everybody in a conversation of up to 60 people, and by hand in a larger one. */
export function refreshOf(card: Card): Json | undefined {
  if (card.topic === '' || jsonLength(card.topic) > MAX_TOPIC) return undefined;
  return {
    action: { type: 'Action.Execute', title: 'Refresh', verb: 'refresh', data: identity(card, true) },
  };
}

function jsonLength(text: string): number {
  return JSON.stringify(text).length;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
