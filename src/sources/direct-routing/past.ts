import { faultLine } from '../../lib/fault.js';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { CallKeep, MinuteCount } from '../keep.js';
import { openMemoryKeep } from '../memory-keep.js';
import type { PastAsk, PastPoll } from '../source.js';
import { isFiner } from './groups.js';
import type { LookDeps } from './look.js';
import { FACTS_LOOK_BACK, pollFacts, type KnownGroup } from './poll-facts.js';
import { openQueue } from './queue.js';
import { readCalls } from './read.js';
import { runsOf, type Runs } from './runs.js';
import { openSliding } from './sliding.js';
import type { TellCount } from './tally.js';

/** Without a call nothing changes but the age of the last one, which is told in steps of at least this. */
const QUIET: Duration = 15 * MINUTE;

/**
 * The polls of earlier times, made up from the counts of calls: what the rules want may be other windows than those that were
 * counted then. How late each row came is not kept: it is taken to be there when its call had begun.
 */
export async function* pastPolls(deps: LookDeps, everyMs: Duration, ask: PastAsk): AsyncGenerator<PastPoll> {
  const { from, to, asks } = ask;
  const counts = await countsOf(deps, from - FACTS_LOOK_BACK, ask);
  const coming = inOrder(counts, from - FACTS_LOOK_BACK, to);
  const sliding = openSliding(asks.map(({ windowMs }) => windowMs));
  const users = asks.some(({ by }) => by.includes('user'));
  const apart = openQueue();
  const known = new Map<string, KnownGroup>();
  const finer = asks.some(isFiner);
  let runs: Runs = new Map();
  let last: PastPoll | undefined;
  for (let at = from; at < to; at += everyMs) {
    const come = await coming.until(at);
    const end = Math.floor(at / MINUTE) * MINUTE + MINUTE;
    for (const { minute, key, count } of come) sliding.add({ minute, key: withoutUser(key), count });
    // They come in order, so that the runs go on from where they were.
    runs = runsOf((tell) => tellAll(come, tell), -Infinity, end, runs);
    if (users) for (const one of come) apart.push(one);
    apart.forget(at - FACTS_LOOK_BACK);
    if (last === undefined || come.length > 0 || at - last.at >= QUIET)
      last = {
        at,
        facts: pollFacts({
          tenant: deps.tenant,
          each: (tell) => tellAll(sliding.list(at), tell),
          list: finer ? sliding.list(at) : [],
          known,
          condensed: sliding.condensed(at),
          now: at,
          runs,
          asks,
          byUser: users ? apart.list() : [],
        }),
      };
    yield { at, facts: last.facts };
  }
}

function tellAll(counts: readonly MinuteCount[], tell: TellCount): void {
  for (const { minute, key, count } of counts) tell(minute, withoutUser(key), count);
}

/** Users are taken together, but where a rule keeps them apart. */
function withoutUser(key: string): string {
  return key.slice(0, key.lastIndexOf('|') + 1);
}

type Counts = (from: Instant, to: Instant) => Promise<readonly MinuteCount[]>;

/** Counts of the record, and before it begins those of the log itself, where that may be asked. */
async function countsOf(deps: LookDeps, from: Instant, ask: PastAsk): Promise<Counts> {
  const { keep, source } = deps;
  const kept = await keep.begins(source);
  const since = kept ?? ask.now;
  const recorded: Counts = (a, b) => keep.counts(source, a, b);
  const words = `${source}: how late each row came is not known; it is taken to be there when its call began.`;
  ask.note(words);
  if (since <= ask.from) return recorded;
  const missing = `${source}: calls before ${day(since)} are not in the record`;
  if (!ask.fetch) {
    ask.note(`${missing}.`);
    return recorded;
  }
  const fetched = openMemoryKeep().calls;
  try {
    await readCalls({ ...deps, keep: fetched }, { from, to: since, since: from }, undefined);
  } catch (error) {
    ask.note(`${missing}, and the log did not give them: ${faultLine(error)}`);
    return recorded;
  }
  ask.note(`${missing}; they were read from the log for this.`);
  return joined(fetched, deps, since);
}

function joined(fetched: CallKeep, { keep, source }: LookDeps, since: Instant): Counts {
  return async (from, to) => [
    ...(from < since ? await fetched.counts(source, from, Math.min(to, since)) : []),
    ...(to > since ? await keep.counts(source, Math.max(from, since), to) : []),
  ];
}

/** Counts by their minute, read a day at a time, and each day while the one before is played. */
function inOrder(counts: Counts, from: Instant, to: Instant) {
  const end = to + HOUR;
  let read = from;
  let waiting: readonly MinuteCount[] = [];
  let next = 0;
  let ahead = readDay(from);

  function readDay(at: Instant): Promise<readonly MinuteCount[]> {
    const day = at >= end ? Promise.resolve([]) : counts(at, Math.min(at + DAY, end));
    // What goes wrong is told at its turn, if it comes.
    day.catch(() => undefined);
    return day;
  }

  return {
    /** Those of calls that had begun by then, since the last time. */
    async until(at: Instant): Promise<readonly MinuteCount[]> {
      const come: MinuteCount[] = [];
      for (;;) {
        while (next < waiting.length && (waiting[next]?.minute ?? Infinity) < at)
          come.push(waiting[next++] as MinuteCount);
        if (next < waiting.length || read >= Math.min(at, to)) return come;
        waiting = await ahead;
        next = 0;
        read = Math.min(read + DAY, end);
        ahead = readDay(read);
      }
    },
  };
}

function day(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
