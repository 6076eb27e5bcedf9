import { helpCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, refused, whispered } from './support/answers.js';
import { nearest } from './support/nearest.js';
import { commandNamed } from './support/tenant.js';

export const help: Command = {
  name: 'help',
  summary: 'what can be asked',
  usage: 'help [command]',
  examples: ['help', 'help silence'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const { commands, desk, url } = context;
    const [name] = args;
    const view = { commands, now: desk.now(), url };
    if (name === undefined) return whispered(helpCard(view));
    const command = commandNamed(name, commands);
    if (command !== undefined) return whispered(helpCard({ ...view, command }));
    const near = nearest(
      name,
      commands.map((known) => known.name),
    );
    return refused(context, {
      message: `I do not know the command “${name}”`,
      suggestions: [...near.map((known) => `help ${known}`), 'help'],
    });
  },
};
