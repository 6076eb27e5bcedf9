import { incidentDetailCard } from '../cards/index.js';
import { silencedUntil } from '../incidents/silence.js';
import type { Card } from '../model/card.js';
import type { Incident } from '../model/incident.js';
import type { Command, CommandContext } from './command.js';
import { atMost, told, whispered } from './support/answers.js';
import { findIncident } from './support/find.js';

export const incident: Command = {
  name: 'incident',
  summary: 'one incident with its history and where it was told',
  usage: 'incident <id>',
  examples: ['incident INC-1042', 'incident 1042', 'incident EX123456'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const card = await detailCard(await findIncident(args[0], context), context);
    // A pressed "Details" is for the one who pressed it; the living card stays as it is.
    return context.button ? whispered(card) : told(card);
  },
};

export async function detailCard(found: Incident, { desk, url }: CommandContext): Promise<Card> {
  const now = desk.now();
  const [timeline, tellings, deliveries, silences] = await Promise.all([
    desk.timeline(found.id),
    desk.tellings(found.id),
    desk.deliveries(found.id),
    desk.silences(),
  ]);
  const until = silencedUntil(found, silences, now);
  return incidentDetailCard({
    incident: found,
    timeline,
    tellings,
    deliveries,
    now,
    url,
    ...(until === undefined ? {} : { silencedUntil: until }),
  });
}
