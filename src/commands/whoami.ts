import { whoamiCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, whispered } from './support/answers.js';

export const whoami: Command = {
  name: 'whoami',
  summary: 'who you are to Tocsin and what you may do',
  usage: 'whoami',
  examples: ['whoami'],
  role: 'viewer',
  async run(args, { asker, desk }) {
    atMost(args, 0);
    const { actor, role, person, platformId } = asker;
    return whispered(whoamiCard({ actor, role, person, platformId, now: desk.now() }));
  },
};
