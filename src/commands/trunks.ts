import { trunksCard } from '../cards/index.js';
import { DAY } from '../model/time.js';
import { NO_CALL_LOG } from './calls.js';
import type { Command } from './command.js';
import { atMost, refused, told } from './support/answers.js';
import { readWindow } from './support/windows.js';

const USUAL = DAY;

export const trunks: Command = {
  name: 'trunks',
  summary: 'every trunk with its NER and volume, the worst first',
  usage: 'trunks [window]',
  examples: ['trunks', 'trunks 1h', 'trunks 7d'],
  role: 'viewer',
  async run(args, context) {
    const { words, windowMs } = readWindow(args, USUAL);
    atMost(words, 0);
    const { desk, tenant, url } = context;
    const looks = await desk.look({ about: 'trunks', windowMs }, tenant);
    if (looks.length === 0) return refused(context, NO_CALL_LOG);
    return told(trunksCard({ looks, windowMs, now: desk.now(), url }));
  },
};
