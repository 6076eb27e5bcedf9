import { isFault } from '../../lib/fault.js';
import type { Form, FormValues } from '../../model/form.js';
import type { Answer, Command, CommandContext } from '../command.js';
import { formOf, type FoundForm } from '../forms/index.js';
import { refused } from './answers.js';
import { faulty, forbidden, runNamed } from './run.js';
import { commandNamed, narrow, tenantNames } from './tenant.js';
import { tokenise, withoutAddress } from './tokens.js';

export type Opened = { readonly form: Form } | { readonly answer: Answer };

export type Filled =
  /** Words for the fields that they are about. */
  | { readonly errors: FormValues }
  /** It was not done, for no field's fault: the form as it was filled in, and why. */
  | { readonly form: Form; readonly answer: Answer }
  | { readonly answer: Answer };

/** The form that these words open, or why there is none for whoever asks. */
export async function openForm(text: string, context: CommandContext): Promise<Opened> {
  const found = await find(text, context);
  if ('answer' in found) return found;
  try {
    return { form: await formWith(text, found) };
  } catch (error) {
    if (isFault(error)) return { answer: faulty(error, found.command, context) };
    throw error;
  }
}

/** Does what was filled in: the same command, the same permission and the same words as when it is typed. */
export async function fillForm(text: string, values: FormValues, context: CommandContext): Promise<Filled> {
  const found = await find(text, context);
  if ('answer' in found) return found;
  const answer = await done(found, values);
  if (answer.ok) return { answer };
  const form = await formWith(text, found).catch(() => undefined);
  // What it was about is gone.
  if (form === undefined) return { answer };
  const { argument = '', message = '' } = answer.wrong ?? {};
  if (form.fields.some(({ name }) => name === argument)) return { errors: { [argument]: message } };
  const fields = form.fields.map((field) => ({ ...field, initial: values[field.name] ?? '' }));
  return { form: { ...form, fields }, answer };
}

interface Found extends FoundForm {
  readonly command: Command;
  /** With the tenant that the words name. */
  readonly context: CommandContext;
}

async function find(text: string, context: CommandContext): Promise<Found | { readonly answer: Answer }> {
  const tenants = await tenantNames(context);
  const { words, tenant } = narrow(tokenise(withoutAddress(text)), tenants, context.commands);
  const found = formOf(words);
  const command = commandNamed(words[0] ?? '', context.commands);
  if (found === undefined || command === undefined)
    return { answer: refused(context, { message: `“${text}” has no form`, suggestions: ['help'] }) };
  const args = words.slice(1);
  const refusal = forbidden(command, args, context);
  if (refusal !== undefined) return { answer: refusal };
  return { ...found, command, context: { ...context, ...(tenant === undefined ? {} : { tenant }) } };
}

async function formWith(text: string, { form, args, context }: Found): Promise<Form> {
  return { opens: text, ...(await form.build(args, context)) };
}

async function done({ form, args, command, context }: Found, values: FormValues): Promise<Answer> {
  try {
    const { args: words, said, tenant = context.tenant } = form.order(values, args);
    return await runNamed(command, words, {
      ...context,
      ...(said === undefined ? {} : { said }),
      ...(tenant === undefined ? {} : { tenant }),
    });
  } catch (error) {
    if (isFault(error)) return faulty(error, command, context);
    throw error;
  }
}
