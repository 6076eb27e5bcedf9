import { reportsCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const reports: Command = {
  name: 'reports',
  summary: 'the scheduled reports of Partner Center Insights, those in trouble first',
  usage: 'reports',
  examples: ['reports'],
  role: 'viewer',
  async run(args, { desk, tenant, url }) {
    atMost(args, 0);
    const looks = await desk.look({ about: 'reports' }, tenant);
    return told(reportsCard({ looks, now: desk.now(), url }));
  },
};
