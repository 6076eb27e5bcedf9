import { silenceCard } from '../../cards/index.js';
import { Fault } from '../../lib/fault.js';
import type { Silence } from '../../model/silence.js';
import { DAY, MINUTE, type Instant } from '../../model/time.js';
import type { Answer, CommandContext } from '../command.js';
import { acted, usage } from './answers.js';
import { readSpan } from './silence-words.js';

const LONGEST = 90 * DAY;

/** `+2h` longer, `-30m` shorter, `2h` from now, each with a comment or without; or a comment alone. */
export async function changeIt(
  id: number,
  words: readonly string[],
  context: CommandContext,
): Promise<Answer> {
  const { desk, asker, url } = context;
  if (words.length === 0) throw usage(`What about silence #${id}? Say +2h, -30m, 2h or a comment.`);
  const before = await desk.silence(id);
  if (before === undefined)
    throw new Fault('command.not-found', `There is no silence #${id}.`, {
      advice: '`silences` lists those in force.',
    });
  const now = desk.now();
  const change = changeOf(before, words, now);
  const silence = await desk.changeSilence(id, change, asker.actor);
  const reach = await desk.reach(silence.matchers);
  return acted(silenceCard({ silence, reach, now, url, done: 'Changed' }), context);
}

function changeOf(
  before: Silence,
  words: readonly string[],
  now: Instant,
): Pick<Silence, 'endsAt' | 'comment'> {
  const [first = '', ...rest] = words;
  const [, sign = '', span] = /^([+-]?)(\d.*)$/.exec(first) ?? [];
  if (span === undefined) return { endsAt: before.endsAt, comment: words.join(' ') };
  const by = readSpan(span);
  const endsAt = sign === '' ? now + by : before.endsAt + (sign === '+' ? by : -by);
  if (endsAt < now + MINUTE) throw usage(`That would end it now: say unsilence #${before.id}.`);
  if (endsAt > now + LONGEST) throw usage('A silence lasts 90d at most.');
  return { endsAt, comment: rest.length === 0 ? before.comment : rest.join(' ') };
}
