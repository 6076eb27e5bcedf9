import { parseDuration } from '../lib/duration.js';
import { DAY, HOUR, MINUTE } from '../model/time.js';
import type { Command } from './command.js';
import { acted, usage } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';

const LONGEST = 90 * DAY;

export const silence: Command = {
  name: 'silence',
  summary: 'keep an incident quiet for a while; an hour unless you say otherwise',
  usage: 'silence <INC id> [duration] [comment]',
  examples: ['silence INC-1042', 'silence INC-1042 4h carrier is working on it'],
  role: 'responder',
  endsInText: true,
  async run([id, ...words], context) {
    const { durationMs, comment } = durationOf(words);
    const found = await findIncident(id, context);
    const act = { do: 'silence', durationMs, comment } as const;
    const incident = await context.desk.act(found.id, act, context.asker.actor);
    return acted(await freshCard(incident, context), context);
  },
};

/** A comment may follow at once; what begins like a number was meant to be a duration. */
function durationOf(words: readonly string[]): { durationMs: number; comment: string } {
  const [first, ...rest] = words;
  if (first === undefined || !/^[+-]?[\d.]/.test(first))
    return { durationMs: HOUR, comment: words.join(' ') };
  const durationMs = parseDuration(first.toLowerCase());
  if (durationMs === undefined) throw usage(`“${first}” is not a duration such as 30m, 4h or 2d.`);
  if (durationMs < MINUTE || durationMs > LONGEST) throw usage('A silence lasts from 1m to 90d.');
  return { durationMs, comment: rest.join(' ') };
}
