import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';
import { handover as cardOf, HANDOVER_INCIDENTS } from './support/handover.js';
import { viewOf } from './support/schedule-view.js';
import { schedulesNamed } from './support/schedules.js';

export const handover: Command = {
  name: 'handover',
  summary:
    'what whoever takes over has to know: open, silenced until when, flapping, and what Microsoft promised',
  usage: 'handover [schedule]',
  examples: ['handover', 'handover voice'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const { desk, tenant, url } = context;
    const { schedules, roster } = await desk.onCall();
    const asked = schedulesNamed(args[0], schedules, 'handover', context);
    if ('card' in asked) return asked;
    const now = desk.now();
    const narrowed = tenant === undefined ? {} : { tenant };
    const [incidents, silences] = await Promise.all([
      desk.incidents({ scope: 'all', limit: HANDOVER_INCIDENTS, ...narrowed }),
      desk.silences(),
    ]);
    const [only] = asked;
    const since = asked.length === 1 && only !== undefined ? viewOf(only, roster, now).now?.from : undefined;
    return told(cardOf({ schedules: asked, roster, incidents, silences, since, now, url }));
  },
};
