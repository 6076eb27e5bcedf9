import { openMemoryKeep } from '../../sources/memory-keep.js';
import { openReplay, type Replay } from '../../engine/replay/replay.js';
import type { Told } from '../../engine/replay/channel.js';
import { formatDuration } from '../../lib/duration.js';
import type { Transition } from '../../model/alert.js';
import type { Evaluation } from '../../model/evaluation.js';
import type { SourceKey } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import { asksOf } from '../../rules/asks.js';
import type { Rule } from '../../rules/compile.js';
import type { LoadedTest } from './load.js';
import type { Step } from './schema.js';
import { openSources, sourceKeyOf, type TestSource } from './source.js';

/** What came of a test's steps. */
export interface Course {
  readonly start: Instant;
  readonly end: Instant;
  readonly transitions: readonly Transition[];
  readonly told: readonly Told[];
  /** What rules decided on which values, for the reason why one stayed silent. */
  readonly evaluated: readonly Evaluation[];
  readonly polls: ReadonlyMap<SourceKey, readonly Instant[]>;
}

/** A step that cannot be done; the message begins with when. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** A Monday: where nothing in a test says when it happens, it begins then. */
const SOME_MONDAY = Date.UTC(2026, 0, 5, 3);

/**
 * Plays the steps on a clock of its own. Each source is polled at its steps and, as in life, at its interval in between,
 * with the answer it was last given. Throws a `StepError`.
 */
export async function runTest(loaded: LoadedTest): Promise<Course> {
  const { test, settings, channels, rules, answers } = loaded;
  const start = test.start ?? startOf(loaded);
  const end = start + Math.max(...test.at.map(({ t }) => t), ...test.expect.map(({ t = 0 }) => t));
  const replay = openReplay({
    start,
    rules,
    root: settings.route,
    inhibitions: settings.inhibit,
    muteTimes: settings.muteTimes,
    channels,
  });
  const polls = openPolls(replay, rules, openSources(settings, openMemoryKeep()));
  const steps = test.at.map((step, i) => ({ step, i })).sort((a, b) => a.step.t - b.step.t || a.i - b.i);

  async function take({ step, i }: { readonly step: Step; readonly i: number }): Promise<void> {
    await replay.until(start + step.t);
    if (step.restart) polls.restart();
    else if (step.source === undefined) await act(step, replay);
    else
      await polls.give(step, (source) =>
        source.take(step, answers.get(step), replay.now(), `${loaded.file}/${test.name}/${i}`),
      );
  }

  for (const one of steps) {
    await polls.until(start + one.step.t - 1);
    await take(one);
  }
  await polls.until(end);
  await replay.until(end);
  return { start, end, transitions: replay.transitions, told: replay.told, ...polls.done() };
}

/** When nothing says when the test begins: so that the newest thing that its answers tell of has just happened. */
function startOf({ test, settings, answers, file }: LoadedTest): Instant {
  const starts = test.at.flatMap((step) => {
    const given = answers.get(step);
    if (given === undefined) return [];
    const source = openSources(settings, openMemoryKeep()).get(sourceKeyOf(step));
    source?.take(step, given, SOME_MONDAY, file);
    const newest = source?.newest();
    return newest === undefined ? [] : [newest - step.t];
  });
  return starts.length === 0 ? SOME_MONDAY : Math.max(...starts);
}

interface Polls {
  /** A step of a source: it answers otherwise, and is polled at once. */
  give(step: Step, change: (source: TestSource) => void): Promise<void>;
  /** Every poll that comes due until then. */
  until(at: Instant): Promise<void>;
  restart(): void;
  done(): Pick<Course, 'evaluated' | 'polls'>;
}

function openPolls(
  replay: Replay,
  rules: readonly Rule[],
  sources: ReadonlyMap<SourceKey, TestSource>,
): Polls {
  const next = new Map<SourceKey, Instant>();
  const polled = new Map<SourceKey, Instant[]>();
  const evaluated: Evaluation[] = [];

  async function poll(source: TestSource): Promise<void> {
    const now = replay.now();
    const done = polled.get(source.key) ?? [];
    polled.set(source.key, [...done, now]);
    const { memory } = await replay.known(source.key);
    const answer = await source
      .poll(memory, now, asksOf(rules, source.kind))
      .catch((error: unknown) => ({ error }));
    const judged = await replay.take(source, answer);
    evaluated.push(...judged.evaluated);
  }

  return {
    async give(step, change) {
      const source = sources.get(sourceKeyOf(step));
      if (source === undefined) throw new StepError(`the settings have no source ${sourceKeyOf(step)}`);
      change(source);
      const now = replay.now();
      const due = next.get(source.key);
      if (due === undefined || due <= now) next.set(source.key, (due ?? now) + source.everyMs);
      await poll(source);
    },
    async until(at) {
      for (;;) {
        const [first] = [...next].sort(([, a], [, b]) => a - b);
        if (first === undefined || first[1] > at) return;
        const [key, due] = first;
        const source = sources.get(key);
        if (source === undefined) return;
        await replay.until(due);
        next.set(key, due + source.everyMs);
        await poll(source);
      }
    },
    restart() {
      for (const source of sources.values()) source.restart();
    },
    done: () => ({ evaluated, polls: polled }),
  };
}

async function act(step: Step, replay: Replay): Promise<void> {
  const { t, by, text, silence, subject = '', for: length = 0 } = step;
  const actor = { name: by, via: 'console' } as const;
  if (silence !== undefined) {
    const startsAt = replay.now();
    const comment = text === '' ? 'a test' : text;
    await replay.silence({ matchers: silence, startsAt, endsAt: startsAt + length, author: actor, comment });
    return;
  }
  if (step.act === undefined) return;
  const [incident] = await replay.store.incidents({ subject });
  if (incident === undefined)
    throw new StepError(`at ${formatDuration(t)} there is no incident about ${subject} to ${step.act}`);
  await replay.act(incident.id, step.act === 'note' ? { do: 'note', text } : { do: step.act }, actor);
}
