import type { InputBlock, KnownBlock, ModalView, PlainTextElement } from '@slack/types';
import type { Form, FormField } from '../../src/model/form.js';
import { clip, mrkdwn, oneLine, tidy } from './mrkdwn.js';

/** What a sent dialog is known by, and the one element of each of its inputs. */
export const CALLBACK = 'tocsin:form';
export const VALUE = 'value';

// Limits of Block Kit: doc comments of @slack/types 3.2.0.
const HEAD_MAX = 24;
const LABEL_MAX = 2_000;
const INPUT_MAX = 3_000;
const OPTIONS_MAX = 100;
const OPTION_MAX = 75;
const PLACEHOLDER_MAX = 150;
const SECTION_MAX = 3_000;

/** `meta` comes back with what is filled in; `problem` says why it was not done the last time. */
export function formView(form: Form, meta: string, problem = ''): ModalView {
  return {
    ...frame(form.title, meta),
    callback_id: CALLBACK,
    submit: plain(form.submit, HEAD_MAX),
    blocks: [
      ...(problem === '' ? [] : [sayingBlock(`⚠️ ${problem}`)]),
      ...(form.about === '' ? [] : [sayingBlock(form.about)]),
      ...form.fields.map(input),
    ],
  };
}

/** In place of the form: that it is being done, or what came of it. */
export function sayingView(title: string, text: string): ModalView {
  return { ...frame(title, ''), blocks: [sayingBlock(text)] };
}

function frame(
  title: string,
  meta: string,
): Pick<ModalView, 'type' | 'title' | 'close' | 'private_metadata'> {
  return {
    type: 'modal',
    title: plain(title, HEAD_MAX),
    close: plain('Close', HEAD_MAX),
    private_metadata: meta,
  };
}

function input(field: FormField): InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    label: plain(field.label, LABEL_MAX),
    ...(field.hint === undefined ? {} : { hint: plain(field.hint, LABEL_MAX) }),
    optional: field.optional === true,
    element: field.kind === 'choice' ? (select(field) ?? textInput(field)) : textInput(field),
  };
}

function textInput({ kind, initial, max = INPUT_MAX }: FormField): InputBlock['element'] {
  const length = Math.min(max, INPUT_MAX);
  const filled = clip(tidy(initial), length);
  return {
    type: 'plain_text_input',
    action_id: VALUE,
    multiline: kind === 'text',
    max_length: length,
    ...(filled.trim() === '' ? {} : { initial_value: filled }),
  };
}

/** Undefined where Slack has no room for the choices: they are typed then. */
function select({ choices = [], initial, label }: FormField): InputBlock['element'] | undefined {
  const fits = choices.every(
    (choice) => choice.trim() !== '' && choice.length <= OPTION_MAX && choice === tidy(choice),
  );
  if (choices.length === 0 || choices.length > OPTIONS_MAX || !fits) return undefined;
  const option = (choice: string) => ({ text: plain(choice, OPTION_MAX), value: choice });
  return {
    type: 'static_select',
    action_id: VALUE,
    placeholder: plain(label, PLACEHOLDER_MAX),
    options: choices.map(option),
    ...(choices.includes(initial) ? { initial_option: option(initial) } : {}),
  };
}

/** A sentence that is no card. */
export function sayingBlock(text: string): KnownBlock {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: mrkdwn([{ text: tidy(text).trim() || '…' }], SECTION_MAX), verbatim: true },
  };
}

function plain(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: clip(oneLine(text) || '…', max), emoji: false };
}
