import { reportCard, reportDeleteCard } from '../cards/index.js';
import { Fault } from '../lib/fault.js';
import type { Order } from '../model/question.js';
import type { Answer, Command, CommandContext, Look } from './command.js';
import { atMost, refused, told, usage, whispered } from './support/answers.js';
import { nearest } from './support/nearest.js';
import { createOrder, runOrder } from './support/report-words.js';

/** Reading is for everybody; what changes something at Microsoft is not. */
const CHANGES = ['create', 'run', 'pause', 'resume', 'delete'];

export const report: Command = {
  name: 'report',
  summary: 'one report with its runs; or create, run, pause, resume or delete one',
  usage:
    'report <id> | report create <name> <queryId> [every <hours>h] [start <time>] [count <n>] [csv|tsv] | report run <name> <queryId> [from <time> to <time>] | report pause|resume|delete <id>',
  examples: [
    'report "Nightly sales"',
    'report create "Nightly sales" 6664daf3-c161-423a-92a1-0ea6db2c0384 every 24h start 03:00',
    'report run "Sales of May" 6664daf3-c161-423a-92a1-0ea6db2c0384 from 2026-05-01 to 2026-06-01',
    'report pause "Nightly sales"',
  ],
  role: 'viewer',
  needs: ([verb = '']) => (CHANGES.includes(verb.toLowerCase()) ? 'responder' : 'viewer'),
  async run(args, context) {
    const [verb = '', ...rest] = args;
    switch (verb.toLowerCase()) {
      case '':
        throw usage('Which report? `reports` lists them.');
      case 'create':
        return ordered(createOrder(rest, context.desk.now()), 'Created', context);
      case 'run':
        return ordered(runOrder(rest, context.desk.now()), 'Running', context);
      case 'pause':
        return ordered({ do: 'report-pause', id: onlyId(rest) }, 'Paused', context);
      case 'resume':
        return ordered({ do: 'report-resume', id: onlyId(rest) }, 'Resumed', context);
      case 'delete':
        return remove(rest, context);
      default:
        return show(args.join(' '), context);
    }
  },
};

async function show(id: string, context: CommandContext): Promise<Answer> {
  const { desk, url, tenant } = context;
  const looks = await desk.look({ about: 'report', id }, tenant);
  const look = looks.find(({ facts }) => facts.length > 0);
  const card = look === undefined ? undefined : reportCard({ look, now: desk.now(), url });
  // It shows cells of somebody's data: for the one who asked.
  return card === undefined ? unknown(id, looks, context) : whispered(card);
}

async function ordered(order: Order, done: string, context: CommandContext): Promise<Answer> {
  const { desk, asker, tenant, url } = context;
  const look = await desk.order(order, tenant, asker.actor);
  const card = reportCard({ look, now: desk.now(), url, done });
  if (card === undefined) throw new Fault('api.unreadable', 'Partner Center did not say what it made of it.');
  return told(card);
}

/** Asked for once, warned of what goes with it; `yes` does it. */
async function remove(args: readonly string[], context: CommandContext): Promise<Answer> {
  const [id, sure] = args;
  if (id === undefined) throw usage('Which report?');
  atMost(args, 2);
  if (sure !== undefined && !/^yes$/i.test(sure))
    throw usage(`I do not know what to do with “${sure}”; to delete it, say yes.`);
  if (sure !== undefined) return ordered({ do: 'report-delete', id }, 'Deleted', context);
  const looks = await context.desk.look({ about: 'report', id }, context.tenant);
  const look = looks.find(({ facts }) => facts.length > 0);
  const card = look === undefined ? undefined : reportDeleteCard({ look, now: context.desk.now() });
  return card === undefined ? unknown(id, looks, context) : whispered(card);
}

function onlyId(args: readonly string[]): string {
  if (args.length === 0) throw usage('Which report?');
  return args.join(' ');
}

async function unknown(id: string, looks: readonly Look[], context: CommandContext): Promise<Answer> {
  if (looks.length === 0)
    return refused(context, {
      message: 'No tenant here is watched for Partner Insights',
      suggestions: ['tenants'],
    });
  const all = await context.desk.look({ about: 'reports' }, context.tenant);
  const names = all.flatMap(({ facts }) =>
    facts.flatMap(({ values }) => (typeof values['name'] === 'string' ? [values['name']] : [])),
  );
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  return refused(context, {
    message: `There is no report “${id}”`,
    ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
    suggestions: [...nearest(id, names).map((name) => `report "${name}"`), 'reports'],
  });
}
