import { z } from 'zod';
import { richToText } from '../../model/rich.js';
import { toIso } from '../dates.js';
import { parseHtml } from '../html.js';
import { cut, line } from '../text.js';
import type { Message } from './schema.js';
import { readCategory, readSeverity } from './words.js';

const versionSchema = z.object({
  title: z.string(),
  category: z.string(),
  severity: z.string(),
  isMajorChange: z.boolean(),
  actionRequiredBy: z.string().nullable(),
  endAt: z.string().nullable(),
  services: z.array(z.string()),
  tags: z.array(z.string()),
  /** The body, a paragraph or item each. */
  lines: z.array(z.string()),
});

/** What a message said at one `lastModifiedDateTime`: kept so that its next update can be told in words. */
export type Version = z.infer<typeof versionSchema>;

const MAX_TEXT = 8_000;

export function versionOf(message: Message): Version {
  return {
    title: line(message.title, 300),
    category: readCategory(message.category),
    severity: readSeverity(message.severity),
    isMajorChange: message.isMajorChange === true,
    actionRequiredBy: toIso(message.actionRequiredByDateTime),
    endAt: toIso(message.endDateTime),
    services: [...message.services].sort(),
    tags: [...message.tags].sort(),
    lines: linesOf(message.content),
  };
}

function linesOf(html: string): string[] {
  return richToText(parseHtml(html, MAX_TEXT))
    .split('\n')
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .filter((one) => one !== '');
}

/** Undefined for what another version of the product wrote. */
export function readVersion(value: unknown): Version | undefined {
  return versionSchema.safeParse(value).data;
}

const TOLD = 700;
const QUOTED = 220;
const QUOTES = 3;

/** What an update changed, one line each: the deadline first, then what Microsoft wrote anew. */
export function describeUpdate(before: Version, now: Version): string {
  const lines = [
    ...moved('Action required by', day(before.actionRequiredBy), day(now.actionRequiredBy)),
    ...moved('Title', bare(before.title), bare(now.title)),
    ...moved('Severity', before.severity, now.severity),
    ...moved('Category', spoken(before.category), spoken(now.category)),
    ...(before.isMajorChange === now.isMajorChange
      ? []
      : [now.isMajorChange ? 'It is now a major change' : 'It is no longer a major change']),
    ...listChange('Services', before.services, now.services),
    ...listChange('Tags', before.tags.filter(isTelling), now.tags.filter(isTelling)),
    ...bodyChange(before.lines, now.lines),
    ...moved('Displayed until', day(before.endAt), day(now.endAt)),
  ];
  return cut(lines.length === 0 ? 'Nothing that its words show' : lines.join('\n'), TOLD);
}

/** Microsoft's own first sentence about the update (`Updated March 27, 2025: …`) says more than any comparison. */
function bodyChange(before: readonly string[], now: readonly string[]): string[] {
  const known = new Set(before);
  const still = new Set(now);
  const added = now.filter((one) => !known.has(one));
  const removed = before.filter((one) => !still.has(one)).length;
  const own = added.find((one) => /^\W*updated\b/i.test(one));
  const quoted = [...(own === undefined ? [] : [own]), ...added.filter((one) => one !== own)].slice(
    0,
    QUOTES,
  );
  const more = added.length - quoted.length;
  const counts = [
    ...(more > 0 ? [`${more} more new ${more === 1 ? 'paragraph' : 'paragraphs'}`] : []),
    ...(removed > 0 ? [`${removed} ${removed === 1 ? 'paragraph' : 'paragraphs'} replaced or removed`] : []),
  ];
  return [
    ...quoted.map((one) => `“${cut(one, QUOTED)}”`),
    ...(counts.length === 0 ? [] : [sentence(counts.join(', '))]),
  ];
}

function moved(what: string, before: string, now: string): string[] {
  if (before === now) return [];
  return [`${what}: ${before === '' ? 'none' : before} → ${now === '' ? 'none' : now}`];
}

function listChange(what: string, before: readonly string[], now: readonly string[]): string[] {
  const added = now.filter((one) => !before.includes(one));
  const gone = before.filter((one) => !now.includes(one));
  const parts = [
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`removed ${gone.join(', ')}`]),
  ];
  return parts.length === 0 ? [] : [`${what}: ${parts.join('; ')}`];
}

/** That it was updated is known already. */
function isTelling(tag: string): boolean {
  return tag.toLowerCase() !== 'updated message';
}

function bare(title: string): string {
  return title.replace(/^\(updated\)\s*/i, '');
}

function spoken(category: string): string {
  return category.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function day(iso: string | null): string {
  return iso?.slice(0, 10) ?? '';
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
