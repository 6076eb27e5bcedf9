import { isFault, type Fault } from '../../lib/fault.js';
import { incidentName, parseIncidentName } from '../../model/incident.js';
import { mayAct, type Role } from '../../model/person.js';
import type { Answer, Command, CommandContext } from '../command.js';
import { formOf } from '../forms/index.js';
import { refused } from './answers.js';
import { nearest } from './nearest.js';
import { commandNamed, narrow, tenantNames } from './tenant.js';
import { quote, tokenise, withoutAddress, wordsAfter } from './tokens.js';

/**
 * Answers what somebody typed or pressed. Whatever a person can get wrong has a card as its answer; only a bug rejects,
 * and the caller logs it.
 */
export async function runCommand(text: string, context: CommandContext): Promise<Answer> {
  const tenants = await tenantNames(context);
  const { words, tenant, unknown } = narrow(tokenise(withoutAddress(text)), tenants, context.commands);
  if (unknown !== undefined) return unknownTenant(unknown, tenants, context);
  const [name = 'help', ...args] = words;
  const command = commandNamed(name, context.commands);
  if (command === undefined) return unknownCommand(name, args, context);
  const said = wordsAfter(name, text);
  return runNamed(command, args, { ...context, said, ...(tenant === undefined ? {} : { tenant }) });
}

/** Runs one command, if whoever asks may; `context` has the tenant and the words as they were typed. */
export async function runNamed(
  command: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<Answer> {
  const needs = neededFor(command, args);
  const refusal = forbidden(command, args, context);
  if (refusal !== undefined) return refusal;
  try {
    const answer = await command.run(args, context);
    return noted(answer, command, needs, args);
  } catch (error) {
    if (isFault(error)) {
      const answer = faulty(error, command, context, [command.name, ...args]);
      return noted(answer, command, needs, args, error.message);
    }
    throw error;
  }
}

function neededFor(command: Command, args: readonly string[]): Role {
  return command.needs?.(args) ?? command.role;
}

/** What everybody may do is not noted. */
function noted(
  answer: Answer,
  command: Command,
  needs: Role,
  args: readonly string[],
  reason?: string,
): Answer {
  if (needs === 'viewer') return answer;
  const outcome = answer.ok ? 'done' : 'failed';
  return {
    ...answer,
    act: { action: actionText(command, args), outcome, needs, ...(reason === undefined ? {} : { reason }) },
  };
}

const ACTION_MAX = 300;

function actionText({ name }: Command, args: readonly string[]): string {
  const text = [name, ...args.map(quote)].join(' ').replace(/[\p{Cc}\s]+/gu, ' ');
  return text.length <= ACTION_MAX
    ? text
    : `${text.slice(0, ACTION_MAX - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function unknownTenant(name: string, tenants: readonly string[], context: CommandContext): Answer {
  const known = tenants.length <= 10 ? tenants : nearest(name, tenants, 5);
  return refused(context, {
    message: name === '' ? '--tenant needs a name' : `There is no tenant “${name}”`,
    ...(known.length === 0 ? {} : { advice: `Known: ${known.join(', ')}` }),
    suggestions: ['tenants'],
  });
}

/** An id alone: the command that tells of it. */
function tellsOf(word: string): readonly string[] {
  const incident = parseIncidentName(word);
  if (incident !== undefined) return [`incident ${incidentName(incident)}`];
  if (/^MC\d{5,}$/i.test(word)) return [`message ${word}`];
  return /^[a-z]{2,4}\d{5,}$/i.test(word) ? [`issue ${word}`] : [];
}

function unknownCommand(name: string, args: readonly string[], context: CommandContext): Answer {
  const names = context.commands.map((command) => command.name);
  const near = nearest(name, names).map((known) => [known, ...args.map(quote)].join(' '));
  return refused(context, {
    message: `I do not know the command “${name}”`,
    suggestions: [...tellsOf(name), ...near, 'help'],
  });
}

/** Undefined when whoever asks may. */
export function forbidden(
  command: Command,
  args: readonly string[],
  context: CommandContext,
): Answer | undefined {
  const { asker } = context;
  const needs = neededFor(command, args);
  if (mayAct(asker.role, needs)) return undefined;
  const [first = ''] = args;
  const what = needs === command.role ? command.name : `${command.name} ${first.toLowerCase()}`;
  const answer = refused(context, {
    message: `${what} needs the role ${needs}; ${asker.actor.name} is a ${asker.role}`,
    advice: 'Ask an admin for that role',
    suggestions: ['whoami'],
  });
  return { ...answer, act: { action: actionText(command, args), outcome: 'refused', needs } };
}

/** `words` as they were typed: where they open a form, it is offered. */
export function faulty(
  fault: Fault,
  command: Command,
  context: CommandContext,
  words: readonly string[] = [],
): Answer {
  const { message, advice, code, argument } = fault;
  const wrong = argument === undefined ? {} : { wrong: { argument, message } };
  if (code !== 'command.usage') return { ...refused(context, { message, advice }), ...wrong };
  const form = formOf(words) === undefined ? {} : { form: words.map(quote).join(' ') };
  const view = { message, usage: command.usage, examples: command.examples, ...form };
  return { ...refused(context, view), ...wrong, ...form };
}
