import type { Card } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { tenantWords, type LookView } from './health.js';
import { deadlineWords, lastChanged, messageTone, stringsOf } from './message-facts.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  link,
  listSection,
  say,
  staleSections,
  type ListItem,
} from './parts.js';
import { instantOf, isTrue, textOf } from './values.js';
import { badgeOf, clip, plural, worstTone } from './words.js';

export interface MessagesView {
  readonly looks: readonly LookView[];
  /** The words for a service that narrowed the list. */
  readonly chosen?: string;
  readonly now: Instant;
  readonly url: string;
}

export interface MessageRow {
  readonly id: string;
  readonly fact: Fact;
  readonly tenants: readonly string[];
}

/** One row a message; the newest telling of it speaks; latest change first. */
export function messageRows(looks: readonly LookView[]): readonly MessageRow[] {
  const rows = new Map<string, MessageRow>();
  for (const { tenant, facts } of looks) {
    for (const fact of facts) {
      if (!fact.subject.startsWith('message:')) continue;
      const id = textOf(fact.values, 'id') ?? fact.subject.slice('message:'.length);
      const there = rows.get(id);
      const tenants = [...new Set([...(there?.tenants ?? []), tenant])];
      const newest = there === undefined || modified(fact) > modified(there.fact) ? fact : there.fact;
      rows.set(id, { id, fact: newest, tenants });
    }
  }
  return [...rows.values()].sort((a, b) => modified(b.fact).localeCompare(modified(a.fact)));
}

function modified(fact: Fact): string {
  return textOf(fact.values, 'lastModified') ?? '';
}

/** Posts with a day to act by first, then the others, latest change first. Undefined when nothing is known for those words. */
export function messagesCard({ looks, chosen, now, url }: MessagesView): Card {
  const rows = messageRows(looks).filter(({ fact }) => fact.values['active'] !== false);
  const due = rows.filter((row) => deadlineOf(row) >= now).sort((a, b) => deadlineOf(a) - deadlineOf(b));
  const others = rows.filter((row) => !due.includes(row));
  const about = chosen === undefined ? '' : ` about ${chosen}`;
  const title =
    rows.length === 0
      ? looks.some(({ error }) => error !== undefined)
        ? 'The Message center does not answer, and no post is known'
        : `No Message center post${about} is current`
      : `${plural(rows.length, 'Message center post')}${about}${due.length === 0 ? '' : `, ${due.length} with a day to act by`}`;
  return {
    topic: 'messages',
    tone:
      rows.length === 0
        ? 'neutral'
        : worstTone(due.map(({ fact }) => messageTone(fact.values, now)).concat('info')),
    badge:
      due.length === 0 ? 'INFO' : badgeOf(worstTone(due.map(({ fact }) => messageTone(fact.values, now)))),
    title,
    fallback: [title, ...due.slice(0, 3).map((row) => fallbackLine(row, now))].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...listSection(
        'To act on',
        due.map((row) => line(row, looks.length, now)),
        10,
      ),
      ...listSection(
        due.length === 0 ? undefined : 'Latest',
        others.map((row) => line(row, looks.length, now)),
        15,
      ),
    ],
    actions: [],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

function deadlineOf({ fact }: MessageRow): Instant {
  return instantOf(fact.values, 'actionRequiredBy') ?? -Infinity;
}

function fallbackLine({ id, fact }: MessageRow, now: Instant): string {
  return `${id} ${deadlineWords(instantOf(fact.values, 'actionRequiredBy') ?? now, now)}`;
}

function line({ id, fact, tenants }: MessageRow, asked: number, now: Instant): ListItem {
  const { values } = fact;
  const by = instantOf(values, 'actionRequiredBy');
  const services = stringsOf(values['services']);
  const names =
    services.length > 2
      ? `${services.slice(0, 2).join(', ')} and ${services.length - 2} more`
      : services.join(', ');
  return {
    tone: messageTone(values, now),
    line: [
      command(id, `message ${id}`),
      say(' '),
      bold(clip(textOf(values, 'title') ?? id, 120)),
      ...(by === undefined || by < now ? [] : [say(` · act ${deadlineWords(by, now)}`)]),
      ...(names === '' ? [] : [say(` · ${names}`)]),
      ...(isTrue(values, 'isMajorChange') ? [say(' · major change')] : []),
      ...lastChanged(values),
      say(tenantWords(tenants, asked)),
    ],
  };
}
