import type { Instant } from '../../model/time.js';

/**
 * The forms in which Microsoft's posts really come: the same labelled sentences, with their line breaks lost, kept, or
 * written as markup.
 */
export interface PostWords {
  readonly title: string;
  readonly impact: string;
  readonly more?: string;
  /** `Current status` or, at the end, `Final status`. */
  readonly status: string;
  readonly final?: boolean;
  readonly scope?: string;
  readonly start?: Instant;
  readonly end?: Instant;
  readonly cause?: string;
  readonly next?: string;
  readonly nextUpdate?: Instant;
}

/** Labels and texts in Microsoft's order. */
function lines(words: PostWords): readonly (readonly [label: string, text: string])[] {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['Title', words.title],
    ['User impact', words.impact],
    ['More info', words.more],
    [words.final === true ? 'Final status' : 'Current status', words.status],
    ['Scope of impact', words.scope],
    ['Start time', words.start === undefined ? undefined : longTime(words.start)],
    ['End time', words.end === undefined ? undefined : longTime(words.end)],
    [words.final === true ? 'Root cause' : 'Preliminary root cause', words.cause],
    ['Next steps', words.next],
    ['Next update by', words.nextUpdate === undefined ? undefined : longTime(words.nextUpdate)],
  ];
  return all.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}

/** Plain text whose line breaks were lost on the way. */
export function runTogether(words: PostWords): string {
  return lines(words)
    .map(([label, text]) => `${label}: ${text}`)
    .join('');
}

/** Plain text with blank lines between the parts. */
export function plainLines(words: PostWords): string {
  return lines(words)
    .map(([label, text]) => `${label}: ${text}`)
    .join('\n\n');
}

/** Lines ended by `<br>`, labels in bold. */
export function brokenLines(words: PostWords): string {
  return lines(words)
    .map(([label, text]) => `<b>${label}:</b> ${text}`)
    .join('<br><br>\n');
}

/** One `<p>` a part, with non-breaking blanks as editors leave them. */
export function paragraphs(words: PostWords): string {
  return lines(words)
    .map(([label, text]) => `<p><strong>${label}:</strong>&nbsp;${text}</p>`)
    .join('');
}

export function bullets(...items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

/** `Friday, August 6, 2021, at 9:00 PM UTC` */
export function longTime(at: Instant): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-US', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const hour = date.getUTCHours();
  const minute = String(date.getUTCMinutes()).padStart(2, '0');
  return `${day}, at ${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? 'AM' : 'PM'} UTC`;
}

/** The announcement under a resolved issue, as it repeats. */
export const REVIEW_PUBLISHED = 'A post-incident report has been published.';
