import { backtestCard } from '../cards/index.js';
import type { Command } from './command.js';
import { atMost, refused, told, usage } from './support/answers.js';
import { nearest } from './support/nearest.js';

const DAYS = 7;
const MOST = 90;

export const backtest: Command = {
  name: 'backtest',
  summary: 'what a rule would have sent over the last days, to whom and for how long, beside what was sent',
  usage: 'backtest <rule> [days]',
  examples: ['backtest trunk-failing', 'backtest service-issue 30'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 2);
    const { desk, tenant, url } = context;
    const [name, days] = args;
    if (name === undefined) throw usage('Say which rule; rules lists them.');
    const names = desk.rules().map((rule) => rule.name);
    const rule = names.find((known) => known === name.toLowerCase());
    if (rule === undefined)
      return refused(context, {
        message: `There is no rule “${name}”`,
        suggestions: [...nearest(name, names).map((known) => `backtest ${known}`), 'rules'],
      });
    const found = await desk.backtest({
      rule,
      days: days === undefined ? DAYS : readDays(days),
      ...(tenant === undefined ? {} : { tenants: [tenant] }),
    });
    return told(backtestCard({ backtest: found, inForce: true, now: desk.now(), url }));
  },
};

function readDays(text: string): number {
  const days = /^\d{1,3}d?$/i.test(text) ? Number.parseInt(text, 10) : 0;
  if (days < 1 || days > MOST) throw usage(`“${text}” is not a number of days from 1 to ${MOST}.`);
  return days;
}
