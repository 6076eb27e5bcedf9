import { feedCard, onCallCard } from '../cards/index.js';
import type { Answer, Command, CommandContext } from './command.js';
import { atMost, refused, told, whispered } from './support/answers.js';
import { schedulesNamed } from './support/schedules.js';
import { viewOf } from './support/schedule-view.js';

export const oncall: Command = {
  name: 'oncall',
  summary:
    'who is on call now, until when, and who takes over; `oncall <schedule> feed`: for your own calendar',
  usage: 'oncall [schedule]',
  examples: ['oncall', 'oncall voice', 'oncall voice feed'],
  role: 'viewer',
  async run(args, context) {
    const { desk } = context;
    const now = desk.now();
    const { schedules, roster } = await desk.onCall();
    const [name, ...rest] = args;
    const asked = schedulesNamed(name, schedules, 'oncall', context);
    if ('card' in asked) return asked;
    const [schedule] = asked;
    if (schedule !== undefined && rest[0]?.toLowerCase() === 'feed')
      return feedOf(schedule.name, rest, context);
    atMost(rest, 0);
    return told(onCallCard({ schedules: asked.map((schedule) => viewOf(schedule, roster, now)), now }));
  },
};

/** For the one who asked: whoever has the address can read the schedule. */
async function feedOf(schedule: string, rest: readonly string[], context: CommandContext): Promise<Answer> {
  atMost(rest, 1);
  const feed = await context.desk.feed(schedule);
  if (feed === undefined)
    return refused(context, { message: 'No Tocsin runs that would serve a feed', suggestions: ['oncall'] });
  return whispered(feedCard({ schedule, feed, now: context.desk.now() }));
}
