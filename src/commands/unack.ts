import type { Command } from './command.js';
import { acted, atMost, isOver } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';

export const unack: Command = {
  name: 'unack',
  summary: 'give an acknowledged incident back',
  usage: 'unack <id>',
  examples: ['unack INC-1042'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 1);
    const found = await findIncident(args[0], context);
    const over = isOver(found, context);
    if (over !== undefined) return over;
    const incident = await context.desk.act(found.id, { do: 'unack' }, context.asker.actor);
    return acted(await freshCard(incident, context), context);
  },
};
