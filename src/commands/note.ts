import type { Command } from './command.js';
import { detailCard } from './incident.js';
import { acted, told, usage } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';

const TEXT_MAX = 2_000;

export const note: Command = {
  name: 'note',
  summary: 'write a line into the history of an incident, and into its threads',
  usage: 'note <id> <text>',
  examples: ['note INC-1042 failed over to the Paris trunk'],
  role: 'responder',
  endsInText: true,
  async run([id, ...words], context) {
    const text = words.join(' ').trim();
    const found = await findIncident(id, context);
    if (text === '') throw usage('What shall the note say?', 'text');
    if (text.length > TEXT_MAX)
      throw usage(`A note has at most ${TEXT_MAX} characters; this one has ${text.length}.`, 'text');
    const incident = await context.desk.act(found.id, { do: 'note', text }, context.asker.actor);
    // Its card is in sight, and the note in the thread under it.
    if (context.button) return acted(await freshCard(incident, context), context);
    return told(await detailCard(incident, context));
  },
};
