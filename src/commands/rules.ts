import { rulesCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const rules: Command = {
  name: 'rules',
  summary: 'every rule in force, and which of them fire',
  usage: 'rules',
  examples: ['rules', 'rules --tenant contoso'],
  role: 'viewer',
  async run(args, { desk, tenant, url }) {
    atMost(args, 0);
    return told(rulesCard({ rules: desk.rules(), alerts: await desk.alerts(tenant), now: desk.now(), url }));
  },
};
