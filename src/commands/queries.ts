import { queriesCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const queries: Command = {
  name: 'queries',
  summary: 'the queries of Partner Center Insights that reports are made of',
  usage: 'queries',
  examples: ['queries'],
  role: 'viewer',
  async run(args, { desk, tenant, url }) {
    atMost(args, 0);
    const looks = await desk.look({ about: 'queries' }, tenant);
    return told(queriesCard({ looks, now: desk.now(), url }));
  },
};
