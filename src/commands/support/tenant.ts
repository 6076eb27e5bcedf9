import type { Command, CommandContext } from '../command.js';

export interface Narrowed {
  readonly words: readonly string[];
  readonly tenant: string | undefined;
  /** A name given with `--tenant` that no tenant has. */
  readonly unknown: string | undefined;
}

/**
 * Takes the tenant out of the words: `--tenant NAME` anywhere, its name in front of the command, or its name as the last
 * word of a command that does not end in free text.
 */
export function narrow(
  words: readonly string[],
  tenants: readonly string[],
  commands: readonly Command[],
): Narrowed {
  const option = optionOf(words);
  if (option !== undefined) {
    const tenant = tenantNamed(option.name, tenants);
    return { words: option.rest, tenant, unknown: tenant === undefined ? option.name : undefined };
  }
  const [first = '', ...rest] = words;
  const leading = commandNamed(first, commands) === undefined ? tenantNamed(first, tenants) : undefined;
  if (leading !== undefined) return { words: rest, tenant: leading, unknown: undefined };
  const trailing =
    rest.length === 0 || takesText(first, commands) ? undefined : tenantNamed(rest.at(-1), tenants);
  return { words: trailing === undefined ? words : words.slice(0, -1), tenant: trailing, unknown: undefined };
}

/** `--tenant NAME`, `--tenant=NAME`, and the dash that phones make of two. */
function optionOf(words: readonly string[]): { name: string; rest: readonly string[] } | undefined {
  for (const [i, word] of words.entries()) {
    const match = /^(?:--|[—–]-?)tenant(?:=(.*))?$/is.exec(word);
    if (match === null) continue;
    const inline = match[1];
    const used = inline === undefined ? 2 : 1;
    return { name: inline ?? words[i + 1] ?? '', rest: [...words.slice(0, i), ...words.slice(i + used)] };
  }
  return undefined;
}

function tenantNamed(word: string | undefined, tenants: readonly string[]): string | undefined {
  if (word === undefined) return undefined;
  return tenants.find((name) => name.toLowerCase() === word.toLowerCase());
}

export function commandNamed(word: string, commands: readonly Command[]): Command | undefined {
  return commands.find(({ name }) => name === word.toLowerCase());
}

function takesText(word: string, commands: readonly Command[]): boolean {
  return commandNamed(word, commands)?.endsInText === true;
}

/** Tenants' names for the narrowing; the context's own narrowing stands when the words say nothing. */
export async function tenantNames(context: CommandContext): Promise<readonly string[]> {
  return (await context.desk.tenants()).map(({ name }) => name);
}
