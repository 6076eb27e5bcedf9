import { messageCard } from '../cards/index.js';
import type { Answer, Command, CommandContext, Look } from './command.js';
import { atMost, refused, told, usage } from './support/answers.js';
import { nearest } from './support/nearest.js';

export const message: Command = {
  name: 'message',
  summary: 'all that Microsoft says in one Message center post',
  usage: 'message <MC id>',
  examples: ['message MC123456'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const id = args[0]?.replace(/^message:/i, '').toUpperCase();
    if (id === undefined) throw usage('Which message?');
    if (!/^[A-Z]{0,3}\d{3,12}$/.test(id)) throw usage(`“${id}” is not the id of a message.`);
    const wanted = /^\d/.test(id) ? `MC${id}` : id;
    const { desk, tenant, url } = context;
    const [looks, incidents] = await Promise.all([
      desk.look({ about: 'message', id: wanted }, tenant),
      desk.incidents({
        scope: 'all',
        subject: `message:${wanted}`,
        limit: 5,
        ...(tenant === undefined ? {} : { tenant }),
      }),
    ]);
    const card = messageCard({ id: wanted, looks, incidents, now: desk.now(), url });
    return card === undefined ? unknown(wanted, looks, context) : told(card);
  },
};

async function unknown(id: string, looks: readonly Look[], context: CommandContext): Promise<Answer> {
  const known = await context.desk.look({ about: 'messages' }, context.tenant);
  const ids = known.flatMap(({ facts }) => facts.map(({ subject }) => subject.replace(/^message:/, '')));
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  return refused(context, {
    message: `No watched tenant has a message ${id}`,
    ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
    suggestions: [...nearest(id, [...new Set(ids)]).map((near) => `message ${near}`), 'messages'],
  });
}
