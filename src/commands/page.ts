import { pagedCard } from '../cards/index.js';
import type { CallTarget } from '../oncall/by-hand.js';
import type { Command, CommandContext } from './command.js';
import { told, usage } from './support/answers.js';

const TEXT_MAX = 300;

export const page: Command = {
  name: 'page',
  summary: 'call a person, or whoever is on call in a schedule, until somebody acknowledges',
  usage: 'page <who|schedule> <text>',
  examples: [
    'page bob please join the bridge',
    'page voice the Paris site has no dial tone',
    'page next:voice can you take over early?',
  ],
  role: 'responder',
  endsInText: true,
  async run([who, ...words], context) {
    const text = words.join(' ').replace(/\s+/g, ' ').trim();
    if (who === undefined || who === '') throw usage('Whom shall I call?', 'who');
    const target = await targetOf(who, context);
    if (text === '') throw usage(`What shall I tell ${target.name}?`, 'text');
    if (text.length > TEXT_MAX)
      throw usage(`A page has at most ${TEXT_MAX} characters; this one has ${text.length}.`, 'text');
    const { desk, asker, tenant, url } = context;
    const order = { target, text, ...(tenant === undefined ? {} : { tenant }) };
    return told(pagedCard({ ...(await desk.page(order, asker.actor)), now: desk.now(), url }));
  },
};

/** A name of a person or of a schedule; `person:`, `schedule:` and `next:` say which where both are called so. */
async function targetOf(said: string, { desk, asker }: CommandContext): Promise<CallTarget> {
  const [, kind, rest] = /^(person|schedule|next):(.+)$/i.exec(said) ?? [];
  const name = (rest ?? said).toLowerCase().replace(/^@/, '');
  const { schedules, roster } = await desk.onCall();
  const own = asker.person?.name;
  const person = name === 'me' ? own : [...roster.people].find((known) => known.toLowerCase() === name);
  const schedule = schedules.find((known) => known.name.toLowerCase() === name)?.name;
  const wants = kind?.toLowerCase();
  if (wants === undefined && person !== undefined && schedule !== undefined)
    throw usage(
      `Both a person and a schedule are called “${said}”: say person:${person} or schedule:${schedule}.`,
      'who',
    );
  if (person !== undefined && (wants === undefined || wants === 'person'))
    return { kind: 'person', name: person };
  if (schedule !== undefined && wants !== 'person')
    return { kind: 'schedule', name: schedule, ...(wants === 'next' ? { next: true } : {}) };
  const known = [...roster.people, ...schedules.map((one) => one.name)];
  throw usage(
    `There is no person or schedule “${rest ?? said}”.${known.length === 0 ? '' : ` There is ${known.join(', ')}.`}`,
    'who',
  );
}
