import type { JsonObject } from '../../model/json.js';
import { richToText, type Rich } from '../../model/rich.js';
import type { Fact } from '../../model/source.js';
import { DAY, type Instant } from '../../model/time.js';
import { messageUrl } from '../admin-centre.js';
import { toIso } from '../dates.js';
import { parseHtml } from '../html.js';
import type { Cloud } from '../source.js';
import { cut, line } from '../text.js';
import type { Attachment, Message } from './schema.js';
import { readCategory, readSeverity } from './words.js';

const KIND = 'message-center';
/** Of the post's text: the admin centre has the rest. */
export const BODY_LIMIT = 4_000;
const MANY = 20;

/** What is known about a message beside its present form. */
export interface MessagePast {
  /** How often it was seen to be updated. */
  readonly updates: number;
  /** What its last update changed, in words; empty before the first. */
  readonly changed: string;
  readonly attachments: readonly Attachment[];
}

export interface MessageContext {
  readonly cloud: Cloud;
  readonly now: Instant;
}

/**
 * `message:<id>`
 *
 * `id, title`, `name` (the title without Microsoft's “(Updated)”), `services[], category (preventOrFixIssue | planForChange | stayInformed | unknown), severity (normal | high |
 * critical | unknown), tags[], isMajorChange` · `actionRequiredBy` ISO or null, `actionRequiredDay` its UTC day or empty,
 * `daysLeft` UTC days until then (0 on the day, negative after it) or null · `startAt, endAt` (end of display, no deadline),
 * `lastModified` · `active`: still displayed · `summary` Microsoft's own, `body` text, `bodyRich` · `updates`, `changed` ·
 * `hasAttachments`, `attachments[{name, size}]` · `links[{name, url}]`, `roadmapIds[]`, `platforms` · `url` in the admin centre.
 */
export function messageFact(message: Message, past: MessagePast, { cloud, now }: MessageContext): Fact {
  const rich = parseHtml(message.content, BODY_LIMIT);
  const deadline = toIso(message.actionRequiredByDateTime);
  const endAt = toIso(message.endDateTime);
  const detail = (name: string): string =>
    message.details.find((one) => one.name.toLowerCase() === name)?.value ?? '';
  return {
    subject: `message:${message.id}`,
    kind: KIND,
    values: {
      type: 'message',
      id: message.id,
      title: line(message.title, 300) || message.id,
      name: line(message.title, 300).replace(/^\(updated\)\s*/i, '') || message.id,
      services: named(message.services),
      category: readCategory(message.category),
      severity: readSeverity(message.severity),
      tags: named(message.tags),
      isMajorChange: message.isMajorChange === true,
      actionRequiredBy: deadline,
      actionRequiredDay: deadline?.slice(0, 10) ?? '',
      daysLeft: deadline === null ? null : daysBetween(now, Date.parse(deadline)),
      startAt: toIso(message.startDateTime),
      endAt,
      lastModified: toIso(message.lastModifiedDateTime),
      active: endAt === null || daysBetween(now, Date.parse(endAt)) >= 0,
      summary: line(detail('summary'), 1_000),
      body: cut(richToText(rich), BODY_LIMIT),
      bodyRich: asJson(rich),
      updates: past.updates,
      changed: past.changed,
      hasAttachments: message.hasAttachments === true,
      attachments: past.attachments.slice(0, MANY).map(({ name, size }) => ({ name: line(name, 200), size })),
      links: linksOf(message),
      roadmapIds:
        detail('roadmapids')
          .match(/\d{3,12}/g)
          ?.slice(0, MANY) ?? [],
      platforms: line(detail('platforms'), 200),
      url: messageUrl(cloud, message.id),
    },
  };
}

/** Whole UTC days from the day of `now` to that of `then`: it moves at midnight and at no other time. */
export function daysBetween(now: Instant, then: Instant): number {
  return dayOf(then) - dayOf(now);
}

export function dayOf(at: Instant): number {
  return Math.floor(at / DAY);
}

function named(names: readonly string[]): string[] {
  return names
    .slice(0, MANY)
    .map((name) => line(name, 200))
    .filter((name) => name !== '');
}

/** `https` alone: the value is somebody else's text. */
function linksOf({ details }: Message): JsonObject[] {
  return details
    .filter(({ name, value }) => /link$/i.test(name) && /^https:\/\//i.test(value) && URL.canParse(value))
    .slice(0, 5)
    .map(({ name, value }) => ({ name: line(name, 50), url: new URL(value).href.slice(0, 1_000) }));
}

function asJson(rich: Rich): JsonObject[] {
  return rich.map((block) => ({ ...block }));
}
