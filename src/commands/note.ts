import type { Command } from './command.js';
import { detailCard } from './incident.js';
import { told, usage } from './support/answers.js';
import { findIncident } from './support/find.js';

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
    if (text === '') throw usage('What shall the note say?');
    if (text.length > TEXT_MAX)
      throw usage(`A note has at most ${TEXT_MAX} characters; this one has ${text.length}.`);
    const incident = await context.desk.act(found.id, { do: 'note', text }, context.asker.actor);
    return told(await detailCard(incident, context));
  },
};
