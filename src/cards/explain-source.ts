import type { Section } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { SourceState } from './explain-view.js';
import { command, dotted, listSection, say, time } from './parts.js';
import { clip, plural, sentence } from './words.js';

/** Sources that do not answer: nothing is decided of what they watch until they do. */
export function blindSections(sources: readonly SourceState[]): readonly Section[] {
  return listSection(
    undefined,
    sources
      .filter(({ health }) => health !== undefined && health.state !== 'ok')
      .map((source) => ({ tone: 'major', line: blindWords(source) })),
    5,
  );
}

function blindWords({ key, health }: SourceState): readonly Inline[] {
  const since = Date.parse(health?.blindSince ?? '');
  const good = Date.parse(health?.lastGood ?? '');
  return [
    say('Nothing is decided now: '),
    command(key, `explain source:${key}`),
    say(' has not answered since '),
    Number.isFinite(since) ? time(since) : say('its start'),
    say(` (${plural(health?.failures ?? 0, 'failed poll')}). `),
    say(sentence(clip([health?.message, health?.advice].filter((text) => text !== '').join(' '), 300))),
    say(' A failed poll opens and closes nothing; what stands here was decided before'),
    ...(Number.isFinite(good) ? [say(', at the latest '), time(good)] : []),
    say('.'),
  ];
}

/** Small print: when each source was last asked. */
export function polledFooter(sources: readonly SourceState[]): readonly Inline[] {
  const asked = sources.filter(({ polledAt }) => polledAt !== undefined).slice(0, 3);
  return dotted(...asked.map(({ key, polledAt = 0 }) => [say(`${key} polled `), time(polledAt)]));
}
