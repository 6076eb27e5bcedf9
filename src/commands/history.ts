import { historyCard } from '../cards/index.js';
import type { Command } from './command.js';
import { told, usage } from './support/answers.js';
import { noSuchService } from './support/no-service.js';

const DEFAULT_DAYS = 7;
const MAX_DAYS = 30;

export const history: Command = {
  name: 'history',
  summary: 'how services, or one of them, were over the last days',
  usage: 'history [service] [days]',
  examples: ['history', 'history teams', 'history "exchange online" 30'],
  role: 'viewer',
  async run(args, context) {
    const { words, days } = readArgs(args);
    const { desk, tenant, url } = context;
    const looks = await desk.look(
      { about: 'history', days, ...(words === '' ? {} : { service: words }) },
      tenant,
    );
    const card = historyCard({
      looks,
      days,
      now: desk.now(),
      url,
      ...(words === '' ? {} : { chosen: words }),
    });
    return card === undefined ? noSuchService('history', words, context) : told(card);
  },
};

/** The last word may be a number of days: `30`, `30d`. */
function readArgs(args: readonly string[]): { words: string; days: number } {
  const number = /^(\d{1,4})(?:d|days?)?$/i.exec(args.at(-1) ?? '')?.[1];
  if (number === undefined) return { words: args.join(' '), days: DEFAULT_DAYS };
  const days = Number(number);
  if (days < 1 || days > MAX_DAYS) throw usage(`The history goes from 1 to ${MAX_DAYS} days back.`);
  const rest = args.at(-1)?.toLowerCase().startsWith('day') === true ? args.slice(0, -2) : args.slice(0, -1);
  return { words: rest.join(' '), days };
}
