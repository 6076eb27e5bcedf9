import { doctorCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const doctor: Command = {
  name: 'doctor',
  summary: 'tries every source and channel now, and says what is missing',
  usage: 'doctor',
  examples: ['doctor'],
  role: 'responder',
  async run(args, { desk, tenant }) {
    atMost(args, 0);
    const [lines, rows] = await Promise.all([desk.doctor(), desk.tenants()]);
    const others = rows.filter(({ name }) => tenant !== undefined && name !== tenant);
    const shown = lines.filter(({ subject }) => !others.some(({ name }) => subject.startsWith(`${name}/`)));
    return told(doctorCard({ lines: shown, now: desk.now() }));
  },
};
