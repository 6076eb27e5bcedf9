import { onCallCard } from '../cards/index.js';
import type { Schedule } from '../model/schedule.js';
import { DAY, MINUTE } from '../model/time.js';
import type { Answer, Command, CommandContext } from './command.js';
import { atMost, told, usage } from './support/answers.js';
import { viewOf } from './support/schedule-view.js';
import { parseWhen } from './support/when.js';

const LONGEST = 90 * DAY;

export const override: Command = {
  name: 'override',
  summary: 'put somebody on call in place of whoever would be; `override end <#id>` takes it back',
  usage: 'override <schedule> <who> <from> <to> [comment]',
  examples: [
    'override voice bob now +4h',
    'override voice bob 18:00 22:00',
    'override voice carol 2026-12-24T18:00 2026-12-25T09:00 Christmas',
    'override end #3',
  ],
  role: 'responder',
  endsInText: true,
  run: (args, context) => (args[0] === 'end' ? end(args.slice(1), context) : set(args, context)),
};

async function set(args: readonly string[], context: CommandContext): Promise<Answer> {
  const { desk, asker } = context;
  const [name, who, fromText, toText, ...comment] = args;
  if (name === undefined || who === undefined || fromText === undefined || toText === undefined)
    throw usage('I need a schedule, a person, from when and until when.');
  const { schedules, roster } = await desk.onCall();
  const schedule = schedules.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (schedule === undefined)
    throw usage(`There is no schedule “${name}”. ${namesWords(schedules)}`, 'schedule');
  const person = who.toLowerCase() === 'me' ? asker.person?.name : personNamed(who, roster.people);
  if (person === undefined) throw usage(`Nobody called “${who}” is listed under people.`, 'who');
  const now = desk.now();
  const zone = asker.person?.timeZone ?? schedule.timeZone;
  const from = parseWhen(fromText, zone, now);
  const to = from === undefined ? undefined : parseWhen(toText, zone, now, from);
  if (from === undefined)
    throw usage(`“${fromText}” is not a time such as now, 18:00, +2h or 2026-12-24T18:00.`, 'from');
  if (to === undefined)
    throw usage(`“${toText}” is not a time such as 22:00, +4h or 2026-12-25T09:00.`, 'to');
  if (to <= from) throw usage('It ends before it begins.', 'to');
  if (to <= now) throw usage('It would be over already.', 'to');
  if (to - from < MINUTE || to - from > LONGEST) throw usage('An override lasts from 1m to 90d.', 'to');
  await desk.override({ schedule: schedule.name, person, from, to, comment: comment.join(' ') }, asker.actor);
  return shown(schedule, context);
}

async function end(args: readonly string[], context: CommandContext): Promise<Answer> {
  atMost(args, 1);
  const id = Number(/^#?(\d{1,9})$/.exec(args[0] ?? '')?.[1]);
  if (!Number.isInteger(id)) throw usage('Which override? `oncall` lists them with their numbers.');
  const ended = await context.desk.endOverride(id, context.asker.actor);
  const { schedules } = await context.desk.onCall();
  const schedule = schedules.find(({ name }) => name === ended.schedule);
  if (schedule === undefined) throw usage(`The schedule ${ended.schedule} is gone with it.`);
  return shown(schedule, context);
}

async function shown(schedule: Schedule, { desk }: CommandContext): Promise<Answer> {
  const { roster } = await desk.onCall();
  const now = desk.now();
  return told(onCallCard({ schedules: [viewOf(schedule, roster, now)], now }));
}

function personNamed(who: string, people: ReadonlySet<string>): string | undefined {
  return [...people].find((name) => name.toLowerCase() === who.toLowerCase().replace(/^@/, ''));
}

function namesWords(schedules: readonly Schedule[]): string {
  return schedules.length === 0
    ? 'The settings have none.'
    : `There is ${schedules.map(({ name }) => name).join(', ')}.`;
}
