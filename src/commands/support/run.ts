import { isFault, type Fault } from '../../lib/fault.js';
import { mayAct, type Role } from '../../model/person.js';
import type { Answer, Command, CommandContext } from '../command.js';
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
  const needs = command.needs?.(args) ?? command.role;
  if (!mayAct(context.asker.role, needs)) return forbidden(command, needs, args, context);
  const said = wordsAfter(name, text);
  const narrowed = { ...context, said, ...(tenant === undefined ? {} : { tenant }) };
  try {
    const answer = await command.run(args, narrowed);
    return noted(answer, command, needs, args);
  } catch (error) {
    if (isFault(error)) return noted(faulty(error, command, context), command, needs, args, error.message);
    throw error;
  }
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

function unknownCommand(name: string, args: readonly string[], context: CommandContext): Answer {
  const names = context.commands.map((command) => command.name);
  const near = nearest(name, names).map((known) => [known, ...args.map(quote)].join(' '));
  return refused(context, {
    message: `I do not know the command “${name}”`,
    suggestions: [...near, 'help'],
  });
}

function forbidden(command: Command, needs: Role, args: readonly string[], context: CommandContext): Answer {
  const { asker } = context;
  const [first = ''] = args;
  const what = needs === command.role ? command.name : `${command.name} ${first.toLowerCase()}`;
  const answer = refused(context, {
    message: `${what} needs the role ${needs}; ${asker.actor.name} is a ${asker.role}`,
    advice: 'Ask an admin for that role',
    suggestions: ['whoami'],
  });
  return { ...answer, act: { action: actionText(command, args), outcome: 'refused', needs } };
}

function faulty(fault: Fault, command: Command, context: CommandContext): Answer {
  if (fault.code !== 'command.usage')
    return refused(context, { message: fault.message, advice: fault.advice });
  return refused(context, { message: fault.message, usage: command.usage, examples: command.examples });
}
