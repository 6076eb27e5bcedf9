import { ruleCard, ruleHelpCard } from '../cards/index.js';
import { SOURCE_KINDS } from '../model/source.js';
import { nearest } from '../lib/nearest.js';
import type { Answer, Command, CommandContext } from './command.js';
import { atMost, refused, told, usage, whispered } from './support/answers.js';

export const rule: Command = {
  name: 'rule',
  summary: 'one rule: what it waits for, why, and what it holds for now; or the fields that rules may read',
  usage: 'rule <name>',
  examples: ['rule trunk-failing', 'rule help direct-routing'],
  role: 'viewer',
  async run(args, context) {
    const [name, ...rest] = args;
    if (name === undefined) throw usage('Say which rule; rules lists them.');
    if (name.toLowerCase() === 'help') return help(rest, context);
    atMost(args, 1);
    const { desk, tenant } = context;
    const wanted = name.toLowerCase();
    const found = desk.rules().find((one) => one.name === wanted);
    if (found === undefined) return unknown(name, context);
    const own = (await desk.alerts(tenant)).filter((alert) => alert.rule === found.name);
    const incidents = await desk.incidents({ scope: 'open', ...(tenant === undefined ? {} : { tenant }) });
    return told(ruleCard({ rule: found, alerts: own, incidents, now: desk.now() }));
  },
};

function help(args: readonly string[], context: CommandContext): Answer {
  atMost(args, 1);
  const asked = (args[0] ?? '').toLowerCase();
  const kind = SOURCE_KINDS.find((one) => one === asked);
  if (kind !== undefined) return whispered(ruleHelpCard(kind, context.desk.now()));
  const near = asked === '' ? SOURCE_KINDS : nearest(asked, SOURCE_KINDS);
  return refused(context, {
    message: asked === '' ? 'Say of which source' : `There is no source “${args[0] ?? ''}”`,
    suggestions: (near.length === 0 ? SOURCE_KINDS : near).map((one) => `rule help ${one}`),
  });
}

function unknown(name: string, context: CommandContext): Answer {
  const near = nearest(
    name,
    context.desk.rules().map((one) => one.name),
  );
  return refused(context, {
    message: `There is no rule “${name}”`,
    suggestions: [...near.map((one) => `rule ${one}`), 'rules'],
  });
}
