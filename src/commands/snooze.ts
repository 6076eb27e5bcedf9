import { DAY, HOUR } from '../model/time.js';
import type { Command } from './command.js';
import { acted, atMost, isOver } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';
import { readDuration } from './support/lasting.js';

const LONGEST = 7 * DAY;

export const snooze: Command = {
  name: 'snooze',
  summary: 'take an incident and hear no more of it for a while; it comes back if it still fires',
  usage: 'snooze <id> [duration]',
  examples: ['snooze INC-1042', 'snooze INC-1042 30m'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 2);
    const [id, text] = args;
    const durationMs = text === undefined ? HOUR : readDuration(text, 'snooze', LONGEST);
    const found = await findIncident(id, context);
    const over = isOver(found, context);
    if (over !== undefined) return over;
    const incident = await context.desk.act(found.id, { do: 'snooze', durationMs }, context.asker.actor);
    return acted(await freshCard(incident, context), context);
  },
};
