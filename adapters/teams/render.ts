import type { Card, Tone } from '../../src/model/card.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { richToText } from '../../src/model/rich.js';
import type { ThreadLine } from '../../src/notify/adapter.js';
import type { Outbound } from './activity.js';
import { buttons, refreshOf } from './buttons.js';
import { fit, type Limits } from './fit.js';
import {
  buttonHref,
  clean,
  cut,
  escapeText,
  inlinesToMarkdown,
  shorten,
  timeText,
  wellFormed,
} from './markdown.js';
import { note, sectionBody } from './sections.js';

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** An Adaptive Card 1.5 as JSON. */
export type AdaptiveCard = JsonObject;

export interface RenderOptions {
  /**
   * A posted card of which there is to be one: it renews itself when somebody sees it, and its buttons say so, that a
   * second copy can be told from it. The answer to a command is none.
   */
  readonly living: boolean;
}

const STYLES: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  major: 'attention',
  warning: 'warning',
  info: 'accent',
  ok: 'good',
  neutral: 'emphasis',
};

/** The whole message. At most 80 KB for any card: long texts are shortened first, then sections left out, and it says so. */
export function renderMessage(card: Card, options: RenderOptions): Outbound {
  const content = renderCard(card, options);
  return {
    type: 'message',
    summary: cut(fallbackOf(card), 500),
    importance: card.tone === 'critical' && options.living ? 'high' : 'normal',
    attachments: [{ contentType: CARD_TYPE, content }],
  };
}

export function renderCard(card: Card, options: RenderOptions): AdaptiveCard {
  return fit(card.sections.length, (limits) => draw(card, options, limits));
}

/** A line of the thread as plain text: no markup can hide in it. */
export function renderLine(line: ThreadLine): Outbound {
  const when = timeText(line.at, 'utc');
  const text = cut(wellFormed(richToText(withTimes(line.text))), 8_000);
  const said = `${when} · ${shorten(line.who, 200)}: ${text}`;
  return { type: 'message', textFormat: 'plain', text: said, summary: cut(clean(said), 500) };
}

/** What stands in place of a second copy of a card. */
export function renderReplaced(topic: string, href: string | undefined, living: string): Outbound {
  const link = href === undefined ? undefined : buttonHref(href);
  const content: AdaptiveCard = {
    ...envelope(`This card was replaced. ${living}`),
    body: [
      {
        type: 'TextBlock',
        isSubtle: true,
        wrap: true,
        text: `This card was replaced by ${escapeText(living, 300)}.`,
      },
    ],
    ...(link === undefined
      ? {}
      : { actions: [{ type: 'Action.OpenUrl', title: 'Go to the living card', url: link }] }),
  };
  return {
    type: 'message',
    summary: `Replaced: ${cut(clean(topic), 100)}`,
    attachments: [{ contentType: CARD_TYPE, content }],
  };
}

function draw(card: Card, { living }: RenderOptions, limits: Limits): AdaptiveCard {
  const kept = card.sections.slice(0, limits.sections);
  const left = card.sections.length - kept.length;
  const body: Json[] = [head(card, limits), ...kept.flatMap((section) => sectionBody(section, limits))];
  if (limits.shortened) body.push(shortenedNote(left));
  if (card.footer !== undefined && card.footer.length > 0) body.push(footer(card, limits));
  const actions = buttons(card, living);
  const refresh = living ? refreshOf(card) : undefined;
  return {
    ...envelope(cut(fallbackOf(card), 2_000)),
    ...(refresh === undefined ? {} : { refresh }),
    body,
    ...(actions.length === 0 ? {} : { actions }),
  };
}

function envelope(fallback: string): JsonObject {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: fallback,
    msteams: { width: 'Full' },
  };
}

function head(card: Card, limits: Limits): Json {
  const badge = card.badge === undefined ? '' : escapeText(card.badge, 60);
  const items: Json[] = [];
  if (badge !== '')
    items.push({
      type: 'TextBlock',
      // In the colour of text: on the colour of its container it could not be read.
      text: badge,
      size: 'Small',
      weight: 'Bolder',
      spacing: 'None',
    });
  items.push({
    type: 'TextBlock',
    text: titleOf(card, limits),
    size: 'Large',
    weight: 'Bolder',
    wrap: true,
    style: 'heading',
    spacing: 'None',
  });
  return { type: 'Container', style: STYLES[card.tone], bleed: true, items };
}

function titleOf(card: Card, limits: Limits): string {
  const title = escapeText(card.title, Math.min(limits.text, 500));
  return title === '' ? escapeText(fallbackOf(card), 300) : title;
}

function fallbackOf(card: Card): string {
  const said = [card.fallback, card.title]
    .map((text) => shorten(text, 2_000).trim())
    .find((text) => text !== '');
  return said ?? 'Tocsin';
}

function shortenedNote(left: number): Json {
  return note(
    left > 0
      ? `Shortened to fit: ${left} more sections are in the console.`
      : 'Shortened to fit: the whole text is in the console.',
  );
}

function footer(card: Card, limits: Limits): Json {
  const text = inlinesToMarkdown(card.footer ?? [], Math.min(limits.text, 600), 'utc');
  return { type: 'TextBlock', text, isSubtle: true, size: 'Small', wrap: true, separator: true };
}

/** `richToText` refuses times that no calendar has. */
function withTimes(text: ThreadLine['text']): ThreadLine['text'] {
  const inRange = (time: number): boolean => timeText(time, 'utc') !== 'an unknown time';
  const sane = <T extends object>(inlines: readonly T[]): T[] =>
    inlines.filter(
      (inline) => !('time' in inline) || typeof inline.time !== 'number' || inRange(inline.time),
    );
  return text.map((block) =>
    block.kind === 'list'
      ? { ...block, items: block.items.map(sane) }
      : { ...block, inlines: sane(block.inlines) },
  );
}
