import { queryCard, queryTestCard } from '../cards/index.js';
import { Fault } from '../lib/fault.js';
import type { Question } from '../model/question.js';
import type { Answer, Command, CommandContext } from './command.js';
import { refused, told, usage, whispered } from './support/answers.js';

export const query: Command = {
  name: 'query',
  summary: 'make a query for reports, or try one',
  usage: 'query create <name> "<text>" | query test "<text>" | query test <id>',
  examples: [
    'query create Revenue "SELECT CustomerName, BilledRevenueUSD FROM CustomersAndTenants TIMESPAN LAST_MONTH"',
    'query test 6664daf3-c161-423a-92a1-0ea6db2c0384',
  ],
  role: 'viewer',
  needs: ([verb = '']) => (verb.toLowerCase() === 'create' ? 'responder' : 'viewer'),
  endsInText: true,
  async run([verb = '', ...rest], context) {
    if (verb.toLowerCase() === 'create') return create(rest, context);
    if (verb.toLowerCase() === 'test') return test(rest, context);
    throw usage(verb === '' ? 'Create or test?' : `“${verb}” is neither create nor test.`);
  },
};

async function create(args: readonly string[], context: CommandContext): Promise<Answer> {
  const { desk, asker, tenant } = context;
  const [name, ...words] = args;
  if (name === undefined) throw usage('What shall the query be called?', 'name');
  const order = { do: 'query-create', name, query: textOf(words) } as const;
  const look = await desk.order(order, tenant, asker.actor);
  const card = queryCard({ look, now: desk.now() });
  if (card === undefined)
    throw new Fault('api.unreadable', 'Partner Center did not say what it made of the query.');
  return told(card);
}

async function test(args: readonly string[], context: CommandContext): Promise<Answer> {
  const { desk, tenant } = context;
  const [first = ''] = args;
  const question: Question =
    args.length === 1 && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(first)
      ? { about: 'query-test', queryId: first }
      : { about: 'query-test', query: textOf(args) };
  const looks = await desk.look(question, tenant);
  const look = looks.find(({ facts }) => facts.length > 0);
  const card = look === undefined ? undefined : queryTestCard({ look, now: desk.now() });
  // It shows rows of somebody's data: for the one who asked.
  if (card !== undefined) return whispered(card);
  const errors = looks.flatMap(({ tenant: name, error }) =>
    error === undefined ? [] : [`${name}: ${error}`],
  );
  return refused(context, {
    message:
      looks.length === 0 ? 'No tenant here is watched for Partner Insights' : 'The query was not answered',
    ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
    suggestions: ['help query', 'queries'],
  });
}

/** Typed words lose the quotes around values, so a query with values has to come in quotes of its own. */
function textOf(words: readonly string[]): string {
  if (words.length === 0) throw usage('Which query? Write its text between double quotes.', 'text');
  const text = words.join(' ').trim();
  if (words.length > 1 && /\bwhere\b/i.test(text))
    throw usage(
      'Write the whole query between double quotes, so that the quotes around its values are kept.',
      'text',
    );
  if (text.length > 4_000)
    throw usage(`A query has at most 4000 characters; this one has ${text.length}.`, 'text');
  return text;
}
