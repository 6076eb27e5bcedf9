import { onCallCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, refused, told } from './support/answers.js';
import { nearest } from './support/nearest.js';
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
    const [name] = args;
    const asked =
      name === undefined
        ? schedules
        : schedules.filter((schedule) => schedule.name.toLowerCase() === name.toLowerCase());
    if (asked.length === 0 && name !== undefined)
      return refused(context, {
        message: `There is no schedule “${name}”`,
        suggestions: nearest(
          name,
          schedules.map((schedule) => schedule.name),
        ).map((near) => `oncall ${near}`),
      });
    return told(onCallCard({ schedules: asked.map((schedule) => viewOf(schedule, roster, now)), now }));
  },
};
