import type { ActionsBlock, Button } from '@slack/types';
import type { Action } from '../../src/model/card.js';
import type { FormButton } from '../../src/model/form.js';
import { clip, oneLine, tidy } from './mrkdwn.js';

// Limits of Block Kit: doc comments of @slack/types 3.2.0.
const BUTTONS_MAX = 25;
const BUTTON_TEXT_MAX = 75;
const BUTTON_VALUE_MAX = 2_000;
const BUTTON_URL_MAX = 3_000;
const CONFIRM_TITLE_MAX = 100;
const CONFIRM_TEXT_MAX = 300;
const CONFIRM_BUTTON_MAX = 30;

/** Buttons whose value is not a command but opens a form. */
export const FORM_PREFIX = 'form/';

/** Where the buttons of an answer stand: the engine changes no such card, whoever hears them does. */
export const ANSWER_BLOCK = 'answer';

export function actionsBlock(actions: readonly Action[]): readonly ActionsBlock[] {
  const seen = new Map<string, number>();
  const elements = actions.flatMap((action) => {
    const made = button(action, (seen.get(action.id) ?? 0) + 1);
    if (made !== undefined) seen.set(action.id, (seen.get(action.id) ?? 0) + 1);
    return made === undefined ? [] : [made];
  });
  return elements.length === 0 ? [] : [{ type: 'actions', elements: elements.slice(0, BUTTONS_MAX) }];
}

/**
 * Undefined for a button that leads nowhere, or whose command or address would have to be cut: half a command must never
 * run. Slack refuses two buttons of one id in a block, so the second `link` is `tocsin:link:2`.
 */
function button(action: Action, nth: number): Button | undefined {
  if (action.form !== undefined) return formButton(action, action.form, nth);
  const target = targetOf(action);
  if (target === undefined) return undefined;
  const label = clip(oneLine(action.label) || action.id, BUTTON_TEXT_MAX);
  return {
    type: 'button',
    action_id: idOf(action, nth),
    text: { type: 'plain_text', text: label, emoji: false },
    ...target,
    ...(action.style === 'default' ? {} : { style: action.style }),
    ...(action.confirm === undefined ? {} : { confirm: confirmation(action, action.confirm, label) }),
  };
}

/** What is asked about before it is done needs no question beside. */
function formButton(action: Action, { opens, label }: FormButton, nth: number): Button | undefined {
  const value = oneLine(opens);
  if (value === '' || value.length > BUTTON_VALUE_MAX) return undefined;
  return {
    type: 'button',
    action_id: `${FORM_PREFIX}${idOf(action, nth)}`,
    text: { type: 'plain_text', text: clip(oneLine(label) || action.id, BUTTON_TEXT_MAX), emoji: false },
    value,
    ...(action.style === 'default' ? {} : { style: action.style }),
  };
}

function idOf({ id }: Action, nth: number): string {
  return nth === 1 ? `tocsin:${id}` : `tocsin:${id}:${nth}`;
}

function targetOf({ command, href }: Action): { value: string } | { url: string } | undefined {
  if (command !== undefined) {
    const words = oneLine(command);
    return words === '' || words.length > BUTTON_VALUE_MAX ? undefined : { value: words };
  }
  if (href === undefined || !URL.canParse(href)) return undefined;
  const { href: url, protocol } = new URL(href);
  const allowed = (protocol === 'https:' || protocol === 'http:') && url.length <= BUTTON_URL_MAX;
  return allowed ? { url } : undefined;
}

function confirmation(action: Action, question: string, label: string): NonNullable<Button['confirm']> {
  const say = (words: string, max: number) =>
    ({ type: 'plain_text', text: clip(words, max), emoji: false }) as const;
  return {
    title: say(label, CONFIRM_TITLE_MAX),
    text: say(tidy(question).trim() || `${label}?`, CONFIRM_TEXT_MAX),
    confirm: say(label, CONFIRM_BUTTON_MAX),
    deny: say('Cancel', CONFIRM_BUTTON_MAX),
    ...(action.style === 'default' ? {} : { style: action.style }),
  };
}
