import { onCallCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';
import { schedulesNamed } from './support/schedules.js';
import { viewOf } from './support/schedule-view.js';

export const oncall: Command = {
  name: 'oncall',
  summary: 'who is on call now, until when, and who takes over',
  usage: 'oncall [schedule]',
  examples: ['oncall', 'oncall voice'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const { desk } = context;
    const now = desk.now();
    const { schedules, roster } = await desk.onCall();
    const asked = schedulesNamed(args[0], schedules, 'oncall', context);
    if ('card' in asked) return asked;
    return told(onCallCard({ schedules: asked.map((schedule) => viewOf(schedule, roster, now)), now }));
  },
};
