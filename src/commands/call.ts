import { callCard } from '../cards/index.js';
import { NO_CALL_LOG } from './calls.js';
import type { Command } from './command.js';
import { atMost, refused, told, usage } from './support/answers.js';

export const call: Command = {
  name: 'call',
  summary: 'one call: its codes, whose failure it is and what to do next',
  usage: 'call <id>',
  examples: ['call 9e8bba57-dc14-533a-a7dd-f0da6575eed1'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const id = args[0]?.replace(/^call:/i, '').toLowerCase();
    if (id === undefined || id === '') throw usage('Which call?');
    if (!/^[a-z0-9_-]{4,64}$/.test(id)) throw usage('That is not the id of a call.');
    const { desk, tenant, url } = context;
    const looks = await desk.look({ about: 'call', id }, tenant);
    if (looks.length === 0) return refused(context, NO_CALL_LOG);
    const card = callCard({ id, looks, now: desk.now(), url });
    if (card !== undefined) return told(card);
    const errors = [...new Set(looks.flatMap(({ error }) => (error === undefined ? [] : [error])))];
    return refused(context, {
      message: `No watched tenant’s call log has a call ${id}`,
      ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
      suggestions: ['calls 24h'],
    });
  },
};
