import { isFault, type Fault } from '../../lib/fault.js';
import { mayAct } from '../../model/person.js';
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
  if (!mayAct(context.asker.role, command.role)) return forbidden(command, context);
  const said = wordsAfter(name, text);
  const narrowed = { ...context, said, ...(tenant === undefined ? {} : { tenant }) };
  try {
    return await command.run(args, narrowed);
  } catch (error) {
    if (isFault(error)) return faulty(error, command, context);
    throw error;
  }
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

function forbidden(command: Command, context: CommandContext): Answer {
  const { asker } = context;
  return refused(context, {
    message: `${command.name} needs the role ${command.role}; ${asker.actor.name} is a ${asker.role}`,
    advice: 'Ask an admin for that role',
    suggestions: ['whoami'],
  });
}

function faulty(fault: Fault, command: Command, context: CommandContext): Answer {
  if (fault.code !== 'command.usage')
    return refused(context, { message: fault.message, advice: fault.advice });
  return refused(context, { message: fault.message, usage: command.usage, examples: command.examples });
}
