import { incidentsCard } from '../cards/index.js';
import type { Answer, Command, CommandContext } from './command.js';
import { acted, atMost, isOver, refused } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';

export const ack: Command = {
  name: 'ack',
  summary: 'say that you have an incident; without an id the only open one',
  usage: 'ack [id]',
  examples: ['ack INC-1042', 'ack'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 1);
    if (args[0] === undefined) return ackOnly(context);
    const found = await findIncident(args[0], context);
    return isOver(found, context) ?? ackOne(found.id, context);
  },
};

async function ackOne(id: number, context: CommandContext): Promise<Answer> {
  const incident = await context.desk.act(id, { do: 'ack' }, context.asker.actor);
  return acted(await freshCard(incident, context), context);
}

/** With exactly one open there is no doubt; with several the person chooses. */
async function ackOnly(context: CommandContext): Promise<Answer> {
  const { desk, tenant, url } = context;
  const unresolved = await desk.incidents({
    scope: 'open',
    limit: 100,
    ...(tenant === undefined ? {} : { tenant }),
  });
  const open = unresolved.filter(({ state }) => state === 'open');
  const [only] = open;
  if (only !== undefined && open.length === 1) return ackOne(only.id, context);
  if (only === undefined) {
    return refused(context, { message: 'Nothing waits to be acknowledged', suggestions: ['incidents'] });
  }
  const lead = 'Which one? Say ack and its id.';
  const card = incidentsCard({ incidents: open, scope: 'open', tenant, lead, now: desk.now(), url });
  return { card, audience: 'asker', replaces: false, ok: false };
}
