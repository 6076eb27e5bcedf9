import { messagesCard } from '../cards/index.js';
import type { Command } from './command.js';
import { refused, told } from './support/answers.js';

export const messages: Command = {
  name: 'messages',
  summary: 'what the Message center announces, days to act by first',
  usage: 'messages [service]',
  examples: ['messages', 'messages teams', 'messages --tenant contoso'],
  role: 'viewer',
  async run(args, context) {
    const { desk, tenant, url } = context;
    const chosen = args.join(' ');
    const looks = await desk.look(
      { about: 'messages', ...(chosen === '' ? {} : { service: chosen }) },
      tenant,
    );
    if (looks.length === 0) {
      return refused(context, {
        message: 'No tenant here has its Message center watched',
        advice: 'Add `{ kind: message-center }` to its sources',
        suggestions: ['tenants'],
      });
    }
    return told(messagesCard({ looks, now: desk.now(), url, ...(chosen === '' ? {} : { chosen }) }));
  },
};
