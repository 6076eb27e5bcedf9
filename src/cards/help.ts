import type { Card } from '../model/card.js';
import type { Role } from '../model/person.js';
import type { Instant } from '../model/time.js';
import { command, fact, factsSection, link, listSection, paragraph, say, type ListItem } from './parts.js';
import { plural } from './words.js';

/** What `help` needs to know of a command. */
export interface HelpEntry {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly role: Role;
}

export interface HelpView {
  readonly commands: readonly HelpEntry[];
  /** Only this one, with its examples. */
  readonly command?: HelpEntry;
  readonly now: Instant;
  readonly url: string;
}

export function helpCard(view: HelpView): Card {
  return view.command === undefined ? allCommands(view) : oneCommand(view.command, view.now);
}

function allCommands({ commands, now, url }: HelpView): Card {
  return {
    topic: 'help',
    tone: 'neutral',
    title: 'What Tocsin answers',
    fallback: `Tocsin answers ${plural(commands.length, 'command')}: ${commands.map(({ name }) => name).join(', ')}`,
    sections: [
      ...listSection(undefined, commands.map(helpLine), commands.length),
      paragraph(
        say("A tenant's name, or "),
        { text: '--tenant NAME', code: true },
        say(', narrows any of them. '),
        { text: 'help <command>', code: true },
        say(' shows examples.'),
      ),
    ],
    actions: [],
    footer: url === '' ? [] : [link('console', url)],
    at: now,
  };
}

function helpLine({ usage, summary, name }: HelpEntry): ListItem {
  // A command without needed arguments can be run from here.
  const head = usage.includes('<') ? { text: usage, code: true } : command(usage, name);
  return { tone: 'neutral', line: [head, say(`: ${summary}`)] };
}

function oneCommand(entry: HelpEntry, now: Instant): Card {
  return {
    topic: 'help',
    tone: 'neutral',
    title: `${entry.usage}: ${entry.summary}`,
    fallback: `Usage: ${entry.usage}`,
    sections: [
      ...factsSection([
        fact('Usage', { text: entry.usage, code: true }),
        fact('Needs the role', say(entry.role)),
      ]),
      ...exampleList(entry.examples),
    ],
    actions: [],
    at: now,
  };
}

export function exampleList(examples: readonly string[]): Card['sections'] {
  return listSection(
    examples.length === 1 ? 'Example' : 'Examples',
    examples.map((example) => ({ tone: 'neutral', line: [{ text: example, code: true }] })),
  );
}
