import type { Alert } from '../model/alert.js';
import type { Section, Tone } from '../model/card.js';
import type { Json, JsonObject } from '../model/json.js';
import { plain, type Inline } from '../model/rich.js';
import { DAY, type Instant } from '../model/time.js';
import {
  bold,
  clipRich,
  fact,
  factIf,
  link,
  paragraph,
  say,
  time,
  timeFactIf,
  type CardFact,
} from './parts.js';
import { instantOf, isTrue, knownOf, numberOf, richOf, textOf } from './values.js';
import { clip, plural } from './words.js';

/** Microsoft's words for its own kinds of posts (Microsoft Learn, serviceUpdateCategory). */
const CATEGORIES: Readonly<Record<string, string>> = {
  preventOrFixIssue: 'prevent or fix an issue',
  planForChange: 'plan for change',
  stayInformed: 'stay informed',
};

/** What a Message center post is about, in the order in which somebody who plans asks for it. */
export function messageFacts(values: JsonObject, now: Instant): readonly CardFact[] {
  return [
    ...deadlineFact(values, now),
    ...factIf('Services', stringsOf(values['services']).join(', ')),
    ...factIf('Kind', kindWords(values)),
    ...attachmentsFact(values),
    ...linksFact(values),
    ...timeFactIf('Last change', instantOf(values, 'lastModified')),
  ];
}

/** What only somebody asks for who reads the whole post. */
export function moreMessageFacts(values: JsonObject): readonly CardFact[] {
  return [
    ...factIf('Tags', stringsOf(values['tags']).join(', ')),
    ...factIf('Platforms', textOf(values, 'platforms')),
    ...factIf('Roadmap', stringsOf(values['roadmapIds']).join(', ')),
    ...timeFactIf('Published', instantOf(values, 'startAt')),
  ];
}

function deadlineFact(values: JsonObject, now: Instant): readonly CardFact[] {
  const by = instantOf(values, 'actionRequiredBy');
  if (by === undefined) return [];
  return [fact('Act by', bold(dayWords(by)), say(`, ${deadlineWords(by, now)}`))];
}

/** `12 December 2026`: a deadline is a day, in UTC. */
export function dayWords(at: Instant): string {
  return new Date(at).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** `in 6 days`, `today`, `3 days ago`: by UTC days, as the rules count. */
export function deadlineWords(by: Instant, now: Instant): string {
  const days = Math.floor(by / DAY) - Math.floor(now / DAY);
  if (days === 0) return by > now ? 'today' : 'over since today';
  return days > 0 ? `in ${plural(days, 'day')}` : `${plural(-days, 'day')} ago`;
}

/** The colour of a post: how near its deadline is, or how grave Microsoft calls it. */
export function messageTone(values: JsonObject, now: Instant): Tone {
  const by = instantOf(values, 'actionRequiredBy');
  const days = by === undefined || by <= now ? Infinity : Math.floor(by / DAY) - Math.floor(now / DAY);
  if (days <= 2 || textOf(values, 'severity') === 'critical') return 'major';
  if (days <= 7 || textOf(values, 'severity') === 'high' || isTrue(values, 'isMajorChange')) return 'warning';
  return values['active'] === false ? 'neutral' : 'info';
}

function kindWords(values: JsonObject): string {
  const severity = knownOf(values, 'severity');
  return [
    CATEGORIES[textOf(values, 'category') ?? ''],
    isTrue(values, 'isMajorChange') ? 'major change' : undefined,
    severity === undefined || severity === 'normal' ? undefined : `${severity} severity`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Named, and never fetched: their content is for people who sign in. */
function attachmentsFact(values: JsonObject): readonly CardFact[] {
  const listed = objectsOf(values['attachments']);
  const page = textOf(values, 'url');
  if (listed.length === 0 && !isTrue(values, 'hasAttachments')) return [];
  const names = listed
    .map((one) => `${textOf(one, 'name') ?? ''}${sizeWords(numberOf(one, 'size'))}`)
    .join(', ');
  const where =
    page === undefined ? [] : [say(names === '' ? '' : ' · '), link('open in the admin center', page)];
  return [fact('Attachments', ...(names === '' ? [] : [say(clip(names, 300))]), ...where)];
}

function sizeWords(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  if (bytes < 1_024) return ` (${bytes} B)`;
  return bytes < 1_048_576 ? ` (${Math.round(bytes / 1_024)} kB)` : ` (${(bytes / 1_048_576).toFixed(1)} MB)`;
}

const LINKS: Readonly<Record<string, string>> = {
  ExternalLink: 'more from Microsoft',
  BlogLink: 'blog',
  HelpLink: 'help',
};

function linksFact(values: JsonObject): readonly CardFact[] {
  const links = objectsOf(values['links']).flatMap((one): readonly Inline[] => {
    const href = textOf(one, 'url');
    const name = textOf(one, 'name') ?? '';
    return href === undefined || !/^https:/i.test(href) ? [] : [link(LINKS[name] ?? name, href)];
  });
  if (links.length === 0) return [];
  return [fact('Links', ...links.flatMap((one, i) => (i === 0 ? [one] : [say(' · '), one])))];
}

/** What the last update changed: of an announcement of that update, or of a post that somebody asks for. */
export function changedSection({ rule, values }: Pick<Alert, 'rule' | 'values'>): readonly Section[] {
  const changed = textOf(values, 'changed');
  if (changed === undefined || rule === 'message-new') return [];
  const items = changed.split('\n').map((one) => [say(one)]);
  return [paragraph(bold('What changed')), { kind: 'text', text: [{ kind: 'list', ordered: false, items }] }];
}

/** The post as a quote; `max` characters of it. */
export function messageBody(values: JsonObject, max: number): readonly Section[] {
  const words = textOf(values, 'body');
  const body = richOf(values, 'bodyRich') ?? (words === undefined ? undefined : plain(words));
  if (body === undefined) return [];
  const at = instantOf(values, 'lastModified');
  return [
    {
      kind: 'quote',
      title: "Microsoft's post",
      ...(at === undefined ? {} : { at }),
      text: clipRich(body, max),
    },
  ];
}

export function stringsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === 'string') : [];
}

export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).filter(
    (one): one is JsonObject => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
}

export function lastChanged(values: JsonObject): readonly Inline[] {
  const at = instantOf(values, 'lastModified');
  return at === undefined ? [] : [say(' · changed '), time(at)];
}
