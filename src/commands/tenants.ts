import { tenantsCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const tenants: Command = {
  name: 'tenants',
  summary: 'which tenants are watched, and how each source is doing',
  usage: 'tenants',
  examples: ['tenants'],
  role: 'viewer',
  async run(args, { desk, tenant }) {
    atMost(args, 0);
    const rows = await desk.tenants();
    const shown = tenant === undefined ? rows : rows.filter(({ name }) => name === tenant);
    return told(tenantsCard({ tenants: shown, now: desk.now() }));
  },
};
