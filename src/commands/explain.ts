import { explainCard } from '../cards/index.js';
import type { ExplainView } from '../cards/explain-view.js';
import type { Card } from '../model/card.js';
import type { Command } from './command.js';
import { refused, told, usage, whispered } from './support/answers.js';
import { findMeant, type ExplainContext } from './support/explain/find.js';
import { gather } from './support/explain/gather.js';
import { quote } from './support/tokens.js';

export const explain: Command = {
  name: 'explain',
  summary: 'why something fired, stayed silent, was told or was not: each decision with its numbers',
  usage: 'explain <id>',
  examples: [
    'explain INC-1042',
    'explain EX123456',
    'explain trunk:sbc1.contoso.com',
    'explain Exchange',
    'explain 9e8bba57-dc14-533a-a7dd-f0da6575eed1',
    'explain trunk-failing',
  ],
  role: 'viewer',
  async run(args, context) {
    const words = args.join(' ').trim();
    if (words === '') throw usage('Explain what? An incident, an issue, a subject, a call or a rule.');
    const explained = await explainWords(words, context);
    if ('near' in explained) return unclear(words, explained.near, context);
    return context.button ? whispered(explained.card) : told(explained.card);
  },
};

/** What is on record about what the words mean, as data and as a card; else what they may have meant. */
export async function explainWords(
  words: string,
  context: ExplainContext,
): Promise<{ readonly view: ExplainView; readonly card: Card } | { readonly near: readonly string[] }> {
  const meant = await findMeant(words, context);
  if (meant.kind === 'unclear') return meant;
  const view = await gather(meant, context);
  const card = explainCard(view);
  return card === undefined ? { near: [] } : { view, card };
}

function unclear(
  words: string,
  near: readonly string[],
  context: Parameters<typeof refused>[0],
): ReturnType<typeof refused> {
  const exact = near.some((name) => name.toLowerCase().includes(words.toLowerCase()));
  return refused(context, {
    message: exact ? `“${words}” may be one of several` : `Nothing on record is called “${words}”`,
    usage: explain.usage,
    ...(near.length === 0 ? { examples: explain.examples } : {}),
    suggestions: near.slice(0, 8).map((name) => `explain ${quote(name)}`),
  });
}
