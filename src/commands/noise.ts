import { noiseCard, noiseRuleCard } from '../cards/index.js';
import type { Answer, Command, CommandContext } from './command.js';
import { atMost, refused, told, usage } from './support/answers.js';
import { nearest } from './support/nearest.js';

/** The last week and the one before; one rule is shown over a month. */
const WEEKS = 2;
const WEEKS_OF_ONE = 4;
const MOST = 52;

export const noise: Command = {
  name: 'noise',
  summary:
    'what came of each rule’s alerts: acted on, ignored, flapped, silenced; what would be quieter, and how quickly people answered',
  usage: 'noise [rule] [weeks]',
  examples: ['noise', 'noise trunk-failing', 'noise trunk-failing 8'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 2);
    const [first, second] = args;
    if (first === undefined) return all(WEEKS, context);
    if (second === undefined && /^\d+$/.test(first)) return all(readWeeks(first), context);
    return one(first, second === undefined ? WEEKS_OF_ONE : readWeeks(second), context);
  },
};

async function all(weeks: number, { desk, tenant, url }: CommandContext): Promise<Answer> {
  const filter = { weeks, ...(tenant === undefined ? {} : { tenants: [tenant] }) };
  const [rows, response] = await Promise.all([desk.noise(filter), desk.response(filter)]);
  return told(
    noiseCard({ rows, response, now: desk.now(), url, ...(tenant === undefined ? {} : { tenant }) }),
  );
}

async function one(name: string, weeks: number, context: CommandContext): Promise<Answer> {
  const { desk, tenant, url } = context;
  const names = desk.rules().map((rule) => rule.name);
  const rule = names.find((known) => known.toLowerCase() === name.toLowerCase());
  if (rule === undefined)
    return refused(context, {
      message: `There is no rule “${name}”`,
      suggestions: [...nearest(name, names).map((known) => `noise ${known}`), 'noise'],
    });
  const [row] = await desk.noise({ weeks, rule, ...(tenant === undefined ? {} : { tenants: [tenant] }) });
  return told(noiseRuleCard({ rule, row, now: desk.now(), url }));
}

function readWeeks(text: string): number {
  const weeks = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (weeks < 1 || weeks > MOST) throw usage(`“${text}” is not a number of weeks from 1 to ${MOST}.`);
  return weeks;
}
