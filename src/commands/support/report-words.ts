import { parseDuration } from '../../lib/duration.js';
import type { Order } from '../../model/question.js';
import { DAY, HOUR, MINUTE, type Instant } from '../../model/time.js';
import { usage } from './answers.js';

type Create = Extract<Order, { do: 'report-create' }>;
type Run = Extract<Order, { do: 'report-run' }>;

/** `<name> <queryId> [every <hours>h] [start <time>] [count <n>] [csv|tsv]`, the options in any order. Throws `command.usage`. */
export function createOrder(args: readonly string[], now: Instant): Create {
  const { name, queryId, rest } = nameAndQuery(args);
  const words = [...rest];
  const order: { -readonly [K in keyof Create]: Create[K] } = { do: 'report-create', name, queryId };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    switch (word.toLowerCase()) {
      case 'every':
        order.everyHours = hours(words.shift());
        break;
      case 'start':
        order.startAt = takeTime(words, now, 4 * HOUR + 5 * MINUTE);
        break;
      case 'count':
        order.count = count(words.shift());
        break;
      case 'csv':
      case 'tsv':
        order.format = word.toLowerCase() === 'tsv' ? 'tsv' : 'csv';
        break;
      default:
        throw usage(`I do not know what to do with “${word}”.`);
    }
  }
  return order;
}

/** `<name> <queryId> [from <time> to <time>]` */
export function runOrder(args: readonly string[], now: Instant): Run {
  const { name, queryId, rest } = nameAndQuery(args);
  const words = [...rest];
  const order: { -readonly [K in keyof Run]: Run[K] } = { do: 'report-run', name, queryId };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const which = word.toLowerCase();
    if (which !== 'from' && which !== 'to') throw usage(`I do not know what to do with “${word}”.`);
    order[which] = takeTime(words, now);
  }
  if ((order.from === undefined) !== (order.to === undefined))
    throw usage('A window needs both: from <time> to <time>.');
  return order;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A name of several words needs no quotes where the query's id tells its end. */
function nameAndQuery(args: readonly string[]): { name: string; queryId: string; rest: readonly string[] } {
  if (args.length === 0) throw usage('What shall the report be called?', 'name');
  const at = args.findIndex((word) => UUID.test(word));
  if (at < 0) throw usage('Which query? `queries` lists them with their ids.', 'query');
  if (at === 0)
    throw usage('What shall the report be called? The name stands before the id of the query.', 'name');
  return { name: args.slice(0, at).join(' '), queryId: args[at] ?? '', rest: args.slice(at + 1) };
}

function hours(word: string | undefined): number {
  const ms =
    word === undefined ? undefined : parseDuration(/^\d+$/.test(word) ? `${word}h` : word.toLowerCase());
  if (ms === undefined || ms % HOUR !== 0 || ms === 0)
    throw usage('Every how many hours? For example every 24h or every 7d.', 'every');
  return ms / HOUR;
}

function count(word: string | undefined): number {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 1 || value > 100_000)
    throw usage('How often? For example count 30.', 'count');
  return value;
}

/** Takes one time off the words: `2026-11-22T03:00Z`, `2026-11-22 03:00`, `2026-11-22`, `03:00` (the next one), all in UTC. */
function takeTime(words: string[], now: Instant, leadMs = 0): Instant {
  const first = words.shift() ?? '';
  if (/^\d{1,2}:\d{2}$/.test(first)) return nextAt(first, now + leadMs);
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ](.+))?$/i.exec(first);
  const [, date, inline] = day ?? [];
  if (date === undefined)
    throw usage(`“${first}” is not a time such as 2026-11-22T03:00Z or 03:00.`, 'start');
  const clock = inline ?? (/^\d{1,2}:\d{2}/.test(words[0] ?? '') ? words.shift() : undefined) ?? '00:00';
  const zone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(clock) ? '' : 'Z';
  const at = Date.parse(`${date}T${clock.toUpperCase().replace(/^(\d):/, '0$1:')}${zone}`);
  if (Number.isNaN(at)) throw usage(`“${first}” is not a time such as 2026-11-22T03:00Z or 03:00.`, 'start');
  if (words[0] !== undefined && /^(?:utc|gmt)$/i.test(words[0])) words.shift();
  return at;
}

/** The first such time of day (UTC) that is not before `earliest`. */
function nextAt(clock: string, earliest: Instant): Instant {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  if (hour > 23 || minute > 59) throw usage(`“${clock}” is not a time of day.`, 'start');
  const at = Math.floor(earliest / DAY) * DAY + hour * HOUR + minute * MINUTE;
  return at < earliest ? at + DAY : at;
}
