import type { Tone } from '../model/card.js';
import type { Change, Fact } from '../model/source.js';
import type { Inline } from '../model/rich.js';
import { DAY, type Instant } from '../model/time.js';
import { command, say, time, type ListItem } from './parts.js';
import { instantOf, isTrue, textOf } from './values.js';
import { clip, statusText, toneOf } from './words.js';

/** What changed in words, one line a change that a person would notice. */
export function changeItems(changes: readonly Change[]): readonly ListItem[] {
  const items: ListItem[] = [];
  const seen = new Set<string>();
  for (const change of changes) {
    const words = wordsOf(change);
    // The same change in a second tenant is the same news.
    if (words === undefined || seen.has(`${change.subject} ${words}`)) continue;
    seen.add(`${change.subject} ${words}`);
    items.push({
      tone: toneAfter(change),
      line: [time(change.at), say(' '), ...named(change), say(` ${words}`)],
    });
  }
  return items;
}

function named({ subject, now, before }: Change): readonly Inline[] {
  const values = (now ?? before)?.values ?? {};
  const id = subject.slice(subject.indexOf(':') + 1);
  if (!subject.startsWith('issue:')) return [command(textOf(values, 'name') ?? id, `status ${id}`)];
  return [command(id, `issue ${id}`), say(` (${clip(textOf(values, 'title') ?? '', 80)})`)];
}

function wordsOf({ before, now, subject, at }: Change): string | undefined {
  const kind = subject.startsWith('issue:') ? 'issue' : 'service';
  if (now === undefined) return 'is no longer listed';
  // Seen for the first time is not changed: a service always was there, and an issue may have been for weeks.
  if (before === undefined) return kind === 'issue' && isRecent(now, at) ? 'was posted' : undefined;
  if (status(before) !== status(now)) return `${status(before)} → ${status(now)}`;
  if (kind === 'service') return undefined;
  const was = textOf(before.values, 'classification');
  const is = textOf(now.values, 'classification');
  if (was !== is && is !== undefined) return `is now an ${is}`;
  if (!isTrue(before.values, 'pir') && isTrue(now.values, 'pir')) return 'has a post-incident report';
  return before.values['posts'] === now.values['posts'] ? undefined : 'has a new post';
}

function isRecent({ values }: Fact, at: Instant): boolean {
  return at - (instantOf(values, 'startedAt') ?? at) < DAY;
}

function status({ values }: Fact): string {
  return statusText(textOf(values, 'status') ?? 'unknown', textOf(values, 'statusText')).toLowerCase();
}

function toneAfter({ now }: Change): Tone {
  if (now === undefined) return 'neutral';
  return now.values['active'] === false
    ? 'ok'
    : toneOf(textOf(now.values, 'level'), textOf(now.values, 'status'));
}
