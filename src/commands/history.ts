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

/** The last word may be a number of days: `30`, `30d`, `30 days`. */
function readArgs(args: readonly string[]): { words: string; days: number } {
  const [, words = '', number] = /^(.*?)(?:(?:^|\s)(\d{1,4})\s*(?:d|days?)?)?$/is.exec(args.join(' ')) ?? [];
  if (number === undefined) return { words, days: DEFAULT_DAYS };
  const days = Number(number);
  if (days < 1 || days > MAX_DAYS) throw usage(`The history goes from 1 to ${MAX_DAYS} days back.`);
  return { words, days };
}
