import { silenceCard, silencePreviewCard } from '../cards/index.js';
import { groupMatchers, inForce, sameMatchers, type Reach } from '../incidents/silence.js';
import { MatcherListError, parseMatcherList } from '../lib/matcher-list.js';
import type { Card } from '../model/card.js';
import type { Matcher } from '../model/silence.js';
import type { Answer, Command, CommandContext, SilenceOrder } from './command.js';
import { acted, told, usage } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';
import { changeIt } from './support/silence-change.js';
import { silenceId, timeAndComment } from './support/silence-words.js';

export const silence: Command = {
  name: 'silence',
  summary: 'keep an incident, or all that matches, quiet for a while; an hour unless you say otherwise',
  usage: 'silence <INC id>|<matchers>|<#silence> [duration] [comment]',
  examples: [
    'silence INC-1042 4h carrier is working on it',
    'silence tenant=contoso subject=~"trunk:.*" 2h planned work',
    'silence #3 +2h',
  ],
  role: 'responder',
  endsInText: true,
  async run([first, ...words], context) {
    if (first === undefined) throw usage('What shall be silent?');
    const id = silenceId(first);
    if (id !== undefined) return changeIt(id, words, context);
    return (await silenceMatching(context)) ?? silenceIncident(first, words, context);
  },
};

async function silenceIncident(
  id: string,
  words: readonly string[],
  context: CommandContext,
): Promise<Answer> {
  const { durationMs, comment } = timeAndComment(words);
  const found = await findIncident(id, context);
  const act = { do: 'silence', durationMs, comment } as const;
  const incident = await context.desk.act(found.id, act, context.asker.actor);
  // A button's answer takes the place of the card it was on.
  const card = context.button ? undefined : await cardOf(groupMatchers(incident), context);
  return acted(card ?? (await freshCard(incident, context)), context);
}

/** The silence with these matchers that is in force, with what it holds back and would have cost. */
async function cardOf(
  matchers: readonly Matcher[],
  { desk, url }: CommandContext,
): Promise<Card | undefined> {
  const now = desk.now();
  const [silence] = (await desk.silences()).filter(
    (known) => inForce(known, now) && sameMatchers(known.matchers, matchers),
  );
  if (silence === undefined) return undefined;
  return silenceCard({ silence, reach: await desk.reach(matchers), now, url, done: 'Silenced' });
}

/** Undefined when what was said names no matchers. */
async function silenceMatching(context: CommandContext): Promise<Answer | undefined> {
  const { sure, text } = withoutSure(context.said ?? '');
  const { matchers, rest } = readMatchers(text);
  if (matchers.length === 0) return undefined;
  const { desk, asker, url } = context;
  const order: SilenceOrder = {
    matchers: withTenant(matchers, context.tenant),
    ...timeAndComment(rest === '' ? [] : rest.split(/\s+/)),
  };
  const reach = await desk.reach(order.matchers);
  const now = desk.now();
  if (!sure && isWide(order.matchers, reach)) return told(silencePreviewCard({ order, reach, now }));
  const set = await desk.setSilence(order, asker.actor);
  return acted(silenceCard({ silence: set, reach, now, url, done: 'Silenced' }), context);
}

function readMatchers(text: string): ReturnType<typeof parseMatcherList> {
  try {
    return parseMatcherList(text);
  } catch (error) {
    if (error instanceof MatcherListError) throw usage(`${error.message}.`, 'matchers');
    throw error;
  }
}

/** Asked about before it is done: it is not about one subject alone, or nobody can tell yet. */
function isWide(matchers: readonly Matcher[], { subjects }: Reach): boolean {
  return subjects.length > 1 || (subjects.length === 0 && matchers.every(({ op }) => op !== '='));
}

function withTenant(matchers: readonly Matcher[], tenant: string | undefined): readonly Matcher[] {
  if (tenant === undefined || matchers.some(({ name }) => name === 'tenant')) return matchers;
  return [{ name: 'tenant', op: '=', value: tenant }, ...matchers];
}

/** `--yes` in front or at the end, with the dash that phones make of two. */
function withoutSure(said: string): { readonly sure: boolean; readonly text: string } {
  const text = said.replace(/^(?:--|[—–]-?)yes(?:\s+|$)|\s+(?:--|[—–]-?)yes$/i, '');
  return { sure: text !== said, text };
}
