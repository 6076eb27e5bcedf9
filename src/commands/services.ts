import { servicesCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const services: Command = {
  name: 'services',
  summary: 'every service with its state',
  usage: 'services',
  examples: ['services', 'services --tenant contoso'],
  role: 'viewer',
  async run(args, { desk, tenant, url }) {
    atMost(args, 0);
    const looks = await desk.look({ about: 'services' }, tenant);
    return told(servicesCard({ looks, now: desk.now(), url }));
  },
};
