import type { Command } from './command.js';
import { acted, atMost } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';

export const resolve: Command = {
  name: 'resolve',
  summary: 'close an incident for everyone',
  usage: 'resolve <id>',
  examples: ['resolve INC-1042'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 1);
    const { id } = await findIncident(args[0], context);
    const incident = await context.desk.act(id, { do: 'resolve' }, context.asker.actor);
    return acted(await freshCard(incident, context), context);
  },
};
