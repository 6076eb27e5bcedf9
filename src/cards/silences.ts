import { formatMatcher } from '../lib/matchers.js';
import type { Card } from '../model/card.js';
import type { Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import { bold, listSection, say, time } from './parts.js';
import { age, plural } from './words.js';

export interface SilencesView {
  readonly silences: readonly Silence[];
  readonly now: Instant;
}

/** What is silenced, until when, by whom and why: the one that ends first on top. */
export function silencesCard({ silences, now }: SilencesView): Card {
  const title =
    silences.length === 0 ? 'Nothing is silenced' : `${plural(silences.length, 'silence')} in force`;
  return {
    topic: 'silences',
    tone: 'neutral',
    title,
    fallback: title,
    sections: listSection(
      undefined,
      [...silences]
        .sort((a, b) => a.endsAt - b.endsAt)
        .map((silence) => ({
          tone: 'neutral',
          line: [
            bold(`#${silence.id}`),
            say(' '),
            { text: silence.matchers.map(formatMatcher).join(', '), code: true },
            say(' until '),
            time(silence.endsAt),
            say(` (${age(silence.endsAt - now)} left) · ${silence.author.name}${why(silence)}`),
          ],
        })),
    ),
    actions: [],
    at: now,
  };
}

function why({ comment }: Silence): string {
  return comment === '' ? '' : `: ${comment}`;
}
