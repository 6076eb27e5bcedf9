import type { Form, FormField, FormValues } from '../../src/model/form.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { clean, cut, escapeText, wellFormed } from './markdown.js';
import type { AdaptiveCard } from './render.js';

/** How the inputs of a form are called: apart from what a button carries, which they are merged with. */
const FIELD = 'field.';

const TEXT_MAX = 3_000;
const CHOICES_MAX = 100;

/** A form as it was filled in, and what is wrong with it. */
export interface Filling {
  readonly values: FormValues;
  readonly errors: FormValues;
  /** Wrong with no field of it; empty when nothing is. */
  readonly problem: string;
}

export const UNTOUCHED: Filling = { values: {}, errors: {}, problem: '' };

/**
 * A form as an Adaptive Card. In a dialog its button is an Action.Submit; in place of a card it is an Action.Execute, with a second
 * one that leads back. `carried` comes back with what is filled in.
 */
export function renderForm(
  form: Form,
  carried: JsonObject,
  { values, errors, problem }: Filling,
  where: 'dialog' | 'card',
): AdaptiveCard {
  const named = new Set(form.fields.map(({ name }) => name));
  const others = Object.entries(errors).filter(([name]) => !named.has(name));
  const head: Json[] = where === 'dialog' ? [] : [heading(form.title)];
  const body = [
    ...head,
    ...[problem, ...others.map(([, said]) => said)].flatMap((said) => wrong(said)),
    ...(form.about === '' ? [] : [{ type: 'TextBlock', text: escapeText(form.about, 500), wrap: true }]),
    ...form.fields.flatMap((field) => input(field, values[field.name] ?? field.initial, errors[field.name])),
  ];
  const submit = cut(clean(form.submit), 40) || 'Send';
  const actions =
    where === 'dialog'
      ? [{ type: 'Action.Submit', title: submit, style: 'positive', data: carried }]
      : [
          { type: 'Action.Execute', title: submit, verb: 'submit', style: 'positive', data: carried },
          {
            type: 'Action.Execute',
            title: 'Cancel',
            verb: 'cancel',
            style: 'default',
            data: carried,
            associatedInputs: 'none',
          },
        ];
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: cut(clean(form.title), 200) || 'Tocsin',
    body,
    actions,
  };
}

/** What was filled in, from the inputs of a sent form. */
export function valuesIn(data: unknown): FormValues {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) =>
      name.startsWith(FIELD) && typeof value === 'string' ? [[name.slice(FIELD.length), value]] : [],
    ),
  );
}

function heading(title: string): Json {
  return {
    type: 'TextBlock',
    text: escapeText(title, 200),
    size: 'Large',
    weight: 'Bolder',
    wrap: true,
    style: 'heading',
  };
}

function input(field: FormField, value: string, error: string | undefined): Json[] {
  const common = {
    id: `${FIELD}${field.name}`,
    label: cut(clean(field.label), 200) || field.name,
    ...(field.optional === true ? {} : { isRequired: true, errorMessage: 'This is needed.' }),
  };
  const hint = field.hint === undefined ? [] : [hintLine(field.hint)];
  return [drawn(field, value, common), ...(error === undefined ? hint : wrong(error))];
}

function drawn({ kind, choices = [], max = TEXT_MAX }: FormField, value: string, common: JsonObject): Json {
  const named = choices.map((choice) => ({ title: cut(clean(choice), 100), value: choice }));
  // What has no name cannot be chosen: it is typed then.
  if (kind === 'choice' && fits(named))
    return {
      type: 'Input.ChoiceSet',
      ...common,
      choices: named,
      ...(choices.includes(value) ? { value } : {}),
    };
  const length = Math.min(max, TEXT_MAX);
  return {
    type: 'Input.Text',
    ...common,
    isMultiline: kind === 'text',
    maxLength: length,
    ...(value === '' ? {} : { value: cut(wellFormed(value), length) }),
  };
}

function fits(choices: readonly { readonly title: string; readonly value: string }[]): boolean {
  const canBeSaid = choices.every(({ title, value }) => title.trim() !== '' && value === wellFormed(value));
  return canBeSaid && choices.length > 0 && choices.length <= CHOICES_MAX;
}

function hintLine(hint: string): Json {
  return {
    type: 'TextBlock',
    text: escapeText(hint, 300),
    size: 'Small',
    isSubtle: true,
    wrap: true,
    spacing: 'None',
  };
}

function wrong(said: string): Json[] {
  const text = escapeText(said, 500);
  return text === '' ? [] : [{ type: 'TextBlock', text, color: 'attention', wrap: true, spacing: 'None' }];
}
