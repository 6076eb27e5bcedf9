import { callsCard } from '../cards/index.js';
import { formatDuration } from '../lib/duration.js';
import { HOUR, type Duration } from '../model/time.js';
import type { Answer, Command, CommandContext } from './command.js';
import { refused, told, usage } from './support/answers.js';
import { nearest } from './support/nearest.js';
import { findTrunk, namesOf } from './support/trunks.js';
import { readWindow } from './support/windows.js';

const USUAL = HOUR;

/** Advice where no tenant has such a source. */
export const NO_CALL_LOG = {
  message: 'No tenant here has its calls watched',
  advice: 'Add `{ kind: direct-routing }` to its sources',
  suggestions: ['tenants'],
};

export const calls: Command = {
  name: 'calls',
  summary: 'how calls went over all trunks or one: NER, failures by code, whose they are, and a chart',
  usage: 'calls [trunk] [window]',
  examples: ['calls', 'calls 24h', 'calls sbc1 15m', 'calls sbc1.contoso.com 7d'],
  role: 'viewer',
  async run(args, context) {
    const { words, windowMs } = readWindow(args, USUAL);
    const { desk, tenant, url } = context;
    if (words.length > 1) throw usage(`I do not know what to do with “${words.slice(1).join(' ')}”.`);
    const [word] = words;
    if (word !== undefined) return ofTrunk(word, windowMs, context);
    const looks = await desk.look({ about: 'calls', windowMs }, tenant);
    if (looks.length === 0) return refused(context, NO_CALL_LOG);
    return told(callsCard({ looks, windowMs, now: desk.now(), url }));
  },
};

async function ofTrunk(word: string, windowMs: Duration, context: CommandContext): Promise<Answer> {
  const { desk, tenant, url } = context;
  const found = await findTrunk(word, windowMs, context);
  if ('several' in found) return unclear(word, windowMs, found, context);
  const { trunk, tenants } = found;
  const looks = await desk.look({ about: 'calls', trunk, windowMs }, tenant);
  // Every tenant is asked, and those without that trunk have nothing to say.
  const about = looks.filter((look) => tenants.includes(look.tenant));
  return told(callsCard({ looks: about, trunk, windowMs, now: desk.now(), url }));
}

function unclear(
  word: string,
  windowMs: Duration,
  { several, looks }: Extract<Awaited<ReturnType<typeof findTrunk>>, { several: unknown }>,
  context: CommandContext,
): Answer {
  if (looks.length === 0) return refused(context, NO_CALL_LOG);
  const window = windowMs === USUAL ? '' : ` ${formatDuration(windowMs)}`;
  if (several.length > 1) {
    return refused(context, {
      message: `${several.length} trunks go by “${word}”`,
      suggestions: several.slice(0, 6).map((name) => `calls ${name}${window}`),
    });
  }
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  const close = nearest(word, [
    ...new Set(namesOf(looks).flatMap((name) => [name.split('.')[0] ?? name, name])),
  ]);
  return refused(context, {
    message: `No trunk called “${word}” had a call in the last days`,
    ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
    suggestions: [...close.map((name) => `calls ${name}${window}`), 'trunks'],
  });
}
