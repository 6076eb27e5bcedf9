import type { Card } from '../model/card.js';
import { incidentName } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import { bold, command, listSection, paragraph, say, time } from './parts.js';
import { matcherWords } from './silence.js';
import { age, plural } from './words.js';

export interface SilencesView {
  /** Each with the unresolved incidents that it holds back now. */
  readonly silences: readonly { readonly silence: Silence; readonly holds: readonly number[] }[];
  readonly now: Instant;
}

const NAMED = 8;

/** What is silenced, until when, by whom and why, and what is quiet for it: the one that ends first on top. */
export function silencesCard({ silences, now }: SilencesView): Card {
  const title =
    silences.length === 0 ? 'Nothing is silenced' : `${plural(silences.length, 'silence')} in force`;
  const [first] = silences;
  const held = new Set(silences.flatMap(({ holds }) => holds)).size;
  return {
    topic: 'silences',
    tone: 'neutral',
    title,
    fallback: silences.length === 0 ? title : `${title}, ${plural(held, 'open incident')} held back`,
    sections: [
      ...listSection(
        undefined,
        [...silences]
          .sort((a, b) => a.silence.endsAt - b.silence.endsAt)
          .map(({ silence, holds }) => ({
            tone: 'neutral',
            line: [...silenceLine(silence, now), ...holdsWords(holds)],
          })),
      ),
      ...(first === undefined
        ? []
        : [
            paragraph(
              { text: `silence #${first.silence.id} +2h`, code: true },
              say(' makes it longer, '),
              { text: `unsilence #${first.silence.id}`, code: true },
              say(' ends it.'),
            ),
          ]),
    ],
    actions: [],
    at: now,
  };
}

export function silenceLine(silence: Silence, now: Instant): readonly Inline[] {
  const { id, matchers, endsAt, author, comment } = silence;
  return [
    bold(`#${id}`),
    say(' '),
    { text: matcherWords(matchers), code: true },
    say(' until '),
    time(endsAt),
    say(` (${age(endsAt - now)} left) · ${author.name}${comment === '' ? '' : `: ${comment}`} · `),
  ];
}

export function holdsWords(holds: readonly number[]): readonly Inline[] {
  if (holds.length === 0) return [say('holds back nothing now')];
  const more = holds.length - NAMED;
  return [
    say('holds back '),
    ...holds.slice(0, NAMED).flatMap((id, i): Inline[] => {
      const name = incidentName(id);
      return [...(i === 0 ? [] : [say(', ')]), command(name, `incident ${name}`)];
    }),
    ...(more > 0 ? [say(` and ${more} more`)] : []),
  ];
}
